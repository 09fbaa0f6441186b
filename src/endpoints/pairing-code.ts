/** Capitals and digits without look-alikes: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V. */
const ALPHABET = 'ACDEFGHJKMNPQRTWXY34679';

/** Characters of a pairing code. */
export const PAIRING_CODE_LENGTH = 6;

/**
 * Spells random bytes as a pairing code: six characters, 27 bits. Bytes that would favour some characters
 * are skipped. It only has to be unlikely to be hit by a mistyped one; the secret is what proves the box.
 * @throws RangeError when the bytes run out; 64 practically never do.
 */
export function spellPairingCode(random: Uint8Array): string {
  const fair = 256 - (256 % ALPHABET.length);
  const letters = [...random]
    .filter((byte) => byte < fair)
    .slice(0, PAIRING_CODE_LENGTH)
    .map((byte) => ALPHABET[byte % ALPHABET.length]);
  if (letters.length < PAIRING_CODE_LENGTH) throw new RangeError('not enough random bytes for a code');
  return letters.join('');
}

/** A code as people type it (small letters, spaces, dashes, full width), in the one spelling that is stored. */
export function normalPairingCode(typed: string): string {
  return typed.normalize('NFKC').toUpperCase().replaceAll(/[\s-]/g, '');
}
