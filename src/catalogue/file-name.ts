/** Longest file name that is remembered, in characters. */
const LONGEST_NAME = 120;

/**
 * The last part of what a sender calls a file, fit to be shown: no folders, no control characters, at most
 * 120 characters. It is never used as a path. `fallback` stands in for names with nothing in them.
 */
export function plainFileName(given: string, fallback = 'upload'): string {
  const last = given.replaceAll('\\', '/').normalize('NFC').replace(/\/+$/, '').split('/').at(-1) ?? '';
  const shown = last.replaceAll(/\p{C}/gu, '').trim();
  if (shown === '' || /^\.+$/.test(shown)) return fallback;
  const letters = [...shown];
  if (letters.length <= LONGEST_NAME) return shown;
  const dot = shown.lastIndexOf('.');
  const ending = dot > 0 && shown.length - dot <= 10 ? shown.slice(dot) : '';
  return letters.slice(0, LONGEST_NAME - ending.length).join('') + ending;
}
