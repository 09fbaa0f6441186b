import { pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** What all servers of this database must have alike, told apart by what gives nothing of it away. */
export const sharedSecrets = pgTable('shared_secrets', {
  /** `signingKey` or `sessionSecret`. */
  name: text().primaryKey(),
  /** The key's public name; of the secret a slow hash. */
  fingerprint: text().notNull(),
  since: instant().notNull(),
});
