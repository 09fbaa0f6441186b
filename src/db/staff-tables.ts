import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';

/** Areas and owners whose endpoints somebody is for; null: any. */
interface StoredRemit {
  readonly areaIds: readonly number[] | null;
  readonly owners: readonly string[] | null;
}

/** People who sign in. */
export const staff = pgTable('staff', {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailVerified: boolean().notNull().default(false),
  image: text(),
  createdAt: instant().notNull().defaultNow(),
  updatedAt: instant().notNull().defaultNow(),
  username: text().unique(),
  displayUsername: text(),
  role: text().notNull().default('viewer'),
  banned: boolean().notNull().default(false),
  banReason: text(),
  banExpires: instant(),
  /** The password was made up by the server or for somebody else: its owner does nothing before a change. */
  mustChangePassword: boolean().notNull().default(false),
  twoFactorEnabled: boolean().notNull().default(false),
  /** The part of the fleet that the account is for; null: all of it. */
  remit: jsonb().$type<StoredRemit>(),
});

/** Public keys by which people sign in without a password. */
export const staffPasskeys = pgTable(
  'staff_passkeys',
  {
    id: id(),
    userId: text()
      .notNull()
      .references(() => staff.id, { onDelete: 'cascade' }),
    /** What its owner calls it. */
    name: text().notNull(),
    /** base64url, as the public key (COSE). */
    credentialId: text().notNull().unique(),
    publicKey: text().notNull(),
    /** Of the last answer; 0 for good where the passkey does not count. */
    counter: bigint({ mode: 'number' }).notNull(),
    createdAt: instant().notNull(),
    lastUsedAt: instant(),
  },
  ({ userId }) => [index().on(userId)],
);

/** Signed-in browsers. */
export const staffSessions = pgTable('staff_sessions', {
  id: text().primaryKey(),
  expiresAt: instant().notNull(),
  token: text().notNull().unique(),
  createdAt: instant().notNull().defaultNow(),
  updatedAt: instant().notNull().defaultNow(),
  ipAddress: text(),
  userAgent: text(),
  userId: text()
    .notNull()
    .references(() => staff.id, { onDelete: 'cascade' }),
  impersonatedBy: text(),
  /** The passkey by which it was begun, or which it made; it ends with it. Null: by other means. */
  passkeyId: integer().references(() => staffPasskeys.id, { onDelete: 'cascade' }),
});

/** How a person proves who they are: a password hash, later an outside identity. */
export const staffCredentials = pgTable('staff_credentials', {
  id: text().primaryKey(),
  accountId: text().notNull(),
  providerId: text().notNull(),
  userId: text()
    .notNull()
    .references(() => staff.id, { onDelete: 'cascade' }),
  accessToken: text(),
  refreshToken: text(),
  idToken: text(),
  accessTokenExpiresAt: instant(),
  refreshTokenExpiresAt: instant(),
  scope: text(),
  password: text(),
  createdAt: instant().notNull().defaultNow(),
  updatedAt: instant().notNull().defaultNow(),
});

/** The second step of a sign-in: codes of an authenticator app. */
export const staffSecondFactors = pgTable(
  'staff_second_factors',
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => staff.id, { onDelete: 'cascade' }),
    /** Encrypted with the session secret, as the backup codes are. */
    secret: text().notNull(),
    backupCodes: text().notNull(),
    /** Counts from the first code on that was shown. */
    verified: boolean().notNull().default(false),
    failedVerificationCount: integer().notNull().default(0),
    lockedUntil: instant(),
  },
  ({ userId }) => [index().on(userId)],
);

/** One-time proofs of the sign-in library. */
export const staffVerifications = pgTable('staff_verifications', {
  id: text().primaryKey(),
  identifier: text().notNull(),
  value: text().notNull(),
  expiresAt: instant().notNull(),
  createdAt: instant().notNull().defaultNow(),
  updatedAt: instant().notNull().defaultNow(),
});

/** Tries of passwords and codes, counted for all servers together; the name is the SHA-256 of whose they are. */
export const signInAttempts = pgTable(
  'sign_in_attempts',
  {
    name: text().primaryKey(),
    count: integer().notNull(),
    most: integer().notNull(),
    endsAt: instant().notNull(),
  },
  ({ endsAt }) => [index().on(endsAt)],
);

/** One row: what is asked of accounts beside a password. */
export const signInPolicy = pgTable(
  'sign_in_policy',
  {
    id: integer().primaryKey(),
    /** Who has one of these roles sets a second step up before anything else. */
    secondFactorRoles: text().array().notNull(),
  },
  (t) => [check('sign_in_policy_once', sql`${t.id} = 1`)],
);

/** Keys of other programs. */
export const apiKeys = pgTable('api_keys', {
  id: id(),
  name: text().notNull(),
  /** SHA-256 of the key, which is random enough to need no salt. */
  hash: text().notNull().unique(),
  begins: text().notNull(),
  scopes: text().array().notNull(),
  /** As that of an account. */
  remit: jsonb().$type<StoredRemit>(),
  /** Staff id. */
  createdBy: text().notNull(),
  createdAt: instant().notNull(),
  expiresAt: instant(),
  lastUsedAt: instant(),
  revokedAt: instant(),
});

/** Who did what. Append only; each entry's hash covers the one before it. */
export const auditLog = pgTable('audit_log', {
  id: id(),
  at: instant().notNull(),
  /** Staff id, or `system`. */
  actor: text().notNull(),
  /** Verb with its noun, for example `asset.approve`. */
  action: text().notNull(),
  /** What it was done to, for example `asset 12`. */
  subject: text().notNull(),
  detail: jsonb().$type<Record<string, unknown>>().notNull(),
  previousHash: text().notNull(),
  hash: text().notNull().unique(),
});
