/** The newest player of each endpoint that was not revoked: `endpoint_id`, `id`, `last_seen_at`. A query, to be put in brackets. */
export const NEWEST_PLAYERS = `
  select distinct on (endpoint_id) endpoint_id, id, last_seen_at from players
  where revoked_at is null order by endpoint_id, id desc`;

/**
 * How many numbers are missing from the plays of each player's newest epoch: `player_id`, `missing`. A query, to be put in
 * brackets; it names no player from outside, as a distributed database wants it.
 */
export const MISSING_NUMBERS = `
  select player_id, upper(received) - 1 - (select sum(upper(part) - lower(part)) from unnest(received) as part) as missing
  from (select distinct on (player_id) player_id, received from player_epochs order by player_id, epoch_no desc) as latest`;
