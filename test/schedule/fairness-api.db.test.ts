import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Dice } from '../bench/demand-sets.ts';
import { type AiredSpot, bookedWorld, type WallHour, wallHours } from '../support/booked-world.ts';
import { type Desk, deskOf, send, type TestServer, testServer } from '../support/server.ts';
import { ALWAYS } from '../support/world.ts';

/*
 * What the compiler promises, recomputed from the spots that players pull, over HTTP. Nothing here asks the compiler
 * how well it did. The horizon holds the American change to summer time (14 March 2027).
 */
const NOW = Date.parse('2027-03-12T16:00:00Z');
const TODAY = '2027-03-12';
const DATES = [TODAY, '2027-03-13', '2027-03-14', '2027-03-15'];
const HOUR = 3_600_000;
let running: TestServer;
let editor: Desk;
let world: ReturnType<typeof bookedWorld>;

beforeEach(() => {
  faults = [];
});
beforeAll(async () => {
  running = await testServer(() => NOW);
  const [first, operator] = await Promise.all([deskOf(running, 'editor'), deskOf(running, 'operator')]);
  editor = first;
  world = bookedWorld(running, editor, operator);
  for (const durationMs of [10_000, 15_000]) await world.rows.asset({ durationMs, isFiller: true });
});
afterAll(async () => {
  await running.stop();
});

interface Clip {
  readonly assetId: number;
  readonly durationMs: number;
  readonly weight: number;
}
interface Booked {
  readonly id: number;
  readonly rate: {
    kind: 'perHour' | 'share' | 'everyMinutes';
    plays?: number;
    weight?: number;
    minutes?: number;
  };
  readonly clips: readonly Clip[];
  /** Minutes since midnight; over midnight when `to` is before `from`; null: all day. */
  readonly part: { readonly from: number; readonly to: number } | null;
  readonly maxPerHour: number | null;
  readonly maxPerDay: number | null;
}
interface Place {
  readonly id: number;
  readonly timeZone: string;
  /** Minutes since midnight. */
  readonly open: { readonly from: number; readonly to: number };
}

const wall = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const playsOf = ({ rate }: Booked): number | null =>
  rate.kind === 'perHour'
    ? (rate.plays ?? 0)
    : rate.kind === 'everyMinutes'
      ? Math.ceil(60 / (rate.minutes ?? 1))
      : null;
const hourMinutes = new Map<string, number>();
/** Minutes since local midnight. `Temporal` is asked once for each hour: offsets change on whole ones here. */
function minuteAt(at: number, zone: string): number {
  const hour = Math.floor(at / HOUR);
  const key = `${hour} ${zone}`;
  let minute = hourMinutes.get(key);
  if (minute === undefined) {
    const time = Temporal.Instant.fromEpochMilliseconds(hour * HOUR).toZonedDateTimeISO(zone);
    minute = time.hour * 60 + time.minute;
    hourMinutes.set(key, minute);
  }
  return minute + Math.floor((at - hour * HOUR) / 60_000);
}
const covers = (part: { from: number; to: number }, minute: number) =>
  part.from < part.to ? part.from <= minute && minute < part.to : minute >= part.from || minute < part.to;
/** Whether a part covers a local hour from end to end. */
const coversHour = (part: { from: number; to: number } | null, hour: number) =>
  part === null || [0, 59].every((minute) => covers(part, hour * 60 + minute));
/** Whether a part touches a local hour; parts begin and end at quarters. */
const touchesHour = (part: { from: number; to: number } | null, hour: number) =>
  part === null || [0, 15, 30, 45].some((minute) => covers(part, hour * 60 + minute));

