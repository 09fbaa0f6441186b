import type { EpochMs } from '../base/units.ts';
import type { Database } from '../db/connect.ts';
import type { ManifestContent } from './build-manifest.ts';
import { targetsAt } from './pace-store.ts';
import { type WithheldStore, withheldStore } from './withheld-store.ts';
import { BookedDates, type LoadedWorld, loadWorld } from './world-store.ts';

/** A manifest as it was given out. */
export interface IssuedManifest {
  readonly endpointId: number;
  readonly revision: string;
  readonly serial: number;
  readonly issuedAt: EpochMs;
  readonly validUntil: EpochMs;
}

/** A manifest to give out unless its endpoint's newest already has that revision. */
export interface Publication {
  readonly endpointId: number;
  readonly content: ManifestContent;
  readonly validUntil: EpochMs;
  /** The endpoint's newest serial, 0 for none, as it was before the world was read of which this was made. */
  readonly afterSerial: number;
}

/** What became of publications. */
export interface Published {
  readonly issued: readonly IssuedManifest[];
  /**
   * Not given out, since another server gave out something else meanwhile, which may be newer: read the world again. The
   * newest serial by endpoint.
   */
  readonly overtaken: ReadonlyMap<number, number>;
}

/** What the schedule reads and remembers. */
export interface ProgrammeStore extends WithheldStore {
  /**
   * Everything as of now, targets paced for the date of `at`; `campaignId` is paced even without a booking, and with
   * `endpointId` there is that endpoint alone.
   */
  load(at: EpochMs, of?: { campaignId?: number | undefined; endpointId?: number }): Promise<LoadedWorld>;
  /**
   * Gives out manifests: takes the next serial of each endpoint whose newest revision differs, remembers
   * what was told and replaces the promised programme from `at` on. What was promised before `at` stays.
   * Safe on several servers at once: equal content is given out once, and what was made of an older world never
   * follows what was made of a newer one.
   */
  publish(publications: readonly Publication[], at: EpochMs): Promise<Published>;
  /** The newest serial that was given out, by endpoint. */
  newestSerials(): Promise<ReadonlyMap<number, number>>;
}

