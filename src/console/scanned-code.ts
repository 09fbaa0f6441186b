/**
 * The pairing code in what a camera read: the address that a screen shows, or the six characters alone; null for
 * anything else.
 */
export function codeIn(text: string): string | null {
  const given = URL.canParse(text) ? (new URL(text).searchParams.get('code') ?? '') : text.trim();
  return /^[A-Za-z0-9]{6}$/.test(given) ? given.toUpperCase() : null;
}