/** A random endpoint with random bookings, at most 75 % booked by rates, all through the API. */
async function randomSet(seed: number): Promise<{ place: Place; bookings: Booked[] }> {
  const dice = new Dice(seed);
  const timeZone = ['Asia/Shanghai', 'America/New_York', 'Asia/Urumqi'][seed % 3] ?? 'Asia/Shanghai';
  const always = dice.roll(2) === 0;
  const open = always ? { from: 0, to: 1_440 } : { from: 390, to: 1_365 };
  const openingHours = always ? ALWAYS : [{ days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 390, toMinute: 1_365 }];
  const place = { id: await world.endpoint({ timeZone, openingHours }), timeZone, open };
  const campaignId = await world.campaign();
  const bookings: Booked[] = [];
  let bookedMs = 0;
  const count = dice.between(3, 9);
  for (let i = 0; i < count; i++) {
    const clips: Clip[] = [];
    for (let c = dice.between(1, 3); c > 0; c--) {
      const durationMs = dice.between(5, 30) * 1_000;
      const isStill = dice.roll(3) === 0;
      const asset = await world.rows.asset(
        isStill
          ? { mediaClass: 'image', type: 'image/png', durationMs: null, hasSound: false }
          : { durationMs },
      );
      clips.push({ assetId: asset.id, durationMs, weight: dice.between(1, 4) });
    }
    const longest = Math.max(...clips.map((clip) => clip.durationMs));
    const isShare = i % 3 === 2;
    const plays = [4, 6, 12, 20, 30][dice.roll(5)] ?? 4;
    if (!isShare && bookedMs + plays * longest > 0.75 * HOUR) continue;
    if (!isShare) bookedMs += plays * longest;
    const part = [null, null, { from: 420, to: 1_260 }, { from: 1_320, to: 120 }, { from: 570, to: 675 }][
      dice.roll(5)
    ];
    const rate: Booked['rate'] = isShare
      ? { kind: 'share', weight: dice.between(1, 50) }
      : plays === 12
        ? { kind: 'everyMinutes', minutes: 5 }
        : { kind: 'perHour', plays };
    const maxPerHour = dice.roll(6) === 0 ? dice.between(3, 9) : null;
    const maxPerDay = dice.roll(6) === 0 ? dice.between(20, 60) : null;
    const { id } = await world.book({
      campaignId,
      playlistId: await world.playlist(clips),
      endpoints: { endpointIds: [place.id] },
      rate,
      maxPerHour,
      maxPerDay,
      ...(part && { dayparts: [{ from: wall(part.from), to: wall(part.to) }] }),
    });
    bookings.push({ id, rate, clips, part: part ?? null, maxPerHour, maxPerDay });
  }
  return { place, bookings };
}

/** Spots that start in [from, to). */
const within = (spots: readonly AiredSpot[], { from, to }: { from: number; to: number }) =>
  spots.filter((spot) => spot.at >= from && spot.at < to);
const ofBooking = (spots: readonly AiredSpot[], id: number) => spots.filter((spot) => spot.bookingId === id);

/** Stretches of hours that a booking and its endpoint cover from end to end, within one local date. */
function fullRuns(place: Place, booking: Booked, date: string): WallHour[][] {
  const runs: WallHour[][] = [];
  const run: WallHour[] = [];
  for (const hour of wallHours(date, place.timeZone)) {
    if (coversHour(place.open, hour.hour) && coversHour(booking.part, hour.hour)) run.push(hour);
    else if (run.length > 0) runs.push(run.splice(0));
  }
  return run.length > 0 ? [...runs, run] : runs;
}

/** Everything that a manifest breaks, in words. Thousands of single expectations would take longer than the compiler. */
let faults: string[] = [];
const need = (holds: boolean, what: string, ...facts: unknown[]) => {
  if (!holds) faults.push(`${what} ${JSON.stringify(facts)}`);
};

function checkShape(place: Place, bookings: readonly Booked[], spots: readonly AiredSpot[]): void {
  const byId = new Map(bookings.map((booking) => [booking.id, booking]));
  spots.forEach((spot, i) => {
    const before = spots[i - 1];
    if (before) need(spot.at >= before.at + before.durationMs, 'overlap', before, spot);
    if (before?.assetId === spot.assetId) {
      // Only a share booking that has the airtime to itself, or most of it, may follow itself; or a new day begins, or
      // the only filler that still fits in the last minute before closing.
      const isAlone = spot.bookingId !== null && byId.get(spot.bookingId)?.rate.kind === 'share';
      const isNewDay = minuteAt(before.at, place.timeZone) > minuteAt(spot.at, place.timeZone);
      const soon = minuteAt(spot.at + 60_000, place.timeZone);
      const closes = soon === 0 || !covers(place.open, soon);
      need(
        isNewDay || closes || (isAlone && before.bookingId === spot.bookingId),
        'back to back',
        spots.slice(i - 2, i + 3),
      );
    }
    need(covers(place.open, minuteAt(spot.at, place.timeZone)), 'starts while closed', spot);
    need(
      covers(place.open, minuteAt(spot.at + spot.durationMs - 1, place.timeZone)),
      'ends while closed',
      spot,
    );
    if (spot.bookingId === null) return;
    const booking = byId.get(spot.bookingId);
    if (booking?.part)
      need(covers(booking.part, minuteAt(spot.at, place.timeZone)), 'outside its daypart', spot);
    const clip = booking?.clips.find(({ assetId }) => assetId === spot.assetId);
    need(clip?.durationMs === spot.durationMs, 'cut', spot);
  });
}

