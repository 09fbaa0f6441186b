import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/base/units.ts';
import { campaignStore } from '../../src/campaigns/campaign-store.ts';
import { makeGoods } from '../../src/impressions/make-good-flow.ts';
import { owedByDay } from '../../src/impressions/owed-flow.ts';
import { CAUSES, type Causes, type ShortfallRow } from '../../src/impressions/shortfall.ts';
import { shortfallRoutes } from '../../src/impressions/shortfall-routes.ts';
import { shortfallStore } from '../../src/impressions/shortfall-store.ts';
import { sumsStore } from '../../src/plays/sums-store.ts';
import { audit, listAudit } from '../../src/staff/audit-store.ts';
import { roomApp } from '../support/room-app.ts';
import { worldOf } from '../support/world.ts';
import { NOW, type PlayedHour, playedHour } from './a-played-hour.ts';
import { recountDay } from './a-recount.ts';

/** 22:30: what was promised until 21:00 is over. */
const LATER = NOW + 2 * HOUR_MS;
const now = () => LATER;
/** When answers about what is owed were read. */
let clock = LATER;
let world: PlayedHour;
let room: ReturnType<typeof roomApp>;

beforeAll(async () => {
  world = await playedHour();
  const { database } = world;
  const { id: assetId } = await worldOf(database).asset();
  await database.sql`
    insert into playlist_items (playlist_id, position, asset_id, weight)
    select playlist_id, 0, ${assetId}, 1 from bookings where id = ${world.bookingId}`;
  const shortfalls = shortfallStore({ database, audit, now });
  const campaigns = campaignStore({ database, audit, now });
  room = roomApp([
    shortfallRoutes({
      shortfalls,
      makeGoods: makeGoods({ shortfalls, campaigns, now }),
      owed: owedByDay({ shortfalls, now: () => clock }),
      fitOf: async () => null,
    }),
  ]);
});
afterAll(() => world.database.close());

