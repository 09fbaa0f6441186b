import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/base/units.ts';
import { rollCallMessage } from '../../src/dispatch/message.ts';
import { type EndpointPulse, rollCallOf } from '../../src/dispatch/roll-call.ts';

const NOW = Date.UTC(2027, 1, 5, 12);
const pulse = (over: Partial<EndpointPulse>): EndpointPulse => ({
  endpointId: 1,
  code: 'DS-001',
  name: '广场大屏',
  area: '交通街道',
  isPaired: true,
  lastSeenAt: NOW - MINUTE_MS,
  lastPlayHour: NOW - HOUR_MS,
  missing: 0,
  openForMs: 2 * HOUR_MS,
  ...over,
});
const of = (over: Partial<EndpointPulse>) => {
  const [entry] = rollCallOf([pulse(over)], NOW).entries;
  return [entry?.state, entry?.reason];
};

describe('rollCallOf', () => {
  it('tells up, behind, silent and closed apart, with the reason', () => {
    expect(of({})).toEqual(['up', null]);
    expect(of({ isPaired: false, lastSeenAt: null })).toEqual(['silent', 'noPlayer']);
    expect(of({ lastSeenAt: NOW - 11 * MINUTE_MS })).toEqual(['silent', 'notSeen']);
    expect(of({ missing: 3 })).toEqual(['behind', 'reportsMissing']);
    expect(of({ lastPlayHour: null })).toEqual(['behind', 'noPlays']);
    expect(of({ lastPlayHour: null, openForMs: HOUR_MS })).toEqual(['up', null]);
    expect(of({ lastSeenAt: null, openForMs: 0 })).toEqual(['closed', null]);
    expect(of({ openForMs: 0, lastPlayHour: null })).toEqual(['closed', null]);
  });

  it('puts the worst first', () => {
    const { entries, counts } = rollCallOf(
      [
        pulse({ code: 'A' }),
        pulse({ code: 'B', missing: 1 }),
        pulse({ code: 'C', isPaired: false, lastSeenAt: null }),
      ],
      NOW,
    );
    expect(entries.map(({ code }) => code)).toEqual(['C', 'B', 'A']);
    expect(counts).toEqual({ up: 1, behind: 1, silent: 1, closed: 0 });
  });
});

describe('rollCallMessage', () => {
  it('names those who are silent and behind, and who was told, in either language', () => {
    const call = rollCallOf([pulse({ isPaired: false, lastSeenAt: null }), pulse({ code: 'TV-2' })], NOW);
    const zh = rollCallMessage(call, ['值班群', '张队'], { lang: 'zh', at: '2027-02-05 20:00' });
    expect(zh.title).toBe('终端点名 2027-02-05 20:00：在线 1，滞后 0，失联 1');
    expect(zh.lines).toEqual([
      '共 2 个终端：在线 1，滞后 0，失联 1，非开放时段 0',
      '失联：',
      '· DS-001 广场大屏（交通街道）未配对播放器',
      '已通知：值班群、张队',
    ]);
    const en = rollCallMessage(call, [], { lang: 'en', at: '2027-02-05 20:00' });
    expect(en.lines.at(-1)).toBe('Told: —');
  });
});
