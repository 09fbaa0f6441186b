import type { Sql } from 'postgres';

/** The file of the only asset whose number is `assetId`. */
export const fileOf = (assetId: number): string => assetId.toString(16).padStart(64, '0');

/** What the endpoints below were told: assets 1 to 4 of 10 s for bookings 1 and 2, asset 5 as filler. */
export const TOLD: readonly (readonly [string, number, number | null, number])[] = [
  [fileOf(1), 1, 1, 10_000],
  [fileOf(2), 2, 1, 10_000],
  [fileOf(3), 3, 2, 10_000],
  [fileOf(4), 4, 2, 10_000],
  [fileOf(5), 5, null, 10_000],
];

/** Adds an area and as many endpoints with one player each; equal places are pairs of a player and its endpoint. */
export async function addFleet(
  sql: Sql,
  size: number,
  pairedAt: number,
): Promise<{ playerId: number; endpointId: number }[]> {
  return sql.begin(async (tx) => {
    const [area] = await tx<{ id: number }[]>`
      insert into areas (name) values (${`area ${crypto.randomUUID()}`}) returning id`;
    const rows = await tx<{ id: number }[]>`
      insert into endpoints (code, name, kind, area_id, owner, time_zone, opening_hours, quiet_hours,
        place_class, audience_per_hour, dwell_seconds, created_at)
      select gen_random_uuid()::text, 'endpoint ' || n, 'screen', ${area?.id ?? 0}, 'owner', 'Asia/Shanghai', '[]', '[]',
        'plaza', 360, 20, to_timestamp(${pairedAt}::float8 / 1000)
      from generate_series(1, ${size}) as n returning id`;
    const fleet: { playerId: number; endpointId: number }[] = [];
    for (const { id: endpointId } of rows) {
      const [player] = await tx<{ id: number }[]>`
        insert into players (endpoint_id, token_hash, hardware_id, capabilities, paired_at)
        values (${endpointId}, gen_random_uuid()::text, 'box', '{}', to_timestamp(${pairedAt}::float8 / 1000))
        returning id`;
      await tx`
        insert into manifests (endpoint_id, revision, serial, issued_at, valid_until, told)
        values (${endpointId}, 'revision', 1, to_timestamp(${pairedAt}::float8 / 1000),
          to_timestamp(${pairedAt}::float8 / 1000 + 259200), ${JSON.stringify(TOLD)}::text::jsonb)`;
      fleet.push({ playerId: player?.id ?? 0, endpointId });
    }
    return fleet;
  });
}
