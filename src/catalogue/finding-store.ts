import { eq } from 'drizzle-orm';
import type { Clock, Ms } from '../base/units.ts';
import type { Database } from '../db/connect.ts';
import { assetFindings } from '../db/finding-tables.ts';
import { type Findings, stretchesSchema } from './findings.ts';

/** A process that has not said for so long that it lives has lost its work. */
const CLAIM_MS: Ms = 15_000;
/** A server that dies twice over one file does not look at it again. */
const MOST_ATTEMPTS = 2;

/** A film or sound to be played through. */
export interface ListenedAsset {
  readonly assetId: number;
  readonly sha256: string;
  readonly type: string;
  readonly durationMs: Ms;
  readonly hasSound: boolean;
  readonly videoCodec: string | null;
}

/** What was found in films and sounds, in the database. Time is the database's own where claims are concerned. */
export interface FindingStore {
  /** Takes the oldest film or sound that nobody has played through; null when there is none. */
  claim(): Promise<ListenedAsset | null>;
  /** Says that this process lives. */
  renew(assetId: number): Promise<void>;
  /** Null: nothing could be found out. */
  finish(assetId: number, found: Findings | null): Promise<void>;
  /** Gives it back untouched, as at the end of the process. */
  giveBack(assetId: number): Promise<void>;
  /** What was found, `waiting` before that, `failed` where nothing could be. */
  of(assetId: number): Promise<Findings | 'waiting' | 'failed'>;
}

/** Opens the store. */
export function findingStore({ db, sql }: Database, now: Clock): FindingStore {
  const claimedUntil = () => sql`now() + ${CLAIM_MS}::float8 * interval '1 ms'`;
  return {
    async claim() {
      const [taken] = await sql<ListenedAsset[]>`
        with next as (
          select a.id from assets a left join asset_findings f on f.asset_id = a.id
          where a.media_class <> 'image' and (f.asset_id is null
            or (f.state = 'running' and f.claimed_until < now()))
          order by a.id limit 1),
        taken as (
          insert into asset_findings (asset_id, state, attempts, claimed_until)
          select id, 'running', 1, ${claimedUntil()} from next
          on conflict (asset_id) do update set attempts = asset_findings.attempts + 1,
            claimed_until = excluded.claimed_until,
            state = case when asset_findings.attempts < ${MOST_ATTEMPTS} then 'running' else 'failed' end
          where asset_findings.state = 'running' and asset_findings.claimed_until < now()
          returning asset_id, state)
        select a.id as "assetId", a.sha256, a.type, coalesce(a.duration_ms, 0) as "durationMs",
          a.has_sound as "hasSound", a.video_codec as "videoCodec"
        from taken join assets a on a.id = taken.asset_id where taken.state = 'running'`;
      return taken ?? null;
    },
    async renew(assetId) {
      await sql`update asset_findings set claimed_until = ${claimedUntil()}
        where asset_id = ${assetId} and state = 'running'`;
    },
    async finish(assetId, found) {
      await db
        .update(assetFindings)
        .set({
          state: found === null ? 'failed' : 'done',
          ...found,
          claimedUntil: null,
          endedAt: new Date(now()),
        })
        .where(eq(assetFindings.assetId, assetId));
    },
    async giveBack(assetId) {
      await db.delete(assetFindings).where(eq(assetFindings.assetId, assetId));
    },
    async of(assetId) {
      const [row] = await db.select().from(assetFindings).where(eq(assetFindings.assetId, assetId));
      if (row === undefined || row.state === 'running') return 'waiting';
      if (row.state === 'failed') return 'failed';
      const { loudnessLufs, truePeakDbtp } = row;
      return {
        ...{ loudnessLufs, truePeakDbtp },
        black: stretchesSchema.parse(row.black),
        silent: stretchesSchema.parse(row.silent),
      };
    },
  };
}
