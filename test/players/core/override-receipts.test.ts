import { describe, expect, test } from 'vitest';
import { nextOverrideChange, withStatement } from '../../../players/core/override-book.ts';
import { goesBefore, type Override, severitySchema } from '../../../src/contract/override.ts';
import { Bench, EIGHT, IDENTITY, only, overrideOf } from './core-fixture.ts';

const TEXT = { kind: 'text', title: '火情', body: '请撤离', lang: 'zh-CN' } as const;
const raise = (change: Partial<Override> = {}) =>
  ({ type: 'override.verified', text: JSON.stringify(overrideOf(change)), jws: 'o' }) as const;
const iso = (ms: number) => new Date(ms).toISOString();

/** What the core sent of one override, as `state reason at`. */
function told(bench: Bench): string[] {
  const all = only(bench.effects, 'receipts.send').flatMap(({ receipts }) => receipts);
  return [...new Set(all)].map(({ state, reason, at }) =>
    [state, reason ?? '', Date.parse(at) - EIGHT].join(' '),
  );
}

function playing(): Bench {
  const bench = new Bench(EIGHT);
  bench.bootPlaying();
  return bench;
}

/** Answers what was sent last, so that the next may go. */
function take(bench: Bench): void {
  const sent = only(bench.effects, 'receipts.send').at(-1);
  if (!sent) throw new Error('no receipt was sent');
  bench.feed({ type: 'receipts.taken', receipts: sent.receipts });
}

describe('receipts of overrides', () => {
  test('tell a text as shown once it stands on the screen, and as over at its end without the server', () => {
    const bench = playing();
    bench.feed(raise({ show: TEXT }));
    expect(told(bench)).toEqual([]);
    bench.feed({ type: 'text.shown', overrideId: 40 });
    expect(told(bench)).toEqual(['shown  0']);
    take(bench);
    bench.tickAt(EIGHT + 60_000);
    expect(told(bench)).toEqual(['shown  0', 'ended over 60000']);
    expect(bench.state.stage.kind).toBe('play');
  });

  test('tell a film as shown with its first frame, not with the wish for it, and once however often it repeats', () => {
    const bench = playing();
    bench.feed(raise());
    const { playId } = bench.asked();
    expect(told(bench)).toEqual([]);
    bench.monoMs = 40;
    bench.feed({ type: 'playback.started', playId });
    expect(told(bench)).toEqual(['shown  40']);
    take(bench);
    bench.feed({ type: 'playback.ended', playId, shownMs: 4_000, how: 'finished' });
    bench.tickAt(EIGHT + 4_100);
    bench.feed({ type: 'playback.started', playId: bench.asked().playId });
    expect(told(bench)).toEqual(['shown  40']);
  });

  test('tell a withdrawal as the reason of the end', () => {
    const bench = playing();
    bench.feed(raise({ show: TEXT }));
    bench.feed({ type: 'text.shown', overrideId: 40 });
    take(bench);
    bench.monoMs = 5_000;
    bench.feed(raise({ show: TEXT, serial: 2, action: 'withdraw' }));
    expect(told(bench)).toEqual(['shown  0', 'ended withdrawn 5000']);
  });

  test('tell that another override took the stage, and that this one is back after it', () => {
    const bench = playing();
    bench.feed(raise({ show: TEXT }));
    bench.feed({ type: 'text.shown', overrideId: 40 });
    take(bench);
    bench.feed(raise({ show: TEXT, overrideId: 41, severity: 'extreme', until: iso(EIGHT + 10_000) }));
    expect(told(bench)).toEqual(['shown  0', 'ended preempted 0']);
    bench.feed({ type: 'text.shown', overrideId: 41 });
    take(bench);
    take(bench);
    bench.tickAt(EIGHT + 10_000);
    bench.feed({ type: 'text.shown', overrideId: 40 });
    take(bench);
    expect(bench.state.stage).toMatchObject({ kind: 'text', overrideId: 40 });
    expect(told(bench)).toContain('ended over 10000');
  });

  test('tell a refusal when none of the material is here, and when a raise comes after its end', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying(undefined, [1, 2, 3]);
    bench.feed(raise());
    expect(told(bench)).toEqual(['refused override.mediaMissing 0']);
    take(bench);
    bench.feed(raise({ overrideId: 41, until: iso(EIGHT - 1) }));
    expect(told(bench)).toEqual(['refused override.mediaMissing 0', 'refused override.ended 0']);
  });

  test('go at once from a fleet of 138, and are spread over 475 ms from one of ten thousand', () => {
    const county = playing();
    county.feed(raise({ show: TEXT, fleet: 138 }));
    county.feed({ type: 'text.shown', overrideId: 40 });
    expect(told(county)).toEqual(['shown  0']);

    const nation = playing();
    nation.random = 0.9;
    nation.feed(raise({ show: TEXT, fleet: 10_000 }));
    nation.feed({ type: 'text.shown', overrideId: 40 });
    nation.tickAt(EIGHT + 425);
    expect(told(nation)).toEqual([]);
    nation.tickAt(EIGHT + 428);
    expect(told(nation)).toEqual(['shown  0']);
  });

  test('are kept and sent again until the server has written them down', () => {
    const bench = playing();
    bench.feed(raise({ show: TEXT }));
    bench.feed({ type: 'text.shown', overrideId: 40 });
    bench.feed({ type: 'receipts.failed', failure: { kind: 'offline', status: 0, code: 'offline' } });
    bench.tickAt(EIGHT + 2_000);
    expect(only(bench.effects, 'receipts.send')).toHaveLength(2);
    take(bench);
    expect(bench.state.receipts).toEqual([]);
  });

  test('survive a restart, whose end of the showing is told too', () => {
    const bench = playing();
    bench.feed(raise({ show: TEXT }));
    bench.feed({ type: 'text.shown', overrideId: 40 });
    const kept = only(bench.effects, 'save').findLast(({ slot }) => slot === 'receipts');
    const next = new Bench(EIGHT + 3_000);
    next.boot({ identity: JSON.stringify(IDENTITY), receipts: kept?.text });
    expect(told(next)).toEqual([]);
    next.contact();
    expect(told(next)).toEqual(['shown  0', 'ended playerRestarted 3000']);
  });
});

