import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/base/units.ts';
import {
  countsByArea,
  isOver,
  type SilentEndpoint,
  silenceByArea,
  silenceKey,
  silencesOf,
  silentAt,
  untoldSilences,
} from '../../src/dispatch/silence.ts';
import { silenceOverMessage } from '../../src/dispatch/silence-message.ts';

const NOON = Date.UTC(2027, 1, 5, 4);
const at = (minutes: number) => NOON + minutes * MINUTE_MS;
/** Servers have listened for as long as anybody asks. */
const ALWAYS = 0;

function pulse(endpointId: number, lastSeenAt: number | null, over: object = {}) {
  return {
    ...{ endpointId, code: `E-${endpointId}`, name: `终端 ${endpointId}`, area: '东城', areaId: 1 },
    ...{ isPaired: true, lastSeenAt, lastPlayHour: null, missing: 0, openForMs: 25 * HOUR_MS },
    ...over,
  };
}

/** Missed at a minute after noon. */
function missed(endpointId: number, minute: number, areaId = 1): SilentEndpoint {
  return {
    ...{ endpointId, code: `E-${endpointId}`, name: '', areaId, area: `area ${areaId}` },
    ...{ lastSeenAt: at(minute - 10), silentSince: at(minute) },
  };
}

describe('silentAt', () => {
  test('misses an endpoint ten minutes after its last word', () => {
    expect(
      silentAt([pulse(1, at(-9.9)), pulse(2, at(-10))], NOON, ALWAYS).map((one) => one.endpointId),
    ).toEqual([2]);
  });

  test('misses nobody who is closed, never had a player or was never heard of', () => {
    const none = [
      pulse(1, at(-60), { openForMs: 0 }),
      pulse(2, at(-60), { isPaired: false }),
      pulse(3, null),
    ];
    expect(silentAt(none, NOON, ALWAYS)).toEqual([]);
  });

  test('gives a box that is switched off at night ten minutes from the opening on', () => {
    const overnight = (openForMs: number) => silentAt([pulse(1, at(-600), { openForMs })], NOON, ALWAYS);
    expect(overnight(9 * MINUTE_MS)).toEqual([]);
    expect(overnight(15 * MINUTE_MS)).toMatchObject([{ silentSince: at(-5) }]);
    expect(overnight(6 * HOUR_MS)).toMatchObject([{ silentSince: at(-350) }]);
  });

  test('misses nobody before servers have listened for ten minutes again, and then everybody who is silent', () => {
    const fleet = [pulse(1, at(-15)), pulse(2, at(-600)), pulse(3, at(-1))];
    expect(silentAt(fleet, NOON, at(-9))).toEqual([]);
    expect(silentAt(fleet, NOON, at(-10)).map((one) => [one.endpointId, one.silentSince])).toEqual([
      [1, NOON],
      [2, NOON],
    ]);
  });
});

describe('silenceByArea', () => {
  const words = [
    pulse(1, at(-1)),
    pulse(2, at(-20)),
    pulse(3, at(-20), { area: '西城', areaId: 2, openForMs: 0 }),
    pulse(4, null, { area: '北城', areaId: 3, isPaired: false }),
  ];

  test('counts who is expected and who is silent, in every area that has a player', () => {
    expect(silenceByArea(words, NOON, ALWAYS)).toEqual([
      { area: '东城', watched: 2, silent: 1 },
      { area: '西城', watched: 0, silent: 0 },
    ]);
  });

  test('does not claim that nobody is silent when servers have not listened long enough', () => {
    expect(silenceByArea(words, NOON, at(-9)).map(({ silent }) => silent)).toEqual([null, null]);
  });
});

describe('silencesOf', () => {
  test('makes one of 46 endpoints that were missed within minutes', () => {
    const power = Array.from({ length: 46 }, (_, n) => missed(n + 1, (n % 10) / 5, (n % 3) + 1));
    const [silence, ...more] = silencesOf(power);
    expect([silence?.endpoints.length, more]).toEqual([46, []]);
    expect(silence && countsByArea(silence)).toEqual([
      { area: 'area 1', count: 16 },
      { area: 'area 2', count: 15 },
      { area: 'area 3', count: 15 },
    ]);
  });

  test('keeps apart what was missed long before, and ends after half an hour of failures one by one', () => {
    const silences = silencesOf([missed(1, -600), ...[0, 9, 18, 27, 36].map((m, n) => missed(n + 2, m))]);
    expect(silences.map(({ endpoints }) => endpoints.map((one) => one.endpointId))).toEqual([
      [1],
      [2, 3, 4, 5],
      [6],
    ]);
  });
});