async function ask(method: string, path: string, body?: unknown) {
  const answer = await room.app.request(path, {
    method,
    headers: {
      authorization: 'Bearer ann.editor',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(room.faults).toEqual([]);
  return { status: answer.status, body: await answer.json() };
}
const PERIOD = 'from=2027-02-05&to=2027-02-05';
const shortfalls = async () => (await ask('GET', `/api/reports/shortfalls?${PERIOD}`)).body;
async function seen(place: number, at: number | null): Promise<void> {
  const { database, fleet } = world;
  await database.sql`
    update players set last_seen_at = to_timestamp(${at}::float8 / 1000) where id = ${fleet[place]?.playerId ?? 0}`;
}
const rowOf = async (place: number) => {
  const { rows } = await shortfalls();
  return rows.find((row: { endpointId: number }) => row.endpointId === world.fleet[place]?.endpointId);
};

describe('GET /api/reports/owed', () => {
  it('tells how much a day owes, and five minutes later what came in since', async () => {
    const owed = async () => (await ask('GET', '/api/reports/owed?day=2027-02-05')).body;
    expect(await owed()).toEqual({ bookings: 1, plays: 2 });
    await seen(0, LATER);
    expect(await owed()).toEqual({ bookings: 1, plays: 2 });
    clock += 5 * MINUTE_MS;
    expect(await owed()).toEqual({ bookings: 1, plays: 182 });
    await seen(0, null);
  });
});

describe('GET /api/reports/shortfalls', () => {
  it('counts plays of players that have not called since as silent, and owes none of them yet', async () => {
    const { totals, rows, proposals } = await shortfalls();
    expect(totals).toMatchObject({ promised: 720, counted: 179, short: 541, owed: 2 });
    expect(totals.causes).toMatchObject({ cut: 1, failed: 1, silent: 539, notPlayed: 0 });
    expect(rows).toHaveLength(2);
    expect(proposals).toMatchObject([{ owed: 2 }]);
  });

  it('tells apart what a player that calls did not play, and where the programme changed inside the hour', async () => {
    await seen(0, LATER);
    await seen(1, LATER);
    expect(await rowOf(0)).toMatchObject({
      short: 182,
      owed: 182,
      causes: { cut: 1, failed: 1, notPlayed: 180 },
    });
    expect(await rowOf(1)).toMatchObject({ short: 359, causes: { programmeChanged: 179, notPlayed: 180 } });
  });

  it('waits for reports whose numbers are missing', async () => {
    const { database, fleet } = world;
    const player = fleet[1]?.playerId ?? 0;
    await database.sql`update player_epochs set received = '{[1,2),[9,10)}' where player_id = ${player}`;
    expect(await rowOf(1)).toMatchObject({ owed: 0, causes: { reportsMissing: 359 } });
    await database.sql`update player_epochs set received = '{[1,2)}' where player_id = ${player}`;
  });

  it('knows of an emergency that was on the air, and of an endpoint without a player', async () => {
    const { database, fleet } = world;
    const [first, second] = [fleet[0]?.endpointId ?? 0, fleet[1]?.playerId ?? 0];
    const [raised] = await database.sql<{ id: number }[]>`
      insert into overrides (state, severity, drill, content, aim, parts, unreached, minutes, from_at, until_at,
        proposed_by, proposed_at, lapses_at, confirmed_by, confirmed_at)
      values ('live', 'severe', false, '{}', '{}', ${JSON.stringify([{ endpoints: [first] }])}::text::jsonb, '[]', 60,
        ${new Date(NOW - HOUR_MS / 2).toISOString()}, ${new Date(NOW).toISOString()}, 'a', now(), now(), 'b', now())
      returning id`;
    expect(await rowOf(0)).toMatchObject({ causes: { override: 180, notPlayed: 0 } });
    await database.sql`delete from overrides where id = ${raised?.id ?? 0}`;
    await database.sql`update players set revoked_at = now() where id = ${second}`;
    expect(await rowOf(1)).toMatchObject({ causes: { noPlayer: 359 } });
    await database.sql`update players set revoked_at = null where id = ${second}`;
  });

  it("owes what was asked of an over-full hour and never promised, by its cause, from the hour's start on", async () => {
    const { bookingId, database, fleet } = world;
    const endpointId = fleet[0]?.endpointId ?? 0;
    const before = await rowOf(0);
    const write = (startsAt: number, plays: unknown) => database.sql`
      insert into withheld_plays (endpoint_id, hour_starts_at, plays)
      values (${endpointId}, to_timestamp(${startsAt}::float8 / 1000), ${JSON.stringify(plays)}::text::jsonb)`;
    await write(NOW - HOUR_MS, [
      [bookingId, 7, 'overFull'],
      [bookingId + 1_000, 50, 'overFull'],
    ]);
    await write(NOW - 2 * HOUR_MS, [[bookingId, 3, 'outranked']]);
    await write(NOW - 3 * HOUR_MS, [[bookingId, 2, 'windowFull']]);
    await write(NOW - 4 * HOUR_MS, [[bookingId, 1, 'separation']]);
    await write(LATER + HOUR_MS, [[bookingId, 90, 'overFull']]);
    expect(await rowOf(0)).toMatchObject({
      asked: before.promised + 13,
      promised: before.promised,
      counted: before.counted,
      short: before.short + 13,
      owed: before.owed + 13,
      causes: { ...before.causes, overFull: 10, closed: 2, separation: 1 },
    });
    await database.sql`delete from withheld_plays`;
    expect(await rowOf(0)).toEqual(before);
  });

  it('agrees with a recount of every hour, late plays and days with too many included', async () => {
    const { database, fleet, bookingId } = world;
    const { sql } = database;
    // Seen until the middle of the second day: hours after that are silent.
    const lastSeen = Date.UTC(2027, 1, 2, 4);
    await seen(0, LATER);
    await seen(1, lastSeen);
    let state = 7;
    const pick = (below: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    const days = [1, 2, 3, 4].flatMap((day) =>
      fleet.map(({ endpointId }, place) => ({ day, endpointId, place })),
    );
    const recount = new Map<number, { promised: number; counted: number; short: number; causes: Causes }>();
    for (const { day, endpointId, place } of days) {
      const isSound = pick(4) === 0;
      const hours = [8, 9, 10, 11, 12].map((hour) => {
        const startsAt = Date.UTC(2027, 1, day, hour - 8);
        const isSilent = place === 1 && lastSeen < startsAt + HOUR_MS;
        return {
          startsAt,
          promised: pick(5) === 0 ? 0 : 180,
          completed: isSound ? 180 + pick(3) : ([0, 90, 170, 178, 180, 181, 240][pick(7)] ?? 0),
          cut: pick(6),
          failed: pick(6),
          cause: isSilent ? ('silent' as const) : ('notPlayed' as const),
        };
      });
      const date = `2027-02-0${day}`;
      for (const { startsAt, promised, completed, cut, failed } of hours) {
        const at = sql`to_timestamp(${startsAt}::float8 / 1000)`;
        if (promised > 0)
          await sql`insert into programme values (${endpointId}, ${at}, ${at} + interval '1 hour', ${at}, 'loop-of-an-hour')`;
        await sql`insert into settled_play_hours values (${endpointId}, ${bookingId}, 1, ${at}, ${completed >> 1}, ${cut}, 0, 0)`;
        await sql`insert into unsettled_sums
          values (${endpointId}, ${bookingId}, 1, ${at}, ${date}, ${completed - (completed >> 1)}, 0, ${failed}, 0)`;
      }
      await sql`insert into settled_play_days (booking_id, date, endpoint_id, asset_id, completed, cut, failed, airtime_ms)
        select booking_id, ${date}, endpoint_id, asset_id, sum(completed), sum(cut), sum(failed), 0 from settled_play_hours
        where endpoint_id = ${endpointId} and hour_starts_at between ${date}::text::date and ${date}::text::date + 1
        group by 1, 3, 4`;
      const { short, causes } = recountDay(hours);
      const sum = recount.get(endpointId) ?? {
        promised: 0,
        counted: 0,
        short: 0,
        causes: recountDay([]).causes,
      };
      recount.set(endpointId, {
        promised: sum.promised + hours.reduce((all, hour) => all + hour.promised, 0),
        counted: sum.counted + hours.reduce((all, hour) => all + hour.completed, 0),
        short: sum.short + short,
        causes: Object.fromEntries(
          CAUSES.map((cause) => [cause, sum.causes[cause] + causes[cause]]),
        ) as Causes,
      });
    }
    const told = async () => {
      const { rows } = (await ask('GET', '/api/reports/shortfalls?from=2027-02-01&to=2027-02-04')).body;
      return new Map(rows.map((row: ShortfallRow) => [row.endpointId, row]));
    };
    const found = await told();
    for (const [endpointId, expected] of recount) expect(found.get(endpointId)).toMatchObject(expected);
    await sumsStore(sql).settle();
    expect(await told()).toEqual(found);
    await seen(1, LATER);
  });

  it('gives CSV without formulas to save', async () => {
    const answer = await room.app.request(`/api/reports/shortfalls?${PERIOD}&format=csv`, {
      headers: { authorization: 'Bearer ann.viewer' },
    });
    const lines = (await answer.text()).trim().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain('programmeChanged');
  });
});

describe('POST /api/reports/make-goods', () => {
  it('books what is owed in the ordinary way, once, and the log says for which booking', async () => {
    const { bookingId, database } = world;
    const order = { bookingId, from: '2027-02-05', to: '2027-02-05' };
    const before = await shortfalls();
    const both = await Promise.all([
      ask('POST', '/api/reports/make-goods', order),
      ask('POST', '/api/reports/make-goods', order),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const made = both.find(({ status }) => status === 201)?.body.bookings;
    expect(made.map(({ fromDate }: { fromDate: string }) => fromDate)).toEqual(made.map(() => '2027-02-06'));
    const planned = before.proposals[0].bookings.length;
    expect(made).toHaveLength(planned);
    const { totals, proposals } = await shortfalls();
    expect(totals).toMatchObject({ owed: 0, takenOver: before.totals.owed });
    expect(proposals).toEqual([]);
    const acts = (await listAudit(database.db, { limit: 20 })).map(({ action }) => action);
    expect(acts.filter((action) => action === 'booking.create')).toHaveLength(planned);
    expect(acts.filter((action) => action === 'makeGood.take')).toHaveLength(planned);
  });

  it('owes it again when the new bookings are withdrawn', async () => {
    const { database } = world;
    await database.sql`update bookings set withdrawn_at = now() where name like '补播%'`;
    expect((await shortfalls()).totals.owed).toBe(541);
  });

  it.each([
    [{ bookingId: 999_999, from: '2027-02-05', to: '2027-02-05' }, 404],
    [{ bookingId: 1, from: '2027-02-05', to: '2027-02-04' }, 422],
    [{ bookingId: 1 }, 422],
  ])('answers %j by %i', async (body, status) => {
    expect((await ask('POST', '/api/reports/make-goods', body)).status).toBe(status);
  });
});

describe('GET /api/reports/uptime', () => {
  it('counts the hours in which anything was reported, and those of which nobody knows', async () => {
    await seen(1, null);
    const { body } = await ask('GET', `/api/reports/uptime?${PERIOD}`);
    expect(body.totals).toEqual({ hoursPromised: 4, hoursUp: 2, hoursUnknown: 1, share: 0.5 });
    expect(body.rows).toHaveLength(2);
  });
});