describe('goesBefore', () => {
  const claims = [1, 2, 3].flatMap((overrideId) =>
    [true, false].flatMap((drill) =>
      severitySchema.options.flatMap((severity) =>
        [EIGHT, EIGHT + 1].map((fromMs) => ({ overrideId, drill, severity, fromMs })),
      ),
    ),
  );

  test('puts the real before the drill, then the graver, then the newer, then the higher id', () => {
    const sorted = claims.toSorted((a, b) => (goesBefore(a, b) ? -1 : 1));
    expect(sorted[0]).toEqual({ overrideId: 3, drill: false, severity: 'extreme', fromMs: EIGHT + 1 });
    expect(sorted.slice(0, 24).every(({ drill }) => !drill)).toBe(true);
    expect(sorted.slice(0, 6).every(({ severity }) => severity === 'extreme')).toBe(true);
    expect(sorted.slice(0, 3).map(({ overrideId }) => overrideId)).toEqual([3, 2, 1]);
  });

  test('never has two claims go before each other, so that every box and the server agree', () => {
    for (const [at, a] of claims.entries())
      for (const b of claims.slice(at + 1)) expect(goesBefore(a, b)).not.toBe(goesBefore(b, a));
  });
});

describe('withStatement', () => {
  test('takes one of several statements of an override, the one that names this endpoint', () => {
    const others = withStatement(new Map(), raise({ endpoints: [1, 2] }).text, 'a', 7, EIGHT);
    expect(others).toBe('override.otherEndpoint');
    const mine = withStatement(new Map(), raise({ endpoints: [6, 7] }).text, 'b', 7, EIGHT);
    if (typeof mine === 'string') throw new Error(mine);
    expect(nextOverrideChange(mine, EIGHT)).toBe(EIGHT + 60_000);
  });
});
