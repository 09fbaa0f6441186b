import { and, sql as drizzleSql, eq, inArray } from 'drizzle-orm';
import type { Sql } from 'postgres';
import type { Audit } from '../base/audit.ts';
import { sha256Hex } from '../base/digest.ts';
import { noSuch, Refusal } from '../base/refusal.ts';
import type { Clock, Ms } from '../base/units.ts';
import type { Rendition } from '../catalogue/asset.ts';
import { type Codecs, whyUnplayable } from '../catalogue/rendition.ts';
import type { MediaClass } from '../contract/media-type.ts';
import type { Database, Db } from '../db/connect.ts';
import { renditionJobs } from '../db/rendition-tables.ts';
import { fleetNeeds } from './fleet-needs-store.ts';
import { type MadeFor, type PlannedAsset, type PlannedFile, plannedFor } from './rendition-plan.ts';
import type { TranscodeTrouble } from './transcoder-files.ts';

/** A process that has not said for so long that it lives has lost its work. */
export const CLAIM_MS: Ms = 15_000;
/** Attempts before a conversion is given up. */
export const MOST_ATTEMPTS = 3;
/** The pause after the first failed attempt; four times as long after each further one. */
const FIRST_PAUSE_MS: Ms = 30_000;

/** A file to be made, as people see it. */
export interface RenditionJob {
  readonly id: number;
  readonly assetId: number;
  readonly madeFor: MadeFor;
  readonly variant: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly attempts: number;
  readonly progressPercent: number;
  readonly trouble: TranscodeTrouble | null;
  readonly queuedAt: string;
  readonly endedAt: string | null;
}

/** A file that this process is to make now. */
export interface ClaimedJob {
  readonly id: number;
  readonly assetId: number;
  readonly madeFor: MadeFor;
  readonly variant: string;
  readonly mediaClass: MediaClass;
  readonly sha256: string;
  readonly type: string;
  readonly durationMs: Ms;
  readonly hasSound: boolean;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
}

/** A file that was made. */
export type MadeFile = Omit<Rendition, 'madeFor' | 'variant'> & { readonly loudnessLufs: number | null };

/** The queue of files to be made, in the database. Time is the database's own where claims are concerned. */
export interface RenditionStore {
  /**
   * Queues what the fleet of today needs of uploads that were not planned for it yet. Samples come level and small as
   * they are: what was made of them would only change programmes that are on the air.
   */
  plan(): Promise<void>;
  /** Queues a file; the same again changes nothing. */
  queue(assetId: number, file: PlannedFile): Promise<void>;
  /** Takes the oldest job that is due, with `stills` only one that needs no ffmpeg, or that a dead process left behind; null when there is none. */
  claim(which?: 'all' | 'stills'): Promise<ClaimedJob | null>;
  /** Says that this process lives, and how far it is. False when the job was cancelled or taken over. */
  renew(id: number, progressPercent: number): Promise<boolean>;
  /** Ends the job with its file, both or neither; false when it was lost meanwhile. Rings `assets`. */
  finish(job: ClaimedJob, file: MadeFile): Promise<boolean>;
  /** Ends the attempt; another follows after a pause, or none any more. */
  fail(id: number, trouble: TranscodeTrouble): Promise<void>;
  /** Gives the job back untouched, as at the end of the process. */
  giveBack(id: number): Promise<void>;
  ofAsset(assetId: number): Promise<readonly RenditionJob[]>;
  /** @throws Refusal rendition.unknown, rendition.notNow when it has ended */
  cancel(id: number, actor: string): Promise<RenditionJob>;
  /** Begins again what failed or was cancelled. @throws Refusal rendition.unknown, rendition.notNow */
  retry(id: number, actor: string): Promise<RenditionJob>;
}

