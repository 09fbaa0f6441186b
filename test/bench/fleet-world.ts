import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp from 'sharp';
import { sha256Hex } from '../../src/base/digest.ts';
import { HOUR_MS, type Ms } from '../../src/base/units.ts';
import { mediaFiles } from '../../src/catalogue/media-files.ts';
import { type DatabaseOptions, openDatabase } from '../../src/db/connect.ts';
import { worldOf } from '../support/world.ts';

/** Who may speak in the world of a measured fleet. */
export interface FleetWorld {
  /** Enrolment tokens, one an endpoint of the fleet. */
  readonly enrolments: readonly string[];
  /** Tokens of players that are paired already. */
  readonly probes: readonly string[];
}

/** Endpoints in one area, four real stills that fill every hour, `stillMs` each; an enrolment for each of the fleet. */
export async function fleetWorld(
  place: DatabaseOptions,
  dataDir: string,
  players: number,
  probeCount: number,
  stillMs: Ms,
): Promise<FleetWorld> {
  const database = await openDatabase(place);
  const { sql } = database;
  const world = worldOf(database);
  const files = await mediaFiles(dataDir);
  const assetIds: number[] = [];
  for (const background of ['#a00', '#0a0', '#00a', '#aa0']) {
    const picture = await sharp({ create: { width: 320, height: 180, channels: 3, background } })
      .png()
      .toBuffer();
    const { id, sha256 } = await world.asset({
      mediaClass: 'image',
      type: 'image/png',
      bytes: picture.length,
      durationMs: null,
      hasSound: false,
    });
    // The world makes up a hash; here the file is real.
    const real = sha256Hex(picture);
    await sql`update assets set sha256 = ${real} where sha256 = ${sha256}`;
    await sql`update renditions set sha256 = ${real} where sha256 = ${sha256}`;
    await mkdir(dirname(files.pathOf(real)), { recursive: true });
    await writeFile(files.pathOf(real), picture);
    assetIds.push(id);
  }
  const playlistId = await world.playlist(...assetIds);
  await sql`update playlist_items set still_ms = ${stillMs}`;
  const campaignId = await world.campaign('2020-01-01', '2099-12-31');
  await world.booking({
    playlistId,
    campaignId,
    fromDate: '2020-01-01',
    toDate: '2099-12-31',
    rateValue: HOUR_MS / stillMs,
  });
  const ids = await world.endpointsAlike(players + probeCount);
  const enrolments = await world.enrolments(ids.slice(0, players));
  const probes = Array.from({ length: probeCount }, (_, n) => `fleet-probe-token-${n}`);
  await sql`
    insert into players (endpoint_id, token_hash, hardware_id, capabilities, paired_at, last_seen_at)
    select id, hash, 'probe ' || id, '{}', now(), now()
    from unnest(${probes.map(sha256Hex)}::text[], ${ids.slice(players)}::int[]) as one (hash, id)`;
  await sql`analyze`;
  await database.close();
  return { enrolments, probes };
}
