import type { Role, StaffMember } from '../base/api-routes.ts';

/** All roles. A viewer only looks; the others may look too; an administrator may do everything. */
export const ROLES = [
  'viewer',
  'editor',
  'reviewer',
  'operator',
  'administrator',
] as const satisfies readonly Role[];

/** Shortest password that a person may choose, in characters. */
export const SHORTEST_PASSWORD = 12;
/** Longest password, in characters; more would only cost the server time. */
export const LONGEST_PASSWORD = 128;

const LOOKS_DISTINCT = 'abcdefghjkmnpqrstuvwxyz23456789';
const USERNAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;

/** The one spelling of a username: NFKC, lower case; 张三, zhang.san and Zhang.San are all welcome. */
export function normalUsername(username: string): string {
  return username.normalize('NFKC').toLowerCase();
}

/** Whether it is 2 to 40 letters, digits, dots, dashes or underscores of any script, a letter or digit first. */
export function isUsername(username: string): boolean {
  const length = [...username].length;
  return length >= 2 && length <= 40 && USERNAME.test(username);
}

/** Whether `role` is one that the system knows. */
export function isRole(role: unknown): role is Role {
  return ROLES.some((known) => known === role);
}

/** The person in a row of the library or the database; null where it is none. */
export function memberOf(user: unknown): StaffMember | null {
  if (typeof user !== 'object' || user === null) return null;
  const { id, name, role } = user as { id?: unknown; name?: unknown; role?: unknown };
  if (typeof id !== 'string' || typeof name !== 'string' || !isRole(role)) return null;
  return { id, name, role };
}

/**
 * Spells random bytes as a password for people to type: sixteen characters without look-alikes in groups of
 * four, 79 bits. Bytes of 248 and more are skipped, so that every character is equally likely.
 * @throws RangeError when the bytes run out; 64 practically never do.
 */
export function spellPassword(random: Uint8Array): string {
  const fair = [...random].filter((byte) => byte < LOOKS_DISTINCT.length * 8).slice(0, 16);
  if (fair.length < 16) throw new RangeError('not enough random bytes for a password');
  const letters = fair.map((byte) => LOOKS_DISTINCT[byte % LOOKS_DISTINCT.length]);
  return [0, 4, 8, 12].map((from) => letters.slice(from, from + 4).join('')).join('-');
}