/** Opens the queue of one process, which `holder` names among all that ever were. */
export function renditionStore(deps: {
  database: Database;
  audit: Audit<Db>;
  now: Clock;
  holder: string;
}): RenditionStore {
  const { database, audit, now, holder } = deps;
  const { sql, db, bell } = database;
  const claimedUntil = () => sql`now() + ${CLAIM_MS}::float8 * interval '1 ms'`;

  const jobs = (where: ReturnType<Sql>) => sql<RenditionJob[]>`
    select id, asset_id as "assetId", made_for as "madeFor", variant, state, attempts,
      progress_percent as "progressPercent", trouble,
      to_char(queued_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "queuedAt",
      to_char(ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "endedAt"
    from rendition_jobs where ${where} order by id`;

  /** Changes a job that is in one of `states`, with its audit entry. */
  async function change(id: number, actor: string, verb: 'cancel' | 'retry'): Promise<RenditionJob> {
    const [before] = await jobs(sql`id = ${id}`);
    if (before === undefined) throw noSuch('rendition.unknown', id);
    const change = CHANGES[verb];
    await db.transaction(async (tx) => {
      const changed = await tx
        .update(renditionJobs)
        .set({ ...change.to, ...(verb === 'cancel' ? { endedAt: dbNow } : { notBefore: dbNow }) })
        .where(and(eq(renditionJobs.id, id), inArray(renditionJobs.state, [...change.from])))
        .returning({ id: renditionJobs.id });
      if (changed.length === 0) {
        throw new Refusal('rendition.notNow', {
          en: `That cannot be done: the conversion is ${before.state}.`,
          zh: `无法执行：该转码任务当前状态为“${STATE_ZH[before.state]}”。`,
        });
      }
      await audit(tx, {
        at: now(),
        actor,
        action: `rendition.${verb}`,
        subject: `asset ${before.assetId}`,
        detail: { job: id, madeFor: before.madeFor, variant: before.variant },
      });
    });
    const [after] = await jobs(sql`id = ${id}`);
    return after ?? before;
  }

  async function queue(assetId: number, { madeFor, variant }: PlannedFile): Promise<void> {
    await sql`
      insert into rendition_jobs (asset_id, made_for, variant, not_before, queued_at)
      values (${assetId}, ${madeFor}, ${variant}, now(), now()) on conflict do nothing`;
  }

  return {
    queue,
    async plan() {
      const needs = await fleetNeeds(sql);
      const key = sha256Hex(JSON.stringify(needs)).slice(0, 16);
      const rows = await sql<(Omit<PlannedAsset, 'unplayable'> & Codecs & { id: number })[]>`
        select id, media_class as "mediaClass", width_px as "widthPx", height_px as "heightPx", framing,
          has_sound as "hasSound", type, video_codec as "videoCodec", audio_codec as "audioCodec"
        from assets
        where not is_sample and state in ('draft', 'submitted', 'approved') and planned_for is distinct from ${key}
        order by id limit 500`;
      for (const row of rows) {
        const planned = plannedFor({ ...row, unplayable: whyUnplayable(row) }, needs);
        for (const file of planned) await queue(row.id, file);
        await sql`
          update assets set planned_for = ${key} where id = ${row.id} and framing = ${row.framing}`;
      }
    },
    async claim(which = 'all') {
      await sql`
        update rendition_jobs set state = 'failed', trouble = 'serverStopped', claimed_by = null,
          claimed_until = null, ended_at = now()
        where state = 'running' and claimed_until < now() and attempts >= ${MOST_ATTEMPTS}`;
      const [job] = await sql<ClaimedJob[]>`
        update rendition_jobs j set state = 'running', attempts = attempts + 1, progress_percent = 0,
          claimed_by = ${holder}, claimed_until = ${claimedUntil()}
        from assets a
        where a.id = j.asset_id and j.id = (
          select id from rendition_jobs r
          where ((state = 'queued' and not_before <= now()) or (state = 'running' and claimed_until < now()))
            and (${which} = 'all' or exists (
              select from assets s where s.id = r.asset_id and s.media_class = 'image'))
          order by variant <> '', made_for, id limit 1 for update skip locked)
        returning j.id, j.asset_id as "assetId", j.made_for as "madeFor", j.variant, a.sha256, a.type,
          a.media_class as "mediaClass",
          coalesce(a.duration_ms, 0) as "durationMs", a.has_sound as "hasSound", a.width_px as "widthPx",
          a.height_px as "heightPx"`;
      return job ?? null;
    },
    async renew(id, progressPercent) {
      const renewed = await sql`
        update rendition_jobs set claimed_until = ${claimedUntil()}, progress_percent = ${progressPercent}
        where id = ${id} and state = 'running' and claimed_by = ${holder}`;
      return renewed.count === 1;
    },
    async finish(job, file) {
      const done = await sql.begin(async (tx) => {
        const ended = await tx`
          update rendition_jobs set state = 'done', progress_percent = 100, claimed_by = null, claimed_until = null,
            trouble = null, ended_at = now()
          where id = ${job.id} and state = 'running' and claimed_by = ${holder}`;
        if (ended.count !== 1) return false;
        await tx`
          insert into renditions (asset_id, sha256, type, media_class, bytes, duration_ms, width_px, height_px,
            has_sound, loudness_lufs, made_for, variant)
          values (${job.assetId}, ${file.sha256}, ${file.type}, ${file.mediaClass}, ${file.bytes}, ${file.durationMs},
            ${file.widthPx}, ${file.heightPx}, ${file.hasSound}, ${file.loudnessLufs}, ${job.madeFor}, ${job.variant})
          on conflict do nothing`;
        return true;
      });
      if (done) await bell.ring('assets', String(job.assetId));
      return done;
    },
    async fail(id, trouble) {
      const isFinal = trouble === 'damaged' || trouble === 'moving';
      const pause = sql`${FIRST_PAUSE_MS}::float8 * power(4, attempts - 1) * interval '1 ms'`;
      await sql`
        update rendition_jobs set
          state = case when attempts >= ${MOST_ATTEMPTS} or ${isFinal} then 'failed' else 'queued' end,
          ended_at = case when attempts >= ${MOST_ATTEMPTS} or ${isFinal} then now() end,
          trouble = ${trouble}, claimed_by = null, claimed_until = null, not_before = now() + ${pause}
        where id = ${id} and state = 'running' and claimed_by = ${holder}`;
    },
    async giveBack(id) {
      await sql`
        update rendition_jobs set state = 'queued', attempts = greatest(0, attempts - 1), progress_percent = 0,
          claimed_by = null, claimed_until = null, not_before = now()
        where id = ${id} and state = 'running' and claimed_by = ${holder}`;
    },
    ofAsset: (assetId) => jobs(sql`asset_id = ${assetId}`),
    cancel: (id, actor) => change(id, actor, 'cancel'),
    retry: (id, actor) => change(id, actor, 'retry'),
  };
}

/** Of the database, as everywhere in this queue. */
const dbNow = drizzleSql`now()`;

/** What a person may change, from which states. */
const CHANGES = {
  cancel: {
    from: ['queued', 'running'],
    to: { state: 'cancelled', claimedBy: null, claimedUntil: null },
  },
  retry: {
    from: ['failed', 'cancelled'],
    to: { state: 'queued', attempts: 0, progressPercent: 0, trouble: null, endedAt: null },
  },
} as const;

const STATE_ZH: Readonly<Record<RenditionJob['state'], string>> = {
  queued: '排队中',
  running: '转码中',
  done: '已完成',
  failed: '失败',
  cancelled: '已取消',
};
