import { useSyncExternalStore } from 'react';

/** The two languages of the console. Chinese is the default. */
export type Language = 'zh' | 'en';

const STORED_AS = 'beacon-language';
const listeners = new Set<() => void>();
let language: Language = stored();

function stored(): Language {
  try {
    return localStorage.getItem(STORED_AS) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh';
  }
}

function show(): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

/** The language that is shown now. */
export function currentLanguage(): Language {
  return language;
}

/** Shows another language, now and at the next visit. */
export function chooseLanguage(chosen: Language): void {
  language = chosen;
  try {
    localStorage.setItem(STORED_AS, chosen);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  show();
  for (const listener of listeners) listener();
}

/** The language that is shown; renders anew when it changes. */
export function useLanguage(): Language {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => language,
  );
}

show();
