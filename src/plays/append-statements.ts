import { OUTCOMES } from './ingest.ts';

/*
 * How plays come into their tables, for each way to commit them. `fresh` gives, a row a play, the columns `player_id,
 * epoch_no, endpoint_id, seq, asset_id, booking_id, override_id, started_ms, duration_ms, outcome` (its place in OUTCOMES)
 * and `day`; what is named below of them.
 */

const outcome = (name: (typeof OUTCOMES)[number]) => OUTCOMES.indexOf(name);

/** Appends the plays. `receivedMs`: the parameter with the instant of their commit. Needs all columns but `day`. */
export function appendPlays(fresh: string, receivedMs: string): string {
  return `
  insert into plays (player_id, epoch_no, seq, endpoint_id, asset_id, booking_id, override_id, started_at,
    duration_ms, outcome, received_at)
  select player_id, epoch_no, seq, endpoint_id, asset_id, booking_id, override_id,
    to_timestamp(started_ms / 1000::float8), duration_ms,
    (array[${OUTCOMES.map((name) => `'${name}'`).join(', ')}])[outcome + 1], to_timestamp(${receivedMs}::float8 / 1000)
  from ${fresh}`;
}

/** Appends what they come to by endpoint, booking, asset, UTC hour and local day. Needs no `player_id, epoch_no, seq`. */
export function appendSums(fresh: string): string {
  const plays = (name: (typeof OUTCOMES)[number]) => `count(*) filter (where outcome = ${outcome(name)})`;
  return `
  insert into unsettled_sums (endpoint_id, booking_id, asset_id, hour_starts_at, date, completed, cut, failed,
    airtime_ms)
  select endpoint_id, coalesce(booking_id, 0), asset_id, to_timestamp(started_ms / 3600000 * 3600),
    date '1970-01-01' + day, ${plays('completed')}, ${plays('cut')}, ${plays('failed')},
    coalesce(sum(duration_ms) filter (where outcome < ${outcome('failed')}), 0)
  from ${fresh}
  group by endpoint_id, coalesce(booking_id, 0), asset_id, started_ms / 3600000, day`;
}