/** Opens the store. */
export function programmeStore(database: Database): ProgrammeStore {
  const { db, sql } = database;
  const datesOf = new BookedDates();
  return {
    ...withheldStore(sql),

    async load(at, { campaignId, endpointId } = {}) {
      const targets = await targetsAt(db, at, campaignId);
      return db.transaction((tx) => loadWorld(tx, targets, datesOf, endpointId), {
        isolationLevel: 'repeatable read',
        accessMode: 'read only',
      });
    },
    async newestSerials() {
      const rows = await sql<{ id: number; serial: number }[]>`
        select e.id, coalesce((select max(m.serial) from manifests m where m.endpoint_id = e.id), 0) as serial
        from endpoints e`;
      return new Map(rows.map(({ id, serial }) => [id, serial]));
    },
    async publish(publications, at) {
      const overtaken = new Map<number, number>();
      if (publications.length === 0) return { issued: [], overtaken };
      return sql.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(${PUBLISH_LOCK})`;
        const ids = publications.map((publication) => publication.endpointId);
        const newest = new Map(
          (
            await tx<
              { endpoint_id: number; revision: string; serial: number; issued: number; valid: number }[]
            >`
              select distinct on (endpoint_id) endpoint_id, revision, serial,
                (extract(epoch from issued_at) * 1000)::float8 as issued,
                (extract(epoch from valid_until) * 1000)::float8 as valid
              from manifests where endpoint_id = any(${ids}::int[])
              order by endpoint_id, serial desc`
          ).map((row) => [row.endpoint_id, row]),
        );
        const issued: IssuedManifest[] = [];
        const fresh: Publication[] = [];
        for (const one of publications) {
          const { endpointId, content, validUntil } = one;
          const { revision } = content;
          const known = newest.get(endpointId);
          if (known?.revision === revision) {
            const { serial, issued: issuedAt, valid } = known;
            issued.push({ endpointId, revision, serial, issuedAt, validUntil: valid });
          } else if (known && known.serial > one.afterSerial) {
            overtaken.set(endpointId, known.serial);
          } else {
            fresh.push(one);
            issued.push({ endpointId, revision, serial: (known?.serial ?? 0) + 1, issuedAt: at, validUntil });
          }
        }
        if (fresh.length === 0) return { issued, overtaken };
        const serials = new Map(issued.map((one) => [one.endpointId, one.serial]));
        await tx`
          insert into manifests (endpoint_id, revision, serial, issued_at, valid_until, told)
          select endpoint_id, revision, serial, to_timestamp(${at}::float8 / 1000), to_timestamp(valid / 1000), told::jsonb
          from unnest(
            ${fresh.map((one) => one.endpointId)}::int[],
            ${fresh.map((one) => one.content.revision)}::text[],
            ${fresh.map((one) => serials.get(one.endpointId) ?? 1)}::int[],
            ${fresh.map((one) => one.validUntil)}::float8[],
            ${fresh.map((one) => JSON.stringify(one.content.body.told))}::text[]
          ) as t (endpoint_id, revision, serial, valid, told)`;
        const loops = new Map(
          fresh.flatMap((one) => one.content.body.loops.map((loop) => [loop.id, loop] as const)),
        );
        await tx`
          insert into loops (id, length_ms, spots)
          select id, length_ms, spots::jsonb from unnest(
            ${[...loops.keys()]}::text[],
            ${[...loops.values()].map((loop) => loop.lengthMs)}::int[],
            ${[...loops.values()].map((loop) =>
              JSON.stringify(loop.spots.map((s) => [s.atMs, s.durationMs, s.sha256, s.assetId, s.bookingId])),
            )}::text[]
          ) as t (id, length_ms, spots)
          on conflict (id) do nothing`;
        const rows = fresh.flatMap((one) =>
          one.content.body.programme
            .filter(({ hour }) => hour.startsAt + hour.lengthMs > at)
            .map(({ hour, loop }) => ({ endpointId: one.endpointId, hour, loopId: loop.id })),
        );
        const freshIds = fresh.map((one) => one.endpointId);
        const columns = [
          rows.map((row) => row.endpointId),
          rows.map((row) => row.hour.startsAt),
          rows.map((row) => row.hour.startsAt + row.hour.lengthMs),
          rows.map((row) => row.loopId),
        ] as const;
        // A stretch that runs on with the same loop keeps its row; one that is cut ends now.
        await tx`delete from programme where endpoint_id = any(${freshIds}::int[]) and starts_at >= to_timestamp(${at}::float8 / 1000)`;
        await tx`
          update programme set ends_at = to_timestamp(${at}::float8 / 1000)
          where endpoint_id = any(${freshIds}::int[]) and ends_at > to_timestamp(${at}::float8 / 1000)
            and not exists (
              select from unnest(${columns[0]}::int[], ${columns[1]}::float8[], ${columns[3]}::text[]) as t (e, s, l)
              where t.e = endpoint_id and to_timestamp(t.s / 1000) = loop_starts_at and t.l = loop_id)`;
        await tx`
          insert into programme (endpoint_id, starts_at, ends_at, loop_starts_at, loop_id)
          select e, to_timestamp(greatest(s, ${at}::float8) / 1000), to_timestamp(n / 1000), to_timestamp(s / 1000), l
          from unnest(${columns[0]}::int[], ${columns[1]}::float8[], ${columns[2]}::float8[], ${columns[3]}::text[]) as t (e, s, n, l)
          where not exists (
            select from programme p
            where p.endpoint_id = t.e and p.loop_starts_at = to_timestamp(t.s / 1000) and p.loop_id = t.l
              and p.ends_at = to_timestamp(t.n / 1000))`;
        return { issued, overtaken };
      });
    },
  };
}

/** Key of the advisory lock under which manifests are given out; any fixed number of ours. */
const PUBLISH_LOCK = 119_001;
