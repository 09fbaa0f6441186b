import { randomBytes } from 'node:crypto';
import { and, asc, eq, inArray, lt, or, sql } from 'drizzle-orm';
import type { Bytes, Clock, EpochMs, Ms } from '../base/units.ts';
import type { Database } from '../db/connect.ts';
import { uploads } from '../db/upload-tables.ts';
import { type AssetDraft, assetDraftSchema } from './asset.ts';
import type { UploadRecord, UploadRefusal } from './upload.ts';

/** A process that has not said for so long that it lives has lost its work. */
const CLAIM_MS: Ms = 15_000;

/** Files that come in piece by piece, in the database. Time is the database's own where claims are concerned. */
export interface UploadStore {
  /** Adds one, or null when its owner has `mostOpen` unfinished ones. */
  add(
    upload: { ownerId: string; draft: AssetDraft; bytes: Bytes },
    mostOpen: number,
  ): Promise<UploadRecord | null>;
  get(id: string): Promise<UploadRecord | null>;
  /** Unfinished ones of a person, oldest first. */
  openOf(ownerId: string): Promise<UploadRecord[]>;
  /** All bytes have come. False when that was known before, or it has gone. */
  complete(id: string): Promise<boolean>;
  /** Takes one that waits to be examined, or that a dead process left behind, with the number of this attempt. */
  claim(): Promise<(UploadRecord & { readonly attempts: number }) | null>;
  /** Says that this process lives. */
  renew(id: string): Promise<void>;
  /** Remembers the hash before the file is moved. */
  noteHash(id: string, sha256: string): Promise<void>;
  finish(id: string, outcome: { assetId: number; isNew: boolean }): Promise<void>;
  refuse(id: string, refusal: UploadRefusal): Promise<void>;
  remove(id: string): Promise<void>;
  /** Those that nothing has become of since `before`, by the time when they were made or ended. */
  olderThan(before: EpochMs): Promise<UploadRecord[]>;
  /** The ids of all whose file must stay. */
  withFiles(): Promise<string[]>;
}

/** Opens the store. */
export function uploadStore({ db }: Pick<Database, 'db'>, now: Clock): UploadStore {
  const unfinished = inArray(uploads.state, ['receiving', 'examining']);
  const claimedUntil = sql`now() + ${CLAIM_MS}::float8 * interval '1 ms'`;

  async function end(id: string, values: Partial<typeof uploads.$inferInsert>): Promise<void> {
    await db
      .update(uploads)
      .set({ ...values, endedAt: new Date(now()), claimedUntil: null })
      .where(and(eq(uploads.id, id), eq(uploads.state, 'examining')));
  }

  return {
    async add({ ownerId, draft, bytes }, mostOpen) {
      return db.transaction(async (tx) => {
        // Two at once would both find room.
        await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`uploads ${ownerId}`}, 0))`);
        const open = await tx.$count(uploads, and(eq(uploads.ownerId, ownerId), unfinished));
        if (open >= mostOpen) return null;
        const [row] = await tx
          .insert(uploads)
          .values({ id: randomBytes(16).toString('hex'), ownerId, draft, bytes, createdAt: new Date(now()) })
          .returning();
        if (row === undefined) throw new Error('an upload vanished as it was added');
        return recordOf(row);
      });
    },
    async get(id) {
      const [row] = await db.select().from(uploads).where(eq(uploads.id, id));
      return row === undefined ? null : recordOf(row);
    },
    async openOf(ownerId) {
      const rows = await db
        .select()
        .from(uploads)
        .where(and(eq(uploads.ownerId, ownerId), unfinished))
        .orderBy(asc(uploads.createdAt), asc(uploads.id));
      return rows.map(recordOf);
    },
    async complete(id) {
      const completed = await db
        .update(uploads)
        .set({ state: 'examining' })
        .where(and(eq(uploads.id, id), eq(uploads.state, 'receiving')))
        .returning({ id: uploads.id });
      return completed.length > 0;
    },
    async claim() {
      const [row] = await db
        .update(uploads)
        .set({ claimedUntil, attempts: sql`${uploads.attempts} + 1` })
        .where(
          eq(
            uploads.id,
            sql`(select id from ${uploads} where state = 'examining'
              and (claimed_until is null or claimed_until < now())
              order by created_at, id limit 1 for update skip locked)`,
          ),
        )
        .returning();
      return row === undefined ? null : { ...recordOf(row), attempts: row.attempts };
    },
    async renew(id) {
      await db.update(uploads).set({ claimedUntil }).where(eq(uploads.id, id));
    },
    async noteHash(id, sha256) {
      await db.update(uploads).set({ sha256 }).where(eq(uploads.id, id));
    },
    finish: (id, outcome) => end(id, { state: 'done', ...outcome }),
    refuse: (id, refusal) => end(id, { state: 'refused', refusal }),
    async remove(id) {
      await db.delete(uploads).where(eq(uploads.id, id));
    },
    async olderThan(before) {
      const at = new Date(before);
      const rows = await db
        .select()
        .from(uploads)
        .where(or(and(eq(uploads.state, 'receiving'), lt(uploads.createdAt, at)), lt(uploads.endedAt, at)));
      return rows.map(recordOf);
    },
    async withFiles() {
      return (await db.select({ id: uploads.id }).from(uploads).where(unfinished)).map(({ id }) => id);
    },
  };
}

function recordOf(row: typeof uploads.$inferSelect): UploadRecord {
  const { draft, refusal, createdAt, endedAt: _, claimedUntil: __, attempts: ___, ...plain } = row;
  return {
    ...plain,
    createdAt: createdAt.getTime(),
    draft: assetDraftSchema.parse(draft),
    refusal: refusal as UploadRefusal | null,
  };
}