/** Counts, half intervals and gaps of a rate without caps; the worst gap ratio. */
function checkRate(place: Place, booking: Booked, spots: readonly AiredSpot[]): number {
  const plays = playsOf(booking) ?? 0;
  const own = ofBooking(spots, booking.id);
  let worst = 0;
  for (const run of DATES.flatMap((date) => fullRuns(place, booking, date))) {
    for (const hour of run) need(within(own, hour).length === plays, 'count', booking.id, hour);
    const interval = HOUR / plays;
    const from = run[0]?.from ?? 0;
    const starts = within(own, { from, to: from + run.length * HOUR }).map((spot) => spot.at);
    const offs = starts.map((at, k) => at - k * interval);
    // The best grid that could have been meant: half the range of what is off it.
    need(
      (Math.max(...offs) - Math.min(...offs)) / 2 / interval <= 0.5,
      'half an interval',
      booking.id,
      run[0],
    );
    starts.slice(1).forEach((at, k) => {
      worst = Math.max(worst, (at - (starts[k] ?? 0)) / interval);
    });
  }
  return worst;
}

function checkCaps(place: Place, { id, maxPerHour, maxPerDay }: Booked, spots: readonly AiredSpot[]): void {
  for (const date of DATES) {
    const hours = wallHours(date, place.timeZone);
    const day = { from: hours[0]?.from ?? 0, to: hours.at(-1)?.to ?? 0 };
    if (maxPerDay !== null)
      need(ofBooking(within(spots, day), id).length <= maxPerDay, 'cap of the day', id, date);
    if (maxPerHour === null) continue;
    for (const hour of hours)
      need(ofBooking(within(spots, hour), id).length <= maxPerHour, 'cap of the hour', id, hour);
  }
}

/** Airtime against exact shares at every boundary of a share play, hour seams included; afresh each local date. */
function checkShares(members: readonly Booked[], spots: readonly AiredSpot[]): void {
  const longest = Math.max(...members.flatMap(({ clips }) => clips.map((clip) => clip.durationMs)));
  const lengths = new Set(members.flatMap(({ clips }) => clips.map((clip) => clip.durationMs)));
  const total = members.reduce((sum, { rate }) => sum + (rate.weight ?? 0), 0);
  const airtime = new Map<number, number>();
  let clock = 0;
  for (const spot of spots) {
    if (spot.bookingId === null || !members.some(({ id }) => id === spot.bookingId)) continue;
    clock += spot.durationMs;
    airtime.set(spot.bookingId, (airtime.get(spot.bookingId) ?? 0) + spot.durationMs);
    for (const { id, rate } of members) {
      const off = (airtime.get(id) ?? 0) - (clock * (rate.weight ?? 0)) / total;
      const bound = lengths.size === 1 ? longest * (1 - 1 / (2 * members.length - 2)) : longest;
      need(Math.abs(off) <= bound + 1e-6, 'share', id, off, spot);
      if (id === spot.bookingId) need(off < spot.durationMs, 'share ahead', id, off, spot);
    }
  }
}

/**
 * Plays of each clip follow its weight within Tijdeman's bound at every prefix of a local date. A date with fewer plays
 * than a round goes on from the days before: it is a piece of such a sequence, so within twice the bound.
 */
function checkTurns({ id, clips }: Booked, spots: readonly AiredSpot[]): void {
  const total = clips.reduce((sum, clip) => sum + clip.weight, 0);
  const played = new Map<number, number>();
  const own = ofBooking(spots, id);
  const bound = (own.length < total ? 2 : 1) * (1 - 1 / (2 * clips.length - 2));
  own.forEach((spot, k) => {
    played.set(spot.assetId, (played.get(spot.assetId) ?? 0) + 1);
    for (const { assetId, weight } of clips) {
      const off = (played.get(assetId) ?? 0) - ((k + 1) * weight) / total;
      need(Math.abs(off) <= bound + 1e-9, 'turns', id, off, spot);
    }
  });
}

