/** The words of a search, in lower case, each to be found by itself. */
export function wordsOfSearch(q: string | undefined): string[] {
  return (q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
}
