/**
 * Asks for things one by one and sends what is asked at the same time as one question, `most` ids at once. Gives null
 * for what there is not.
 */
export function askedTogether<Id, T extends { readonly id: Id }>(
  ask: (ids: readonly Id[]) => Promise<readonly T[]>,
  most: number,
): (id: Id) => Promise<T | null> {
  let gathering: { readonly ids: Set<Id>; readonly answer: Promise<ReadonlyMap<Id, T>> } | null = null;
  return async (id) => {
    if (gathering === null || gathering.ids.size >= most) {
      const ids = new Set<Id>();
      // What is asked in the same turn is gathered; then the next one begins anew.
      const answer = Promise.resolve().then(async () => {
        if (gathering?.ids === ids) gathering = null;
        return new Map((await ask([...ids])).map((one) => [one.id, one]));
      });
      gathering = { ids, answer };
    }
    gathering.ids.add(id);
    return (await gathering.answer).get(id) ?? null;
  };
}
