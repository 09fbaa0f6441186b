import { describe, expect, test } from 'vitest';
import { Bench, EIGHT, only, overrideOf } from './core-fixture.ts';

const TEXT = { kind: 'text', title: '火情', body: '请撤离', lang: 'zh-CN' } as const;

function playing(): Bench {
  const bench = new Bench(EIGHT);
  bench.bootPlaying();
  return bench;
}

/** The stage says of what it was asked last that nothing can come out of it. */
function unheard(bench: Bench): void {
  const { playId } = bench.asked();
  bench.feed({ type: 'playback.ended', playId, shownMs: 0, how: 'unheard', reason: 'sound.noDevice' });
}

const asks = (bench: Bench) => only(bench.effects, 'stage.play').length;
const written = (bench: Bench) =>
  only(bench.effects, 'outbox.append').flatMap(({ plays }) =>
    plays.map(({ assetId, outcome, reason }) => [assetId, outcome, reason]),
  );
const raise = (show: ReturnType<typeof overrideOf>['show']) =>
  ({ type: 'override.verified', text: JSON.stringify(overrideOf({ show })), jws: 'o' }) as const;
const told = (bench: Bench) =>
  only(bench.effects, 'save')
    .filter(({ slot }) => slot === 'receipts')
    .flatMap(({ text }) => JSON.parse(text).receipts)
    .map(({ state, reason }) => `${state} ${reason}`);

describe('a box that nothing can come out of', () => {
  test('tries each spot once, tells it as failed with the reason, and blames no file', () => {
    const bench = playing();
    for (const [index, from] of [0, 10_000, 20_000, 30_000].entries()) {
      bench.tickAt(EIGHT + from);
      expect(asks(bench)).toBe(index + 1);
      unheard(bench);
      bench.tickAt(EIGHT + from + 5_000);
    }
    // The same film again in the fourth spot: it was tried, not left alone.
    expect(written(bench)).toEqual([1, 2, 3, 1].map((assetId) => [assetId, 'failed', 'sound.noDevice']));
    expect(bench.state.troubles.map(({ code }) => code)).toEqual(['sound.noDevice']);
  });

  test('goes back to no spot that is over when the next one was tried a little before its time', () => {
    const bench = playing();
    bench.feed({ type: 'playback.started', playId: bench.asked().playId });
    bench.tickAt(EIGHT + 9_800);
    bench.feed({ type: 'playback.ended', playId: bench.asked().playId, shownMs: 9_800, how: 'finished' });
    expect(asks(bench)).toBe(2);
    unheard(bench);
    expect(asks(bench)).toBe(2);
    bench.tickAt(EIGHT + 10_001);
    expect(asks(bench)).toBe(2);
    bench.tickAt(EIGHT + 20_000);
    expect(asks(bench)).toBe(3);
  });

  test('tells an emergency as refused, once, and tries it again every fifteen seconds until it is heard', () => {
    const bench = playing();
    bench.feed(
      raise({ kind: 'media', assetId: 90, media: [bench.state.programme?.standing[0]?.media ?? ''] }),
    );
    expect(bench.asked().origin).toEqual({ kind: 'override', overrideId: 40 });
    unheard(bench);
    expect(told(bench)).toEqual(['refused sound.noDevice']);
    expect(bench.asked().origin.kind).toBe('spot');
    bench.tickAt(EIGHT + 15_001);
    expect(bench.asked().origin.kind).toBe('override');
    bench.feed({ type: 'playback.started', playId: bench.asked().playId });
    expect(told(bench).at(-1)).toBe('shown undefined');
  });

  test('tells a text that it cannot say as refused, and the programme goes on', () => {
    const bench = playing();
    bench.feed(raise(TEXT));
    expect(bench.state.stage.kind).toBe('text');
    bench.feed({ type: 'text.failed', overrideId: 40, reason: 'sound.noSpeech' });
    expect(told(bench)).toEqual(['refused sound.noSpeech']);
    expect(bench.state.stage.kind).toBe('play');
    // Not of another text than the one on the stage.
    bench.feed({ type: 'text.failed', overrideId: 41, reason: 'sound.noSpeech' });
    expect(told(bench)).toEqual(['refused sound.noSpeech']);
  });
});
