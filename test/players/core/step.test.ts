import { describe, expect, it } from 'vitest';
import {
  Bench,
  EIGHT,
  EMPTY_OUTBOX,
  filmOf,
  hash,
  IDENTITY,
  manifestEvent,
  manifestOf,
  only,
  overrideOf,
} from './core-fixture.ts';

const refusedToken = { kind: 'refused', status: 401, code: 'token.unknown' } as const;
const offline = { kind: 'offline', status: 0, code: 'offline' } as const;

describe('step, pairing', () => {
  it('shows the code, asks until staff typed it in, and keeps what pairing gave', () => {
    const bench = new Bench(EIGHT);
    expect(only(bench.boot(), 'pair.offer')).toHaveLength(1);
    const offer = {
      code: 'ABC234',
      secret: 'secret-of-this-pairing',
      expiresAt: new Date(EIGHT + 600_000).toISOString(),
    };
    expect(only(bench.feed({ type: 'pairing.offered', offer }), 'stage.code')).toMatchObject([
      { code: 'ABC234' },
    ]);
    expect(only(bench.tickAt(EIGHT + 3_000), 'pair.ask')).toMatchObject([{ secret: offer.secret }]);
    bench.feed({ type: 'pairing.answered', answer: { state: 'waiting' } });
    expect(only(bench.tickAt(EIGHT + 6_000), 'pair.ask')).toHaveLength(1);
    const { highestSerial: _, ...given } = IDENTITY;
    const effects = bench.feed({ type: 'pairing.answered', answer: { state: 'paired', ...given } as never });
    expect(only(effects, 'save').map((save) => save.slot)).toContain('identity');
    expect(only(effects, 'poll')).toHaveLength(1);
    expect(bench.state.phase).toBe('paired');
  });

  it('asks for a new code when the old one expired', () => {
    const bench = new Bench(EIGHT);
    bench.boot();
    bench.feed({
      type: 'pairing.offered',
      offer: { code: 'ABC234', secret: 'x'.repeat(20), expiresAt: new Date(EIGHT).toISOString() },
    });
    bench.feed({ type: 'pairing.answered', answer: { state: 'expired' } });
    expect(only(bench.tickAt(EIGHT + 2_000), 'pair.offer')).toHaveLength(1);
  });

  it('pairs by code when its enrolment token is refused', () => {
    const bench = new Bench(EIGHT, { enrolmentToken: 'an-enrolment-token-spent' });
    expect(only(bench.boot(), 'pair.enrol')).toHaveLength(1);
    bench.feed({
      type: 'pairing.failed',
      failure: { kind: 'refused', status: 404, code: 'pairing.unknown' },
    });
    expect(only(bench.tickAt(EIGHT + 2_000), 'pair.offer')).toHaveLength(1);
  });

  it('keeps its pairing and plays on when a poll is answered with 401, and asks again at the slowest pace', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    const before = bench.asked().playId;
    bench.feed({ type: 'poll.failed', failure: refusedToken });
    expect(bench.state).toMatchObject({ phase: 'paired', identity: { token: IDENTITY.token } });
    expect(bench.state.troubles.map((trouble) => trouble.code)).toContain('token.refused');
    expect(bench.state.errands.poll.dueMonoMs - bench.monoMs).toBe(300_000);
    bench.tickAt(EIGHT + 10_000);
    expect(bench.asked().playId).toBe(before + 1);
  });
});

describe('step, polling', () => {
  it.each([
    [1, 60_000],
    [2, 120_000],
    [3, 240_000],
    [4, 300_000],
    [9, 300_000],
  ])('waits after %i failures in a row for about %i ms', (failures, pauseMs) => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    for (let i = 0; i < failures; i += 1) bench.feed({ type: 'poll.failed', failure: offline });
    expect(bench.state.errands.poll.dueMonoMs - bench.monoMs).toBe(pauseMs);
  });

  it('spreads its polls over 22.5 to 37.5 seconds by the chance it is given', () => {
    for (const [random, pauseMs] of [
      [0, 22_500],
      [0.5, 30_000],
      [0.999, 37_485],
    ] as const) {
      const bench = new Bench(EIGHT);
      bench.bootPlaying();
      bench.random = random;
      bench.feed({ type: 'poll.unchanged' });
      expect(bench.state.errands.poll.dueMonoMs - bench.monoMs).toBeCloseTo(pauseMs);
    }
  });

  it('polls within a second of a bell for another revision, and not for its own', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    bench.feed({ type: 'bell', revision: 'revision-a' });
    expect(only(bench.tickAt(EIGHT + 1_000), 'poll')).toHaveLength(0);
    bench.feed({ type: 'bell', revision: 'revision-b' });
    expect(only(bench.tickAt(EIGHT + 2_000), 'poll')).toHaveLength(1);
  });
});

