import { and, eq, lte } from 'drizzle-orm';
import type { Audit, AuditEntry } from '../base/audit.ts';
import { noSuch, type Refusal } from '../base/refusal.ts';
import type { Bytes, Clock, EpochMs } from '../base/units.ts';
import { assets, renditions } from '../db/catalogue-tables.ts';
import type { Database, Db } from '../db/connect.ts';
import type { Asset, AssetDraft, AssetState, ReviewMark } from './asset.ts';
import { readAssets } from './asset-rows-store.ts';
import type { Probed } from './probed.ts';
import { whyUnplayable } from './rendition.ts';

/** A new asset: what staff said, what the file is, and who brought it. */
export interface NewAsset {
  readonly draft: AssetDraft & { readonly titleZh: string; readonly isSample?: boolean };
  readonly probed: Probed;
  readonly sha256: string;
  readonly bytes: Bytes;
  readonly actor: string;
}

/** What the review changes of an asset; what is absent stays. */
export interface ReviewChange {
  readonly state: AssetState;
  readonly submittedBy?: string | null;
  readonly submittedAt?: EpochMs | null;
  readonly decidedBy?: string | null;
  readonly decidedAt?: EpochMs | null;
  readonly decisionReason?: string | null;
  readonly decisionMark?: ReviewMark | null;
  readonly firstApprovedBy?: string | null;
  readonly expiresAt?: EpochMs | null;
}

/** What else must change in the same transaction as an asset. */
export type AlongsideChange = (tx: Db, after: Asset) => Promise<void>;

/** A file that players may have. */
export interface ApprovedFile {
  readonly type: string;
  readonly bytes: Bytes;
}

/** Assets and renditions in the database. */
export interface AssetStore {
  /** All assets, oldest first; only those that fit what is given. */
  list(filter?: {
    state?: AssetState | undefined;
    category?: Asset['category'] | undefined;
    /** Those whose time was over at this instant. */
    expiredBy?: EpochMs | undefined;
  }): Promise<Asset[]>;
  /** @throws Refusal asset.unknown */
  get(id: number): Promise<Asset>;
  /** The asset whose uploaded file has this hash. */
  bySha256(sha256: string): Promise<Asset | null>;
  /**
   * Adds an asset and, where players can play it as it is, the file as its rendition. The same content again
   * gives the asset that is there. `keepFile` runs inside the transaction, once it is certain that the asset
   * is new: when it fails, nothing is added; when adding fails after it, `dropFile` runs.
   */
  create(
    asset: NewAsset,
    files: { keepFile(): Promise<void>; dropFile(): Promise<void> },
  ): Promise<{ asset: Asset; isNew: boolean }>;
  /**
   * Lets `decide` look at an asset that nobody else can change meanwhile, writes what it decided with its
   * audit entry and what goes `alongside` in the same transaction, and rings `assets`. What either throws
   * leaves everything as it was.
   * @throws Refusal asset.unknown
   */
  change(
    id: number,
    decide: (asset: Asset) => { change: ReviewChange; entry: AuditEntry },
    alongside?: AlongsideChange,
  ): Promise<Asset>;
  /** The file that some approved asset has as rendition; from memory where it was asked before. */
  approvedFile(sha256: string): Promise<ApprovedFile | null>;
  /** The same where memory knows it at this moment, else null. */
  approvedFileAtOnce(sha256: string): ApprovedFile | null;
  /** Stops following the bell. */
  close(): void;
}

/** How many answers about files are remembered. */
const REMEMBERED_FILES = 10_000;

