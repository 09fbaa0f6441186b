import { scryptSync } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';

/** A secret that all servers on one database must have alike. */
export interface SharedSecret {
  readonly name: 'signingKey' | 'sessionSecret';
  /** Tells it from others and gives nothing of it away. */
  readonly fingerprint: string;
  /** Fingerprints of those whose place it may take, since they gave way to it. */
  readonly formers: readonly string[];
}

/**
 * A fingerprint of a secret that people may have thought up: slow to compute (scrypt), so that who has a copy of the
 * database guesses no faster than elsewhere.
 */
export function slowFingerprint(secret: string): string {
  return scryptSync(secret, 'beacon-tower session secret', 24).toString('base64url');
}

/** Nobody else compares or replaces this secret until the transaction ends. */
export async function holdSharedSecret(tx: Db, name: SharedSecret['name']): Promise<void> {
  await tx.execute(sql`select 1 from shared_secrets where name = ${name} for update`);
}

/**
 * Compares a server's secret with that of the servers before it on this database. The first one ever seen is noted; one
 * that a former gave way to, and any when `replace` is set, takes its place. False: it is another one.
 */
export async function isSharedSecret(db: Db, secret: SharedSecret, replace: boolean): Promise<boolean> {
  const { name, fingerprint, formers } = secret;
  await db.execute(sql`
    insert into shared_secrets (name, fingerprint, since) values (${name}, ${fingerprint}, now())
    on conflict (name) do nothing`);
  await db.execute(sql`
    update shared_secrets set fingerprint = ${fingerprint}, since = now()
    where name = ${name} and fingerprint <> ${fingerprint}
      and (${replace} or fingerprint = any (${sql.param([...formers])}::text[]))`);
  const [row] = await db.execute<{ fingerprint: string }>(sql`
    select fingerprint from shared_secrets where name = ${name}`);
  return row?.fingerprint === fingerprint;
}