describe('step, manifests', () => {
  it.each([
    [
      'manifest.otherEndpoint',
      manifestOf({ endpoint: { id: 8, name: 'x', kind: 'tv', timeZone: 'UTC' }, serial: 6 }),
    ],
    ['manifest.replayed', manifestOf({ serial: 4 })],
    ['manifest.expired', manifestOf({ serial: 6, validUntil: new Date(EIGHT - 1).toISOString() })],
    ['manifest.inconsistent', manifestOf({ serial: 6, loops: [] })],
    ['manifest.inconsistent', manifestOf({ serial: 6, media: [filmOf(1)] })],
  ])('refuses a manifest with %s (%#), says so, and plays on', (code, manifest) => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    bench.feed(manifestEvent(manifest));
    expect(bench.state.programme?.revision).toBe('revision-a');
    expect(bench.state.programme?.serial).toBe(5);
    expect(bench.state.troubles.map((trouble) => trouble.code)).toContain(code);
    expect(bench.state.stage.kind).toBe('play');
  });

  it('remembers the highest serial over a restart', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    const saved = only(bench.effects, 'save').findLast((save) => save.slot === 'identity')?.text;
    const next = new Bench(EIGHT);
    next.boot({ identity: saved });
    next.feed(manifestEvent(manifestOf({ serial: 4 })));
    expect(next.state.programme).toBe(null);
  });

  it('asks for files in the order in which they play, emergency material after the first hour', () => {
    const bench = new Bench(EIGHT + 12_000);
    bench.bootPlaying(manifestOf(), []);
    const [want] = only(bench.effects, 'media.want').slice(-1);
    expect(want?.order.map((file) => Number.parseInt(file.sha256, 16))).toEqual([2, 3, 1, 9]);
  });

  it('takes a withdrawn film off at once, and lets any other play to its end', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    bench.feed({ type: 'playback.started', playId: bench.asked().playId });
    const first = bench.asked();
    const noFilmTwo = manifestOf({ revision: 'revision-b', serial: 6, programme: [], overrides: [] });
    bench.feed(manifestEvent(noFilmTwo));
    expect(bench.state.stage).toMatchObject({ kind: 'play', playback: { playId: first.playId } });
    const noFilmOne = { ...noFilmTwo, revision: 'revision-c', serial: 7, media: [filmOf(2)], loops: [] };
    expect(only(bench.feed(manifestEvent(noFilmOne)), 'stage.rest')).toHaveLength(1);
  });
});

