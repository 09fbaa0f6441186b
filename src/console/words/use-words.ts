import { useLanguage } from '../language.ts';
import type { Bilingual } from './bilingual.ts';

/** The texts in the language that is shown. */
export function useWords<T>(words: Bilingual<T>): T {
  return words[useLanguage()];
}