describe('manifests of random demand sets over HTTP', () => {
  test('keep counts, half intervals, even gaps, shares, caps, turns, windows and opening hours, from the spots alone', {
    timeout: 120_000,
  }, async () => {
    const sets = [];
    for (let seed = 1; seed <= 8; seed++) sets.push(await randomSet(seed));
    await running.server.board.refresh();
    let worstGap = 0;
    let shareDays = 0;
    for (const { place, bookings } of sets) {
      const spots = await world.pull(place.id);
      expect(spots.length).toBeGreaterThan(500);
      checkShape(place, bookings, spots);
      for (const booking of bookings) {
        if (booking.maxPerHour !== null || booking.maxPerDay !== null) checkCaps(place, booking, spots);
        else if (playsOf(booking) !== null) worstGap = Math.max(worstGap, checkRate(place, booking, spots));
      }
      const shares = bookings.filter((one) => one.rate.kind === 'share');
      for (const date of DATES) {
        const hours = wallHours(date, place.timeZone);
        const day = within(spots, { from: hours[0]?.from ?? 0, to: hours.at(-1)?.to ?? 0 });
        for (const booking of bookings) if (booking.clips.length > 1) checkTurns(booking, day);
        const isPlain = shares.every(
          (one) => one.part === null && one.maxPerDay === null && one.maxPerHour === null,
        );
        if (shares.length < 2 || !isPlain) continue;
        checkShares(shares, day);
        shareDays++;
      }
    }
    expect(faults.slice(0, 5)).toEqual([]);
    expect(worstGap).toBeLessThanOrEqual(1.5);
    expect(shareDays).toBeGreaterThan(0);
    expect(running.troubles).toEqual([]);
  });

  test('explain every instant as the spots have it', async () => {
    const { place, bookings } = await randomSet(101);
    await running.server.board.refresh();
    const spots = await world.pull(place.id);
    const dice = new Dice(5);
    for (let i = 0; i < 25; i++) {
      const at = NOW + dice.between(0, 60 * HOUR);
      const { status, body } = await editor.ask(
        'GET',
        `/api/endpoints/${place.id}/explain?at=${encodeURIComponent(new Date(at).toISOString())}`,
      );
      expect(status).toBe(200);
      const on = spots.find((spot) => spot.at <= at && at < spot.at + spot.durationMs);
      expect(body.plays?.assetId).toBe(on?.assetId);
      expect(body.plays?.bookingId).toBe(on?.bookingId);
      const date = Temporal.Instant.fromEpochMilliseconds(at)
        .toZonedDateTimeISO(place.timeZone)
        .toPlainDate();
      const hour = wallHours(date.toString(), place.timeZone).find((one) => one.from <= at && at < one.to);
      for (const booking of bookings) {
        const said = body.bookings.find((one: { bookingId: number }) => one.bookingId === booking.id);
        const count = hour ? ofBooking(within(spots, hour), booking.id).length : 0;
        const minute = minuteAt(at, place.timeZone);
        const isOut = !covers(place.open, minute) || (booking.part !== null && !covers(booking.part, minute));
        if (isOut) expect(said).toMatchObject({ takesPart: false, granted: null });
        else expect(said.granted ?? 0).toBe(count);
        const next = ofBooking(spots, booking.id).find((spot) => spot.at > at);
        if (said.nextPlayAt !== null) expect(Date.parse(said.nextPlayAt)).toBe(next?.at);
        const code = covers(place.open, minute) ? 'outsideDaypart' : 'closed';
        if (booking.part && !touchesHour(booking.part, Math.floor(minute / 60))) expect(said.code).toBe(code);
      }
    }
  });

  test('keep equal slots of shares within 1 - 1/(2n-2) of a play over a day of 23 hours', async () => {
    const place = { id: await world.endpoint({ timeZone: 'America/New_York', openingHours: ALWAYS }) };
    const campaignId = await world.campaign();
    const members: Booked[] = [];
    for (const weight of [1, 3, 7, 50]) {
      const clips = [
        { assetId: (await world.rows.asset({ durationMs: 12_000 })).id, durationMs: 12_000, weight: 1 },
      ];
      const playlistId = await world.playlist(clips);
      const rate = { kind: 'share' as const, weight };
      const { id } = await world.book({
        campaignId,
        playlistId,
        endpoints: { endpointIds: [place.id] },
        rate,
      });
      members.push({ id, rate, clips, part: null, maxPerHour: null, maxPerDay: null });
    }
    await running.server.board.refresh();
    const hours = wallHours('2027-03-14', 'America/New_York');
    expect(hours).toHaveLength(23);
    const day = within(await world.pull(place.id), { from: hours[0]?.from ?? 0, to: hours.at(-1)?.to ?? 0 });
    expect(day.length).toBe(Math.floor((23 * HOUR) / 12_000));
    checkShares(members, day);
    expect(faults).toEqual([]);
  });

  test('fill a day of 25 hours, the doubled hour like any other', async () => {
    const id = await world.endpoint({ timeZone: 'America/New_York', openingHours: ALWAYS });
    const playlistId = await world.playlist([{ assetId: (await world.rows.asset()).id }]);
    const rate = { kind: 'perHour', plays: 12 };
    const campaignId = await world.campaign();
    const booking = await world.book({ campaignId, playlistId, endpoints: { endpointIds: [id] }, rate });
    const hours = wallHours('2027-11-07', 'America/New_York');
    expect(hours).toHaveLength(25);
    const own = ofBooking(await world.dayOf(id, '2027-11-07'), booking.id);
    for (const hour of hours) expect(within(own, hour)).toHaveLength(12);
    expect(own).toHaveLength(300);
  });
});

