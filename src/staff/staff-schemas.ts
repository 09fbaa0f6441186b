import { z } from '@hono/zod-openapi';
import type { StaffMember } from '../base/api-routes.ts';
import { otherwise } from '../base/issue-words.ts';
import { isUsername, LONGEST_PASSWORD, normalUsername, ROLES, SHORTEST_PASSWORD } from './account.ts';

/** One of the roles. */
export const roleSchema = z.enum(ROLES).openapi({ description: 'An administrator may do everything.' });
/** A person as everybody may see them. */
export const memberSchema = z.object({ id: z.string(), name: z.string(), role: roleSchema });
/** The name of a person. */
export const personNameSchema = z.string().trim().min(1).max(80);
/** The name to sign in with, in any spelling. */
export const usernameSchema = z
  .string()
  .max(80)
  .refine(
    (given) => isUsername(normalUsername(given)),
    otherwise({
      en: 'must be 2 to 40 letters, digits, . _ - of any script',
      zh: '必须是 2 到 40 个文字、数字或 . _ -',
    }),
  )
  .openapi({ example: 'zhang.san' });
/** The username in a path. */
export const usernameParam = z.object({ username: z.string().max(80) });
/** Ids of accounts and keys, joined by commas. */
export const staffIdsSchema = z
  .string()
  .max(8_000)
  .transform((text) => text.split(','))
  .pipe(z.array(z.string().min(1).max(80)).max(200))
  .openapi({ type: 'string', example: 'k3Jx0,key 12' });
/** A password to be set. */
export const newPasswordSchema = z.string().min(SHORTEST_PASSWORD).max(LONGEST_PASSWORD);
/** A password to be tried. */
export const triedPasswordSchema = z.string().min(1).max(128);
/** A code of an authenticator app or a backup code; spaces are for people. */
export const codeSchema = z
  .string()
  .max(40)
  .transform((typed) => typed.replace(/\s/g, ''))
  .openapi({ example: '123456' });
/** Sign-ins that have not ended. */
export const sessionsSchema = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      /** The one that asks. */
      isCurrent: z.boolean(),
      userAgent: z.string(),
      address: z.string(),
      createdAt: z.iso.datetime(),
      lastUsedAt: z.iso.datetime().openapi({ description: 'Late by up to five minutes' }),
    }),
  ),
});
/** An answer without a body. */
export const NOTHING = { 204: { description: 'Done' } } as const;

/** A person as everybody may see them, of somebody of whom more is known. */
export function plainMember({ id, name, role }: StaffMember): StaffMember {
  return { id, name, role };
}