/** Opens the store. Rings and follows `assets`. */
export function assetStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): AssetStore {
  const { database, audit, now } = deps;
  const { db, bell } = database;
  let approved = new Map<string, Promise<ApprovedFile | null>>();
  let atOnce = new Map<string, ApprovedFile>();
  const forget = (): void => {
    approved = new Map();
    atOnce = new Map();
  };
  const stops = [bell.listen('assets', forget), bell.whenMissed(forget)];

  async function readApproved(sha256: string): Promise<ApprovedFile | null> {
    const [file] = await db
      .select({ type: renditions.type, bytes: renditions.bytes })
      .from(renditions)
      .innerJoin(assets, eq(assets.id, renditions.assetId))
      .where(and(eq(renditions.sha256, sha256), eq(assets.state, 'approved')))
      .limit(1);
    return file ?? null;
  }

  async function get(id: number): Promise<Asset> {
    const [found] = await readAssets(db, eq(assets.id, id));
    if (!found) throw unknown(id);
    return found;
  }

  return {
    list: ({ state, category, expiredBy } = {}) =>
      readAssets(
        db,
        and(
          state === undefined ? undefined : eq(assets.state, state),
          category === undefined ? undefined : eq(assets.category, category),
          expiredBy === undefined ? undefined : lte(assets.expiresAt, new Date(expiredBy)),
        ),
      ),
    get,
    async bySha256(sha256) {
      return (await readAssets(db, eq(assets.sha256, sha256)))[0] ?? null;
    },
    async create(wanted, { keepFile, dropFile }) {
      const id = await db.transaction(async (tx) => {
        const id = await insertAsset(tx, wanted, now());
        if (id === null) return null;
        // Others who bring the same content wait for our row, so nobody else relies on the file yet.
        try {
          await keepFile();
          await audit(tx, {
            at: now(),
            actor: wanted.actor,
            action: 'asset.create',
            subject: `asset ${id}`,
            detail: { sha256: wanted.sha256, fileName: wanted.draft.fileName, titleZh: wanted.draft.titleZh },
          });
        } catch (error) {
          await dropFile();
          throw error;
        }
        return id;
      });
      if (id !== null) return { asset: await get(id), isNew: true };
      const [there] = await readAssets(db, eq(assets.sha256, wanted.sha256));
      if (!there) throw new Error('the asset that was in the way has gone');
      return { asset: there, isNew: false };
    },
    async change(id, decide, alongside) {
      const changed = await db.transaction(async (tx) => {
        const [locked] = await tx
          .select({ id: assets.id })
          .from(assets)
          .where(eq(assets.id, id))
          .for('update');
        const [before] = locked ? await readAssets(tx, eq(assets.id, id)) : [];
        if (!before) throw unknown(id);
        const { change, entry } = decide(before);
        await tx.update(assets).set(columnsOf(change)).where(eq(assets.id, id));
        await audit(tx, entry);
        const [after] = await readAssets(tx, eq(assets.id, id));
        if (!after) throw new Error('an asset vanished inside its own transaction');
        await alongside?.(tx, after);
        return after;
      });
      forget();
      await bell.ring('assets', String(id));
      return changed;
    },
    approvedFile(sha256) {
      const known = approved.get(sha256);
      if (known) return known;
      const asked = readApproved(sha256);
      const [memory, resolved] = [approved, atOnce];
      if (memory.size >= REMEMBERED_FILES) {
        memory.clear();
        resolved.clear();
      }
      memory.set(sha256, asked);
      asked.then(
        // Hashes that nobody has are not remembered: a stranger could fill the memory with them.
        (file) => (file === null ? memory.delete(sha256) : resolved.set(sha256, file)),
        () => memory.delete(sha256),
      );
      return asked;
    },
    approvedFileAtOnce: (sha256) => atOnce.get(sha256) ?? null,
    close() {
      for (const stop of stops) stop();
    },
  };
}

function unknown(id: number): Refusal {
  return noSuch('asset.unknown', id);
}

/** The new asset's id, or null when the content is there already. */
async function insertAsset(tx: Db, wanted: NewAsset, at: EpochMs): Promise<number | null> {
  const { draft, probed, sha256, bytes, actor } = wanted;
  const { newVersionOf, expiresAt, ...plain } = draft;
  const [row] = await tx
    .insert(assets)
    .values({
      ...plain,
      ...probed,
      ...{ sha256, bytes, createdBy: actor, createdAt: new Date(at) },
      versionOf: newVersionOf === undefined ? null : await firstVersion(tx, newVersionOf),
      expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
    })
    .onConflictDoNothing({ target: assets.sha256 })
    .returning({ id: assets.id });
  if (!row) return null;
  if (whyUnplayable(probed) === null) {
    const { mediaClass, type, durationMs, widthPx, heightPx, hasSound } = probed;
    const file = { sha256, type, mediaClass, bytes, durationMs, widthPx, heightPx, hasSound };
    await tx.insert(renditions).values({ assetId: row.id, ...file });
  }
  return row.id;
}

/** @throws Refusal asset.unknown */
async function firstVersion(tx: Db, id: number): Promise<number> {
  const [asset] = await tx.select({ versionOf: assets.versionOf }).from(assets).where(eq(assets.id, id));
  if (!asset) throw unknown(id);
  return asset.versionOf ?? id;
}

function columnsOf(change: ReviewChange): Partial<typeof assets.$inferInsert> {
  const { submittedAt, decidedAt, expiresAt, ...rest } = change;
  return {
    ...rest,
    ...(submittedAt !== undefined && { submittedAt: dateOf(submittedAt) }),
    ...(decidedAt !== undefined && { decidedAt: dateOf(decidedAt) }),
    ...(expiresAt !== undefined && { expiresAt: dateOf(expiresAt) }),
  };
}

function dateOf(at: EpochMs | null): Date | null {
  return at === null ? null : new Date(at);
}
