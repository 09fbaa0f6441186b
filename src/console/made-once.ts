/**
 * Makes things so that who tries again with the same draft, as after a later step that was refused, is given the one
 * that was made for it. Another draft makes another thing; what failed was not made.
 */
export function madeOnce<D, T>(make: (draft: D) => Promise<T>): (draft: D) => Promise<T> {
  let last: { readonly draft: string; readonly made: T } | null = null;
  return async (draft) => {
    const asked = JSON.stringify(draft);
    if (last?.draft !== asked) last = { draft: asked, made: await make(draft) };
    return last.made;
  };
}
