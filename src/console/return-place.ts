/** The server leads nobody back to a longer address. */
const LONGEST = 500;

/**
 * Where a sign-in elsewhere comes back to: this page with what its address asks for, in the letters that the server lets
 * through. `search`: with its question mark.
 */
export function returnPlace(path: string, search: string): string {
  const asked = new URLSearchParams(search);
  // What an earlier sign-in was refused for.
  asked.delete('refused');
  if (asked.size === 0) return path;
  const place = `${path}?${String(asked).replaceAll('+', '%20').replaceAll('*', '%2A')}`;
  return place.length > LONGEST ? path : place;
}
