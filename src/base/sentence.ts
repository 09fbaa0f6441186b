/** The languages in which this system speaks to people. */
export type Language = 'zh' | 'en';

/** What a person may read, in every language: leaving one out does not compile. */
export type Sentence = Readonly<Record<Language, string>>;

/** The language that is wished, by an Accept-Language header or a LANG variable: Chinese when it begins so. */
export function languageOf(wish: string | undefined): Language {
  return /^zh/i.test(wish ?? '') ? 'zh' : 'en';
}

/** The language of a person at a terminal, by the POSIX variables in their order. */
export function languageOfTerminal(environment: Readonly<Record<string, string | undefined>>): Language {
  return languageOf(environment.LC_ALL || environment.LC_MESSAGES || environment.LANG);
}

/** What somebody else said, or what has no language: told as it is. */
export function verbatim(text: string): Sentence {
  return { en: text, zh: text };
}

/** Several sentences as one, divided by semicolons. */
export function joined(sentences: readonly Sentence[]): Sentence {
  return {
    en: sentences.map(({ en }) => en).join('; '),
    zh: sentences.map(({ zh }) => zh).join('；'),
  };
}
