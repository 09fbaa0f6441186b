import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/base/units.ts';
import {
  countsByArea,
  isOver,
  type SilentEndpoint,
  silenceKey,
  silencesOf,
  silentAt,
  untoldSilences,
} from '../../src/dispatch/silence.ts';
import { silenceOverMessage } from '../../src/dispatch/silence-message.ts';

const NOON = Date.UTC(2027, 1, 5, 4);
const at = (minutes: number) => NOON + minutes * MINUTE_MS;

function pulse(endpointId: number, lastSeenAt: number | null, over: object = {}) {
  return {
    ...{ endpointId, code: `E-${endpointId}`, name: `终端 ${endpointId}`, area: '东城', areaId: 1 },
    ...{ isPaired: true, lastSeenAt, lastPlayHour: null, missing: 0, openForMs: 2 * HOUR_MS },
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
    expect(silentAt([pulse(1, at(-9.9)), pulse(2, at(-10))], NOON).map((one) => one.endpointId)).toEqual([2]);
  });

  test('misses nobody who is closed, never had a player or was never heard of', () => {
    const none = [
      pulse(1, at(-60), { openForMs: 0 }),
      pulse(2, at(-60), { isPaired: false }),
      pulse(3, null),
    ];
    expect(silentAt(none, NOON)).toEqual([]);
  });

  test('gives a box that is switched off at night ten minutes from the opening on', () => {
    const overnight = (openForMs: number) => silentAt([pulse(1, at(-600), { openForMs })], NOON);
    expect(overnight(9 * MINUTE_MS)).toEqual([]);
    expect(overnight(15 * MINUTE_MS)).toMatchObject([{ silentSince: at(-5) }]);
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

  test('tells of a silence once, also when some are heard of again or more join, and anew when one falls silent again', () => {
    const [first, second] = silent.map(silenceKey);
    expect(due(0, null, [first ?? ''])).toEqual([]);
    expect(due(0, null, [second ?? ''])).toEqual([]);
    expect(due(0, null, [silenceKey({ endpointId: 1, lastSeenAt: at(-300) })])).toEqual([[1, 2]]);
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
