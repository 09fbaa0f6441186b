import { and, desc, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock, EpochMs } from '../base/units.ts';
import { refuseOutside, type Within } from '../base/within.ts';
import type { Play } from '../contract/play-report.ts';
import type { Database, Db } from '../db/connect.ts';
import { endpoints, players } from '../db/endpoint-tables.ts';
import { quarantinedPlays } from '../db/play-tables.ts';
import type { PlaceStore } from './place-store.ts';
import type { PlayMonths } from './play-months-store.ts';
import { type PlayerInDoubt, playersInDoubt } from './players-in-doubt-store.ts';
import { readPlay } from './read-play.ts';

/** The largest id and the largest number of milliseconds that a play's row holds. */
const LARGEST = 2_147_483_647;

/** Which of the plays kept apart are asked for; newest first. */
export interface QuarantineQuery {
  readonly state: 'open' | 'accepted';
  readonly endpointId?: number | undefined;
  readonly playerId?: number | undefined;
  readonly beforeId?: number | undefined;
  /** Only plays of these endpoints. */
  readonly within?: Within;
  readonly limit: number;
}

/** A play kept apart. */
export interface KeptApart {
  readonly id: number;
  readonly playerId: number;
  readonly endpointId: number;
  readonly endpoint: string;
  readonly seq: number | null;
  readonly code: string;
  /** As sent. */
  readonly report: unknown;
  readonly receivedAt: string;
  /** Whether it can be counted at all: it names what was played, when and for how long. */
  readonly acceptable: boolean;
  readonly accepted: { readonly by: string; readonly at: string; readonly reason: string } | null;
}

/** Plays that were not believed. */
export interface QuarantineStore {
  list(query: QuarantineQuery): Promise<KeptApart[]>;
  /**
   * Counts a play after all, exactly once, with a reason for the audit log.
   * @throws Refusal `play.unknown`, `play.alreadyAccepted`, `play.notAcceptable`, `remit.outside`
   */
  accept(id: number, actor: string, reason: string, within?: Within): Promise<KeptApart>;
  /** See {@link playersInDoubt}. */
  playersInDoubt(): Promise<PlayerInDoubt[]>;
}

/** Opens the store. */
export function quarantineStore(parts: {
  database: Database;
  audit: Audit<Db>;
  months: PlayMonths;
  places: PlaceStore;
  now: Clock;
}): QuarantineStore {
  const { database, audit, months, places, now } = parts;
  const { db } = database;

  const select = (tx: Db) =>
    tx
      .select({
        kept: quarantinedPlays,
        endpointId: players.endpointId,
        code: endpoints.code,
        name: endpoints.name,
      })
      .from(quarantinedPlays)
      .innerJoin(players, eq(players.id, quarantinedPlays.playerId))
      .innerJoin(endpoints, eq(endpoints.id, players.endpointId));

  return {
    async list({ state, endpointId, playerId, beforeId, limit, within = null }) {
      const rows = await select(db)
        .where(
          and(
            state === 'open' ? isNull(quarantinedPlays.acceptedAt) : isNotNull(quarantinedPlays.acceptedAt),
            endpointId === undefined ? undefined : eq(players.endpointId, endpointId),
            playerId === undefined ? undefined : eq(quarantinedPlays.playerId, playerId),
            beforeId === undefined ? undefined : lt(quarantinedPlays.id, beforeId),
            within === null ? undefined : inArray(players.endpointId, [...within]),
          ),
        )
        .orderBy(desc(quarantinedPlays.id))
        .limit(limit);
      return rows.map(keptApartOf);
    },

    async accept(id, actor, reason, within = null) {
      const [asked] = await select(db).where(eq(quarantinedPlays.id, id));
      if (!asked)
        throw new Refusal('play.unknown', {
          en: `No play ${id} is kept apart.`,
          zh: `待核对的记录中没有编号为 ${id} 的播放记录。`,
        });
      refuseOutside(within, [{ id: asked.endpointId, code: asked.code, name: asked.name }], 'id');
      const play = countable(asked.kept.seq, asked.kept.report);
      if (play === null) {
        throw new Refusal('play.notAcceptable', {
          en: 'This report does not say what was played, when and for how long.',
          zh: '这条上报没有说明播放了什么、何时播放、播放多久，无法计入。',
        });
      }
      const startedAt = Date.parse(play.startedAt);
      await months.ensure([startedAt]);
      const day = (await places.placeOf(asked.endpointId)).dayOf(startedAt);
      return db.transaction(async (tx) => {
        // Named with its player: a distributed database locks rows on one node alone.
        const isIt = and(eq(quarantinedPlays.playerId, asked.kept.playerId), eq(quarantinedPlays.id, id));
        // The row lock makes a second acceptance wait, and then find that it came too late.
        const [row] = await tx.select().from(quarantinedPlays).where(isIt).for('update');
        if (!row)
          throw new Refusal('play.unknown', {
            en: `No play ${id} is kept apart.`,
            zh: `待核对的记录中没有编号为 ${id} 的播放记录。`,
          });
        if (row.acceptedAt !== null)
          throw new Refusal('play.alreadyAccepted', {
            en: 'This play was accepted already.',
            zh: '这条播放记录已被认可，无需重复操作。',
          });
        const at = now();
        const place = { playerId: row.playerId, epochNo: row.epochNo, endpointId: asked.endpointId };
        await count(tx, { ...place, play, startedAt, day, receivedAt: row.receivedAt.getTime() });
        const [accepted] = await tx
          .update(quarantinedPlays)
          .set({ acceptedBy: actor, acceptedAt: new Date(at), acceptedReason: reason })
          .where(isIt)
          .returning();
        if (!accepted) throw new Error('the update returned no row');
        const { code, report } = row;
        const detail = { ...place, seq: row.seq, code, reason, report };
        await audit(tx, { at, actor, action: 'play.accept', subject: `play ${id}`, detail });
        return keptApartOf({ ...asked, kept: accepted });
      });
    },

    playersInDoubt: () => playersInDoubt(database.sql, now),
  };
}