describe('untoldSilences', () => {
  const silent = [missed(1, -40, 1), missed(2, -39, 2), missed(3, -1, 1)];
  const due = (afterMinutes: number, areaId: number | null = null, told: readonly string[] = []) =>
    untoldSilences(silent, { afterMinutes, areaId }, new Set(told), NOON).map(({ endpoints }) =>
      endpoints.map((one) => one.endpointId),
    );

  test('waits some minutes for others of the same silence, and for as long as those people are spared', () => {
    expect(due(0)).toEqual([[1, 2]]);
    expect(due(30)).toEqual([[1, 2]]);
    expect(due(60)).toEqual([]);
    expect(untoldSilences(silent, { afterMinutes: 0, areaId: null }, new Set(), at(3))).toHaveLength(2);
  });

  test('tells people of an area of that area alone', () => {
    expect(due(0, 2)).toEqual([[2]]);
    expect(due(0, 3)).toEqual([]);
  });

  test('tells of an endpoint once, and anew when it was heard of and falls silent again', () => {
    const [first = '', second = ''] = silent.map(silenceKey);
    expect(due(0, null, [first, second])).toEqual([]);
    expect(due(0, null, [silenceKey({ endpointId: 1, lastSeenAt: at(-300) })])).toEqual([[1, 2]]);
  });

  /** What somebody is told at each minute of the hour after noon, all of it kept in mind. */
  function toldIn(all: readonly SilentEndpoint[], before: readonly SilentEndpoint[] = []) {
    const told = new Set(before.map(silenceKey));
    const messages: (readonly [minute: number, count: number])[] = [];
    for (let minute = 0; minute <= 60; minute += 1) {
      const now = all.filter(({ silentSince }) => silentSince <= at(minute));
      for (const { endpoints } of untoldSilences(now, { afterMinutes: 0, areaId: null }, told, at(minute))) {
        messages.push([minute, endpoints.length]);
        for (const endpoint of endpoints) told.add(silenceKey(endpoint));
      }
    }
    return messages;
  }
  const outage = (count: number, minute: number) =>
    Array.from({ length: count }, (_, n) => missed(100 + n, minute + n / count));

  test('tells of an outage that follows the silence of one', () => {
    expect(toldIn([missed(1, 10), ...outage(45, 18)])).toEqual([
      [13, 1],
      [21, 45],
    ]);
  });

  test('tells of an outage in the morning beside one that has long been known to be silent', () => {
    const known = { ...missed(1, 10), lastSeenAt: at(-3_000) };
    expect(toldIn([known, ...outage(45, 10)], [known])).toEqual([[13, 45]]);
  });

  test('tells of those who follow a great outage one by one in a message every ten minutes, and of all of them', () => {
    const stragglers = Array.from({ length: 14 }, (_, n) => missed(1 + n, 5 + 2 * n));
    expect(toldIn([...outage(46, 0), ...stragglers])).toEqual([
      [3, 46],
      [15, 6],
      [27, 6],
      [39, 2],
    ]);
  });

  test('does not let those who follow wait when they are more than those who went before', () => {
    expect(toldIn([...outage(10, 0), ...outage(46, 6).slice(10)])).toEqual([
      [3, 10],
      [10, 36],
    ]);
  });
});

describe('the end of a silence', () => {
  const told = { dueAt: at(0), since: at(0), endpoints: [missed(1, 0, 1), missed(2, 1, 2)] };

  test('is when all were heard of again or lost their player, and not while one is merely closed', () => {
    const heard = (endpointId: number, over: object = {}) => pulse(endpointId, at(60), over);
    expect(isOver(told, [heard(1), heard(2)])).toBe(true);
    expect(isOver(told, [heard(1)])).toBe(true);
    expect(isOver(told, [heard(1), pulse(2, at(-60), { isPaired: false })])).toBe(true);
    expect(isOver(told, [heard(1), pulse(2, at(-9))])).toBe(false);
    expect(isOver(told, [heard(1), pulse(2, at(-9), { openForMs: 0 })])).toBe(false);
  });

  test('is told in both languages, with how many in which areas and how long it lasted', () => {
    const frame = { timeZone: 'Asia/Shanghai' };
    const zh = silenceOverMessage(told, { ...frame, lang: 'zh' }, at(42));
    expect([zh.title, ...zh.lines]).toEqual([
      '2 个失联终端已全部恢复：area 1 1、area 2 1',
      '自 2027-02-05 12:00 起失联，历时不超过 42 分钟',
    ]);
    const en = silenceOverMessage(told, { ...frame, lang: 'en' }, at(42));
    expect([en.title, ...en.lines]).toEqual([
      'All 2 silent endpoints are back: area 1 1, area 2 1',
      'Silent since 2027-02-05 12:00, for 42 minutes at most',
    ]);
    expect(en.data).not.toHaveProperty('silent');
  });
});