describe('step, playout', () => {
  it('joins a spot in its middle after boot, at the place where its neighbours are', () => {
    const bench = new Bench(EIGHT + 14_000);
    bench.bootPlaying();
    expect(bench.asked()).toMatchObject({ assetId: 2, startMs: EIGHT + 10_000 });
    expect(bench.asked().fromMs).toBeCloseTo(4_000, -1);
  });

  it('waits for the next spot when less than a second of this one is left', () => {
    const bench = new Bench(EIGHT + 19_300);
    bench.bootPlaying();
    expect(only(bench.effects, 'stage.play')).toEqual([]);
    bench.tickAt(EIGHT + 20_000);
    expect(bench.asked()).toMatchObject({ assetId: 3, fromMs: 0 });
  });

  it('keeps the last frame of a film that ended early, and starts the next up to a quarter second before its time', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    const { playId } = bench.asked();
    bench.feed({ type: 'playback.started', playId });
    bench.monoMs = 9_500;
    expect(
      bench
        .feed({ type: 'playback.ended', playId, shownMs: 9_500, how: 'finished' })
        .filter((e) => e.type.startsWith('stage')),
    ).toEqual([]);
    bench.tickAt(EIGHT + 10_000);
    const second = bench.asked();
    expect(second).toMatchObject({ assetId: 2 });
    bench.feed({ type: 'playback.started', playId: second.playId });
    bench.monoMs = 19_800;
    bench.feed({ type: 'playback.ended', playId: second.playId, shownMs: 9_800, how: 'finished' });
    expect(bench.asked()).toMatchObject({ assetId: 3, startMs: EIGHT + 20_000 });
  });

  it('announces the next spot for preloading when one begins', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    expect(only(bench.effects, 'stage.preload').at(-1)).toMatchObject({
      media: { sha256: hash(2) },
      dueMonoMs: 10_000,
    });
  });

  it('tells a spot without its file as failed once, and lets the next available one stand in, marked so', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying(manifestOf(), [2, 3]);
    const failed = only(bench.effects, 'outbox.append').flatMap((effect) => effect.plays);
    expect(failed).toMatchObject([
      { outcome: 'failed', reason: 'media.missing', bookingId: 100, durationMs: 0 },
    ]);
    const standIn = bench.asked();
    expect(standIn).toMatchObject({ assetId: 2, origin: { kind: 'standIn' } });
    bench.feed({ type: 'playback.started', playId: standIn.playId });
    bench.tickAt(EIGHT + 10_000);
    const ended = bench.feed({
      type: 'playback.ended',
      playId: standIn.playId,
      shownMs: 10_000,
      how: 'stopped',
    });
    expect(only(ended, 'outbox.append')[0]?.plays).toMatchObject([
      { bookingId: 101, assetId: 2, outcome: 'completed', reason: 'standIn' },
    ]);
    expect(bench.asked()).toMatchObject({ assetId: 2, origin: { kind: 'spot', bookingId: 101 } });
  });

  it('rests when closed, and begins with the first spot of the opening', () => {
    const bench = new Bench(EIGHT - 60_000);
    bench.bootPlaying();
    expect(bench.state.stage).toEqual({ kind: 'rest', cause: 'closed' });
    bench.tickAt(EIGHT);
    expect(bench.asked()).toMatchObject({ assetId: 1, startMs: EIGHT });
  });

  it('shows a rest, never nothing, when no programme was ever heard', () => {
    const bench = new Bench(EIGHT);
    bench.boot({ identity: JSON.stringify(IDENTITY) });
    expect(bench.state.stage).toEqual({ kind: 'rest', cause: 'noProgramme' });
  });

  it('lets the last spot of an hour run over into the next', () => {
    const late = { ...manifestOf().loops[0], id: 'loop-late', lengthMs: 3_600_000 };
    const spots = [{ atMs: 3_595_000, durationMs: 10_000, media: hash(3), assetId: 3, bookingId: 102 }];
    const manifest = manifestOf({
      loops: [{ ...late, spots }, ...manifestOf().loops],
      programme: manifestOf().programme.map((entry, index) =>
        index === 0 ? { ...entry, loop: 'loop-late' } : entry,
      ),
    });
    const bench = new Bench(EIGHT + 3_595_000);
    bench.bootPlaying(manifest);
    expect(bench.asked()).toMatchObject({ assetId: 3 });
    bench.tickAt(EIGHT + 3_601_000);
    expect(bench.asked()).toMatchObject({ assetId: 3 });
    bench.tickAt(EIGHT + 3_605_000);
    expect(bench.asked()).toMatchObject({ assetId: 1, startMs: EIGHT + 3_600_000 });
  });
});

describe('step, overrides', () => {
  const raise = (change = {}) =>
    ({ type: 'override.verified', text: JSON.stringify(overrideOf(change)), jws: 'o' }) as const;

  it('cuts in at once, ends on time without network, and returns to where the programme is by then', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    const cut = bench.asked();
    bench.feed({ type: 'playback.started', playId: cut.playId });
    bench.monoMs = 4_000;
    bench.feed(raise());
    expect(bench.asked()).toMatchObject({ assetId: 90, origin: { kind: 'override', overrideId: 40 } });
    const ended = bench.feed({ type: 'playback.ended', playId: cut.playId, shownMs: 4_000, how: 'stopped' });
    expect(only(ended, 'outbox.append')[0]?.plays).toMatchObject([
      { outcome: 'cut', reason: 'override', durationMs: 4_000 },
    ]);
    bench.feed({ type: 'playback.started', playId: bench.asked().playId });
    bench.tickAt(EIGHT + 63_000);
    expect(bench.asked()).toMatchObject({ assetId: 1, origin: { kind: 'spot' }, startMs: EIGHT + 60_000 });
    expect(bench.asked().fromMs).toBeCloseTo(3_000, -1);
  });

  it('is withdrawn by a later statement, and an older one cannot bring it back', () => {
    const bench = new Bench(EIGHT + 1_000);
    bench.bootPlaying();
    bench.feed(raise());
    bench.feed(raise({ action: 'withdraw', serial: 2 }));
    expect(bench.asked().origin.kind).toBe('spot');
    bench.feed(raise());
    expect(bench.asked().origin.kind).toBe('spot');
  });

  it('ignores a statement that names other endpoints, or has ended', () => {
    const bench = new Bench(EIGHT + 1_000);
    bench.bootPlaying();
    bench.feed(raise({ endpoints: [8] }));
    bench.feed(raise({ until: new Date(EIGHT).toISOString() }));
    expect(bench.asked().origin.kind).toBe('spot');
  });

  it('shows a text without any file', () => {
    const bench = new Bench(EIGHT + 1_000);
    bench.bootPlaying();
    const show = { kind: 'text', title: '火情', body: '请撤离', lang: 'zh' };
    expect(only(bench.feed(raise({ show })), 'stage.text')).toMatchObject([{ title: '火情', drill: false }]);
    expect(bench.tickAt(EIGHT + 60_000).map((effect) => effect.type)).toContain('stage.play');
  });
});