/** The play, if its row can hold it. */
function countable(seq: number | null, report: unknown): Play | null {
  const play = seq === null ? null : readPlay(report);
  if (play === null || play.seq !== seq) return null;
  const ids = [play.assetId, play.bookingId ?? 1, play.overrideId ?? 1];
  return ids.every((id) => id <= LARGEST) ? play : null;
}

interface Countable {
  readonly playerId: number;
  readonly epochNo: number;
  readonly endpointId: number;
  readonly play: Play;
  readonly startedAt: EpochMs;
  readonly day: number;
  readonly receivedAt: EpochMs;
}

/** Adds one play to the plays and to their sums: what the statement of ingest does for many. */
async function count(tx: Db, one: Countable): Promise<void> {
  const { playerId, epochNo, endpointId, play, startedAt, day, receivedAt } = one;
  const overrideId = play.overrideId ?? null;
  const bookingId = overrideId === null ? (play.bookingId ?? null) : null;
  const { seq, assetId, durationMs, outcome } = play;
  await tx.execute(sql`
    insert into plays (player_id, epoch_no, seq, endpoint_id, asset_id, booking_id, override_id, started_at,
      duration_ms, outcome, received_at)
    values (${playerId}, ${epochNo}, ${seq}, ${endpointId}, ${assetId}, ${bookingId}, ${overrideId},
      to_timestamp(${startedAt}::float8 / 1000), ${durationMs}, ${outcome}, to_timestamp(${receivedAt}::float8 / 1000))`);
  await tx.execute(sql`
    insert into unsettled_sums (endpoint_id, booking_id, asset_id, hour_starts_at, date, completed, cut, failed,
      airtime_ms)
    values (${endpointId}, ${bookingId ?? 0}, ${assetId},
      date_trunc('hour', to_timestamp(${startedAt}::float8 / 1000), 'UTC'), date '1970-01-01' + ${day}::int,
      ${outcome === 'completed' ? 1 : 0}::int, ${outcome === 'cut' ? 1 : 0}::int,
      ${outcome === 'failed' ? 1 : 0}::int, ${outcome === 'failed' ? 0 : durationMs}::int)`);
}

function keptApartOf(row: {
  kept: typeof quarantinedPlays.$inferSelect;
  endpointId: number;
  code: string;
  name: string;
}): KeptApart {
  const { id, playerId, seq, code, report, receivedAt, acceptedBy, acceptedAt, acceptedReason } = row.kept;
  return {
    id,
    playerId,
    endpointId: row.endpointId,
    endpoint: `${row.code} ${row.name}`,
    seq,
    code,
    report,
    receivedAt: receivedAt.toISOString(),
    acceptable: acceptedAt === null && countable(seq, report) !== null,
    accepted:
      acceptedAt === null
        ? null
        : { by: acceptedBy ?? '', at: acceptedAt.toISOString(), reason: acceptedReason ?? '' },
  };
}