/** An endpoint and a way to book films of a minute on it. */
async function crowded(openingHours = ALWAYS) {
  const id = await world.endpoint({ openingHours });
  const campaignId = await world.campaign();
  const draftOf = async (plays: number, tier = 0, over: Record<string, unknown> = {}) => ({
    campaignId,
    playlistId: await world.playlist([{ assetId: (await world.rows.asset({ durationMs: 60_000 })).id }]),
    name: `每小时${plays}次`,
    endpoints: { endpointIds: [id] },
    fromDate: TODAY,
    toDate: '2027-03-31',
    rate: { kind: 'perHour', plays },
    tier,
    ...over,
  });
  return { id, draftOf };
}

describe('an answer to a booking over HTTP', () => {
  test('lists exactly the plays that are lost afterwards, where demand comes to 300 %', async () => {
    const { id, draftOf } = await crowded();
    const bookings: number[] = [];
    for (const [plays, tier] of [
      [60, 1],
      [40, 1],
      [30, 2],
    ] as const) {
      bookings.push((await world.book(await draftOf(plays, tier))).id);
    }
    const countsOn = async (dates: readonly string[]) => {
      const counts = new Map<number, number>();
      for (const date of dates) {
        for (const { bookingId } of await world.dayOf(id, date)) {
          if (bookingId !== null) counts.set(bookingId, (counts.get(bookingId) ?? 0) + 1);
        }
      }
      return counts;
    };
    const draft = await draftOf(50, 1);
    const preview = (
      await editor.ask('POST', '/api/bookings/preview', { ...draft, show: { endpointId: id, hour: 9 } })
    ).body;
    const before = await countsOn(preview.fit.dates);
    const booked = await world.book(draft);
    const after = await countsOn(preview.fit.dates);
    expect(booked.fit).toMatchObject({ fits: false, granted: preview.fit.granted, asked: preview.fit.asked });
    expect(booked.fit.granted).toBe(after.get(booked.id));
    for (const fit of [preview.fit, booked.fit]) {
      const told = new Map(
        fit.losses.map((loss: { bookingId: number; plays: number }) => [loss.bookingId, loss.plays]),
      );
      for (const other of bookings)
        expect(told.get(other) ?? 0).toBe((before.get(other) ?? 0) - (after.get(other) ?? 0));
      const own = fit.losses.find((loss: { isThis: boolean }) => loss.isThis);
      expect(own.plays).toBe(fit.asked - (after.get(booked.id) ?? 0));
      expect(fit.alternatives).toHaveLength(3);
    }
    // The highest tier whole; 30 plays of room for 60 + 40 + 50: a fifth of each, by largest remainder.
    const hours = wallHours('2027-03-13', 'Asia/Shanghai');
    const day = await world.dayOf(id, '2027-03-13');
    const totals = [...bookings, booked.id].map((one) => ofBooking(day, one).length / hours.length);
    expect(totals).toEqual([12, 8, 30, 10]);
    // What was previewed is what is saved.
    await running.server.board.refresh();
    const [shown] = preview.shown.hours;
    const saved = within(await world.pull(id), { from: Date.parse(shown.from), to: Date.parse(shown.to) });
    expect(saved.map((spot) => [spot.at, spot.assetId, spot.bookingId])).toEqual(
      shown.after.map(
        (spot: { startsAt: string; assetId: number; bookingId: number | null; isThis: boolean }) => [
          Date.parse(spot.startsAt),
          spot.assetId,
          spot.isThis ? booked.id : spot.bookingId,
        ],
      ),
    );
  });

  test('gives verdicts and keeps filler on air for what cannot play at all', async () => {
    const { id, draftOf } = await crowded();
    const long = await world.playlist([{ assetId: (await world.rows.asset({ durationMs: 26 * HOUR })).id }]);
    const waiting = await world.rows.asset({ state: 'submitted', decidedBy: null });
    const empty = await world.playlist([{ assetId: waiting.id }]);
    for (const [playlistId, code] of [
      [long, 'clipTooLong'],
      [empty, 'nothingApproved'],
    ] as const) {
      const { fit } = await world.book({ ...(await draftOf(12)), playlistId });
      expect(fit).toMatchObject({ fits: false, granted: 0, cannotPlay: [{ code, endpointIds: [id] }] });
    }
    const speaker = await world.endpoint({ kind: 'loudspeaker', openingHours: ALWAYS });
    const silent = await world.rows.asset({ hasSound: false });
    const { fit } = await world.book({
      ...(await draftOf(12)),
      playlistId: await world.playlist([{ assetId: silent.id }]),
      endpoints: { endpointIds: [speaker] },
    });
    expect(fit.cannotPlay).toMatchObject([{ code: 'nothingPlayable', endpointIds: [speaker] }]);
    await running.server.board.refresh();
    for (const endpointId of [id, speaker]) {
      const spots = await world.pull(endpointId);
      expect(spots.every((spot) => spot.bookingId === null)).toBe(true);
      const idle = spots
        .slice(1)
        .map((spot, i) => spot.at - (spots[i]?.at ?? 0) - (spots[i]?.durationMs ?? 0));
      // The last filler of a day ends with it, so up to one filler may be missing there.
      expect(Math.max(...idle)).toBeLessThan(15_000);
    }
  });

  test('lets a film longer than the hour play whole, over the hours that it needs', async () => {
    const { id, draftOf } = await crowded();
    const film = await world.rows.asset({ durationMs: 100 * 60_000 });
    const booking = await world.book({
      ...(await draftOf(1)),
      playlistId: await world.playlist([{ assetId: film.id }]),
      rate: { kind: 'share', weight: 1 },
    });
    const own = ofBooking(await world.dayOf(id, '2027-03-13'), booking.id);
    expect(own.length).toBe(14);
    expect(own.every((spot) => spot.durationMs === 100 * 60_000)).toBe(true);
  });

  test('refuses what contradicts itself, never fires, fires every second or weighs nothing', async () => {
    const { draftOf } = await crowded();
    const draft = await draftOf(12);
    const refused = async (over: Record<string, unknown> | string) => {
      const body = typeof over === 'string' ? over : { ...draft, ...over };
      const answer = await send(`${running.url}/api/bookings`, {
        method: 'POST',
        token: editor.token,
        body,
        headers: { 'content-type': 'application/json' },
      });
      return [answer.status, answer.body.code];
    };
    const share = (weight: unknown) => ({ rate: { kind: 'share', weight } });
    expect(await refused({ rrule: 'FREQ=SECONDLY' })).toEqual([422, 'booking.badRecurrence']);
    expect(await refused({ rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' })).toEqual([
      422,
      'booking.contradictory',
    ]);
    for (const weight of [0, -1, 1e308, 'NaN', null]) {
      expect(await refused(share(weight))).toEqual([422, 'request.invalid']);
    }
    const raw = JSON.stringify({ ...draft, ...share(7) }).replace('"weight":7', '"weight":NaN');
    expect((await refused(raw))[0]).toBe(400);
    expect(await refused({ dayparts: [{ from: '09:00', to: '09:00' }] })).toEqual([422, 'request.invalid']);
    expect(
      await refused({ dayparts: [{ from: '09:00', to: '10:00', on: 'holidays' }], toDate: '2027-03-31' }),
    ).toEqual([422, 'booking.contradictory']);
  });

  test('plays by the Spring Festival and its moved workdays', async () => {
    const { id, draftOf } = await crowded();
    const festival = await world.book({
      ...(await draftOf(6)),
      fromDate: '2027-02-01',
      toDate: '2027-03-31',
      dayparts: [{ from: '08:00', to: '10:00', on: 'holidays' }],
    });
    const days = new Map<string, number>();
    for (const date of ['2027-02-05', '2027-02-06', '2027-02-07', '2027-03-15']) {
      days.set(date, ofBooking(await world.dayOf(id, date), festival.id).length);
    }
    expect([...days.values()]).toEqual([12, 12, 12, 0]);
  });
});

describe('separation rules over HTTP', () => {
  test('keep booked plays apart, hard ones always, soft ones without the loss of a play, and breaks are told', async () => {
    const { id, draftOf } = await crowded();
    const drafts: Booked[] = [];
    const campaignId = await world.campaign();
    const categories = new Map<number, string>();
    for (const [plays, category, campaign] of [
      [12, 'warning', null],
      [6, 'warning', null],
      [20, 'psa', null],
      [6, 'notice', campaignId],
      [12, 'notice', campaignId],
      [1, 'psa', null],
    ] as const) {
      const asset = await world.rows.asset({ durationMs: 12_000, category });
      categories.set(asset.id, category);
      const draft = await draftOf(plays, 0, campaign === null ? {} : { campaignId: campaign });
      const booking = await world.book({
        ...draft,
        playlistId: await world.playlist([{ assetId: asset.id }]),
      });
      const clips = [{ assetId: asset.id, durationMs: 12_000, weight: 1 }];
      const rate = { kind: 'perHour' as const, plays };
      drafts.push({ id: booking.id, rate, clips, part: null, maxPerHour: null, maxPerDay: null });
    }
    const rules = [
      { by: 'category', value: 'warning', gapSeconds: 60, hard: false },
      { by: 'campaign', value: campaignId, gapSeconds: 90, hard: true },
      { by: 'category', value: 'psa', gapSeconds: 600, hard: false },
    ];
    try {
      expect((await editor.ask('PUT', '/api/separation-rules', { rules })).status).toBe(200);
      await running.server.board.refresh();
      const spots = await world.pull(id);
      const place = { id, timeZone: 'Asia/Shanghai', open: { from: 0, to: 1_440 } };
      for (const booking of drafts) {
        for (const hour of wallHours('2027-03-13', place.timeZone)) {
          expect(ofBooking(within(spots, hour), booking.id)).toHaveLength(playsOf(booking) ?? 0);
        }
      }
      const gaps = (own: readonly AiredSpot[]) =>
        own.slice(1).map((spot, i) => spot.at - (own[i]?.at ?? 0) - (own[i]?.durationMs ?? 0));
      const warnings = gaps(spots.filter((spot) => categories.get(spot.assetId) === 'warning'));
      expect(warnings.length).toBeGreaterThan(1_700);
      expect(warnings.filter((gap) => gap < 60_000).length / warnings.length).toBeLessThan(0.01);
      const ofCampaign = spots.filter(
        (spot) => spot.bookingId === drafts[3]?.id || spot.bookingId === drafts[4]?.id,
      );
      // The rule begins anew with the state of each local date.
      const inDay = wallHours('2027-03-13', place.timeZone);
      const day = within(ofCampaign, { from: inDay[0]?.from ?? 0, to: inDay.at(-1)?.to ?? 0 });
      expect(Math.min(...gaps(day))).toBeGreaterThanOrEqual(90_000);
      const extra = await editor.ask('POST', '/api/bookings/preview', {
        ...(await draftOf(1)),
        dates: ['2027-03-13'],
      });
      expect(extra.body.fit.separationBreaks.before).toBeGreaterThan(24 * 20);
    } finally {
      await editor.ask('PUT', '/api/separation-rules', { rules: [] });
    }
  });
});
