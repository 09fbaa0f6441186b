/** Texts of one place in both languages. */
export interface Bilingual<T> {
  readonly zh: T;
  readonly en: T;
}

/** Texts in both languages: what one has, the other must have too, or the types do not fit. */
export function bilingual<T>(words: { zh: T; en: NoInfer<T> }): Bilingual<T> {
  return words;
}
