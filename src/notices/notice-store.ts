import { and, eq, sql } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import { assets, renditions } from '../db/catalogue-tables.ts';
import type { Database, Db } from '../db/connect.ts';
import { notices } from '../db/notice-tables.ts';
import type { MadeFile } from '../renditions/rendition-store.ts';
import { type NoticeDraft, noticeDraftSchema } from './notice.ts';

/** Where the sound of a notice comes from. */
export type SoundSource = 'recording' | 'synthetic';

/** A file of the sound of a notice; `variant` as in rendition-plan.ts. */
export type SoundFile = MadeFile & { readonly variant: '' | 'mp3' };

/** A notice with the asset that was set of it. */
export interface Notice {
  readonly assetId: number;
  readonly draft: NoticeDraft;
  readonly sound: SoundSource | null;
}

/** The words of notices in the database. */
export interface NoticeStore {
  /** Keeps the words of an asset; the same again changes nothing. */
  add(assetId: number, draft: NoticeDraft): Promise<void>;
  /** The notice of an asset, or null where it was not typed here. */
  find(assetId: number): Promise<Notice | null>;
  /** @throws Refusal notice.unknown */
  get(assetId: number): Promise<Notice>;
  /**
   * Gives the notice its sound, as one file or several of the same, in place of any other, with its audit entry. Rings
   * `assets`.
   * @throws Refusal notice.unknown, rendition.notNow once it was submitted: reviewers decide on what they heard
   */
  setSound(assetId: number, source: SoundSource, files: readonly SoundFile[], actor: string): Promise<void>;
  /** @throws Refusal notice.unknown, rendition.notNow once it was submitted */
  requireOpen(assetId: number): Promise<void>;
}

const OPEN_STATES: readonly string[] = ['draft', 'rejected', 'withdrawn'];

/** Opens the store. */
export function noticeStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): NoticeStore {
  const { database, audit, now } = deps;
  const { db, bell } = database;

  async function find(assetId: number): Promise<Notice | null> {
    const [row] = await db.select().from(notices).where(eq(notices.assetId, assetId));
    return row ? { assetId, draft: noticeDraftSchema.parse(row.draft), sound: row.sound } : null;
  }

  async function stateOf(tx: Db, assetId: number): Promise<string> {
    const [row] = await tx
      .select({ state: assets.state })
      .from(notices)
      .innerJoin(assets, eq(assets.id, notices.assetId))
      .where(eq(notices.assetId, assetId));
    if (!row) throw unknown(assetId);
    return row.state;
  }

  async function requireOpenIn(tx: Db, assetId: number): Promise<void> {
    if (OPEN_STATES.includes(await stateOf(tx, assetId))) return;
    throw new Refusal('rendition.notNow', {
      en: 'The sound is part of what is reviewed; withdraw the notice first, or type a new one.',
      zh: '声音属于审核内容：请先撤回告示，或另写一份。',
    });
  }

  return {
    find,
    async add(assetId, draft) {
      await db
        .insert(notices)
        .values({ assetId, draft, createdAt: new Date(now()) })
        .onConflictDoNothing();
    },
    async get(assetId) {
      const found = await find(assetId);
      if (!found) throw unknown(assetId);
      return found;
    },
    requireOpen: (assetId) => requireOpenIn(db, assetId),
    async setSound(assetId, source, files, actor) {
      await db.transaction(async (tx) => {
        await tx.execute(sql`select id from assets where id = ${assetId} for update`);
        await requireOpenIn(tx, assetId);
        await tx.update(notices).set({ sound: source }).where(eq(notices.assetId, assetId));
        await tx
          .delete(renditions)
          .where(and(eq(renditions.assetId, assetId), eq(renditions.madeFor, 'sound')));
        for (const file of files) await tx.insert(renditions).values({ ...file, assetId, madeFor: 'sound' });
        await audit(tx, {
          at: now(),
          actor,
          action: 'notice.sound',
          subject: `asset ${assetId}`,
          detail: { source, sha256: files.map(({ sha256 }) => sha256) },
        });
      });
      await bell.ring('assets', String(assetId));
    },
  };
}

function unknown(assetId: number): Refusal {
  return new Refusal('notice.unknown', {
    en: `Asset ${assetId} is no notice that was typed here.`,
    zh: `素材 ${assetId} 不是在本系统中编写的告示。`,
  });
}
