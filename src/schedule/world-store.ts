import { and, asc, eq, gt, inArray, isNull, or } from 'drizzle-orm';
import { type BookingTimes, bookedDates, rateOf } from '../campaigns/booking.ts';
import { holidayCalendar } from '../campaigns/holiday.ts';
import { DEFAULT_STILL_MS } from '../campaigns/playlist.ts';
import { loadSeparation } from '../campaigns/scheduling-rule-store.ts';
import type { PlayableFile } from '../catalogue/rendition.ts';
import type { ManifestMedia } from '../contract/manifest.ts';
import { bookings, holidays, playlistItems } from '../db/campaign-tables.ts';
import { assets, RENDITION_ORDER, renditions } from '../db/catalogue-tables.ts';
import type { Database } from '../db/connect.ts';
import { endpoints } from '../db/endpoint-tables.ts';
import { standingMaterial } from '../db/override-tables.ts';
import { inSlices } from '../db/slices.ts';
import type { EntryFacts, MaterialFacts, TargetFacts, World } from './eligible.ts';
import { pacedWorld } from './pacing.ts';
import { loadTakes } from './takes-store.ts';

/** Everything the compiler works on, read at one moment. */
export interface LoadedWorld {
  readonly world: World;
  /** Approved material to hold ready for emergencies, by asset. */
  readonly standing: readonly MaterialFacts[];
  /** The entries of a playlist, for bookings that are not stored yet; none for an unknown one. */
  entriesOf(playlistId: number): readonly EntryFacts[];
  /** What a manifest says of a file. Throws for a file that no rendition has. */
  mediaOf(sha256: string): Omit<ManifestMedia, 'url' | 'durationMs'>;
}

/** Worked-out recurrences, so that each is worked out once and not at every load. */
export class BookedDates {
  readonly #known = new Map<string, ReadonlySet<string> | null>();

  of(times: BookingTimes): ReadonlySet<string> | null {
    const { fromDate, toDate, rrule, exdates } = times;
    if (rrule === null && exdates.length === 0) return null;
    const key = JSON.stringify([fromDate, toDate, rrule, exdates]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const dates = bookedDates(times);
    if (this.#known.size >= 10_000) this.#known.clear();
    this.#known.set(key, dates);
    return dates;
  }
}

/** Reads everything, or with `endpointId` that endpoint and everything else. */
export async function loadWorld(
  tx: Parameters<Parameters<Database['db']['transaction']>[0]>[0],
  targets: readonly TargetFacts[],
  datesOf: BookedDates,
  endpointId: number | undefined,
): Promise<LoadedWorld> {
  const places = await inSlices(
    (above, most) =>
      tx
        .select()
        .from(endpoints)
        .where(
          and(gt(endpoints.id, above), endpointId === undefined ? undefined : eq(endpoints.id, endpointId)),
        )
        .orderBy(asc(endpoints.id))
        .limit(most),
    ({ id }) => id,
  );
  const booked = await tx
    .select()
    .from(bookings)
    .where(isNull(bookings.withdrawnAt))
    .orderBy(asc(bookings.id));
  const entries = await tx
    .select()
    .from(playlistItems)
    .orderBy(asc(playlistItems.playlistId), asc(playlistItems.position));
  // Most material of a large library waits in no playlist.
  const inUse = tx
    .select({ id: assets.id })
    .from(assets)
    .where(
      or(
        assets.isFiller,
        inArray(assets.id, tx.select({ id: playlistItems.assetId }).from(playlistItems)),
        inArray(assets.id, tx.select({ id: standingMaterial.assetId }).from(standingMaterial)),
      ),
    );
  const material = await tx.select().from(assets).where(inArray(assets.id, inUse)).orderBy(asc(assets.id));
  const allFiles = await tx
    .select()
    .from(renditions)
    .where(inArray(renditions.assetId, inUse))
    .orderBy(...RENDITION_ORDER);
  const held = await tx.select().from(standingMaterial).orderBy(asc(standingMaterial.assetId));

  const variants = await tx.selectDistinct({ variant: renditions.variant }).from(renditions);
  const takes = await loadTakes(tx, variants, new Map(material.map(({ id, framing }) => [id, framing])));
  const filesOf = new Map<number, PlayableFile[]>();
  const mediaByHash = new Map<string, Omit<ManifestMedia, 'url' | 'durationMs'>>();
  for (const file of takes.inForce(allFiles)) {
    const own = filesOf.get(file.assetId) ?? [];
    own.push(file);
    filesOf.set(file.assetId, own);
    mediaByHash.set(file.sha256, {
      sha256: file.sha256,
      bytes: file.bytes,
      type: file.type,
      ...(file.widthPx !== null && { width: file.widthPx }),
      ...(file.heightPx !== null && { height: file.heightPx }),
      ...(file.loudnessLufs !== null && { loudnessLufs: file.loudnessLufs }),
    });
  }
  const facts = new Map<number, MaterialFacts>(
    material.map((asset) => [
      asset.id,
      { assetId: asset.id, category: asset.category, state: asset.state, files: filesOf.get(asset.id) ?? [] },
    ]),
  );
  const entriesOf = new Map<number, EntryFacts[]>();
  for (const entry of entries) {
    const found = facts.get(entry.assetId);
    if (!found) continue;
    const own = entriesOf.get(entry.playlistId) ?? [];
    own.push({ material: found, stillMs: entry.stillMs, weight: entry.weight });
    entriesOf.set(entry.playlistId, own);
  }
  return {
    world: pacedWorld({
      endpoints: places.map((place) => ({ ...place, takes: takes.of(place) })),
      bookings: booked.map((row) => ({
        ...row,
        selection: row.selection as World['bookings'][number]['selection'],
        dates: datesOf.of(row),
        rate: rateOf(row),
        entries: entriesOf.get(row.playlistId) ?? [],
      })),
      filler: material
        .filter((asset) => asset.isFiller && asset.state === 'approved')
        .flatMap((asset) => {
          const found = facts.get(asset.id);
          return found ? [{ material: found, stillMs: DEFAULT_STILL_MS, weight: 1 }] : [];
        }),
      separation: (await loadSeparation(tx)).map(({ gapSeconds, ...rule }) => ({
        ...rule,
        gapMs: gapSeconds * 1_000,
      })),
      calendar: holidayCalendar(await tx.select().from(holidays).orderBy(asc(holidays.date))),
      targets,
    }),
    standing: held.flatMap(({ assetId }) => facts.get(assetId) ?? []),
    entriesOf: (playlistId) => entriesOf.get(playlistId) ?? [],
    mediaOf(sha256) {
      const media = mediaByHash.get(sha256);
      if (!media) throw new Error(`no rendition ${sha256}`);
      return media;
    },
  };
}