describe('step, time and reports', () => {
  it('reports what the storage holds safely, and forgets only what the server confirmed', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    const { playId } = bench.asked();
    bench.feed({ type: 'playback.started', playId });
    bench.tickAt(EIGHT + 10_000);
    bench.feed({ type: 'playback.ended', playId, shownMs: 10_000, how: 'stopped' });
    expect(only(bench.tickAt(EIGHT + 25_000), 'report.send')).toEqual([]);
    bench.feed({ type: 'outbox.stored', seqs: [1] });
    const [sent] = only(bench.tickAt(EIGHT + 40_000), 'report.send');
    expect(sent?.report.plays).toMatchObject([
      { seq: 1, startedAt: new Date(EIGHT).toISOString(), outcome: 'completed' },
    ]);
    const receipt = { accepted: 0, duplicates: 0, rejected: [], received: [], missing: [] };
    bench.feed({ type: 'report.answered', receipt });
    expect(bench.state.outbox.pending).toHaveLength(1);
    const done = bench.feed({
      type: 'report.answered',
      receipt: { ...receipt, accepted: 1, received: [[1, 1]] },
    });
    expect(only(done, 'outbox.remove')).toMatchObject([{ ranges: [[1, 1]] }]);
    expect(bench.state.outbox.pending).toEqual([]);
  });

  it('tells a play that a power cut ended as cut, with the time until the last sign of life', () => {
    const bench = new Bench(EIGHT + 600_000);
    const open = {
      seq: 8,
      bookingId: 100,
      assetId: 1,
      sha256: hash(1),
      startedAt: new Date(EIGHT).toISOString(),
      plannedMs: 10_000,
    };
    const clock = JSON.stringify({ wallErrorMs: 0, correctedMs: EIGHT + 6_000 });
    const effects = bench.boot(
      { identity: JSON.stringify(IDENTITY), clock },
      { ...EMPTY_OUTBOX, lastSeq: 8, open: [open] },
    );
    expect(only(effects, 'outbox.append')[0]?.plays).toMatchObject([
      { seq: 8, outcome: 'cut', reason: 'powerCut', durationMs: 6_000 },
    ]);
  });

  it('never lets two plays overlap when the clock steps back between them', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    const first = bench.asked();
    bench.feed({ type: 'playback.started', playId: first.playId });
    bench.tickAt(EIGHT + 10_000);
    bench.feed({ type: 'playback.ended', playId: first.playId, shownMs: 10_000, how: 'stopped' });
    for (let i = 0; i < 8; i += 1) bench.contact(-400);
    const begun = bench.feed({ type: 'playback.started', playId: bench.asked().playId });
    expect(only(begun, 'outbox.begin')).toMatchObject([
      { play: { startedAt: new Date(EIGHT + 10_000).toISOString() } },
    ]);
  });

  it('finds the hour by the time it last knew when its calendar clock fell back to 1970', () => {
    const bench = new Bench(0);
    const clock = JSON.stringify({ wallErrorMs: 0, correctedMs: EIGHT + 2_000 });
    bench.boot({ identity: JSON.stringify(IDENTITY), clock });
    bench.feed(manifestEvent(manifestOf(), true));
    bench.feed({ type: 'media.ready', sha256: hash(1) });
    expect(bench.asked()).toMatchObject({ assetId: 1, startMs: EIGHT });
  });

  it('tells its troubles in the next health report and forgets them once the server has them', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    bench.feed({ type: 'statement.refused', what: 'override', fault: 'signature.unknownKey' });
    const [sent] = only(bench.tickAt(EIGHT + 1_000), 'health.send');
    expect(sent?.report.errors.map((error) => error.code)).toContain('signature.unknownKey');
    bench.feed({ type: 'trouble', code: 'later', detail: 'after the report left' });
    const answer = { now: new Date(EIGHT).toISOString(), pollAfterMs: 30_000, resend: [] };
    bench.feed({ type: 'health.answered', answer });
    expect(bench.state.troubles.map((trouble) => trouble.code)).toEqual(['later']);
  });
});
