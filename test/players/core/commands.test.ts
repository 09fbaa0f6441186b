import { describe, expect, test } from 'vitest';
import { carryOut, offersOf } from '../../../players/core/carry-out.ts';
import type { Command } from '../../../src/contract/command.ts';
import { Bench, EIGHT, IDENTITY, only } from './core-fixture.ts';

const OFFERS = ['volume', 'restart', 'picture'] as const;
const iso = (ms: number) => new Date(ms).toISOString();
const commandOf = (change: Partial<Command> = {}): Command => ({
  version: 1,
  commandId: 3,
  endpointId: 7,
  serial: EIGHT,
  until: iso(EIGHT + 120_000),
  ask: { kind: 'volume', percent: 40 },
  ...change,
});
const command = (change: Partial<Command> = {}) =>
  ({ type: 'command.verified', text: JSON.stringify(commandOf(change)) }) as const;

function playing(saved?: string): Bench {
  const bench = new Bench(EIGHT, { offers: OFFERS });
  bench.boot({ identity: JSON.stringify(IDENTITY), commands: saved });
  bench.contact();
  return bench;
}
const carriedOut = (bench: Bench) => only(bench.effects, 'command.do');
const answers = (bench: Bench) => only(bench.effects, 'answer.send').map(({ receipt }) => receipt);
const troubles = (bench: Bench) => bench.state.troubles.map(({ code }) => code);

describe('a command with a good signature', () => {
  test('is written down before it is carried out, and answered once the body is done', () => {
    const bench = playing();
    bench.feed(command());
    expect(carriedOut(bench)).toEqual([
      { type: 'command.do', command: commandOf(), saved: `{"serial":${EIGHT},"volume":40}` },
    ]);
    expect(answers(bench)).toEqual([]);
    bench.feed({ type: 'command.ended', receipt: { commandId: 3, state: 'done' } });
    expect(answers(bench)).toEqual([{ commandId: 3, state: 'done' }]);
    bench.feed({ type: 'answer.taken', commandId: 3 });
    expect(bench.state.answers).toEqual([]);
    expect(only(bench.effects, 'health.send').at(-1)?.report).toMatchObject({ offers: OFFERS, volume: 40 });
  });

  test('is carried out once, however often it is sent again, also after a restart', () => {
    const bench = playing();
    bench.feed(command());
    bench.feed(command());
    bench.feed(command({ commandId: 2, serial: EIGHT - 1 }));
    expect(carriedOut(bench)).toHaveLength(1);
    const next = playing(carriedOut(bench)[0]?.saved);
    next.feed(command());
    expect(carriedOut(next)).toEqual([]);
    next.feed(command({ commandId: 4, serial: EIGHT + 1 }));
    expect(carriedOut(next)).toHaveLength(1);
  });

  test.each([
    ['for another endpoint', { endpointId: 8 }, 'command.refused'],
    ['that comes at its end', { until: iso(EIGHT) }, 'command.expired'],
  ])('is not carried out %s, and the server is told', (_, change, code) => {
    const bench = playing();
    bench.feed(command(change));
    expect(carriedOut(bench)).toEqual([]);
    expect(troubles(bench)).toContain(code);
  });

  test('waits for the time of the server, for a clock that is a guess could be held back', () => {
    const bench = new Bench(EIGHT, { offers: OFFERS });
    bench.boot({ identity: JSON.stringify(IDENTITY) });
    bench.feed(command());
    expect(carriedOut(bench)).toEqual([]);
    bench.contact();
    bench.feed(command());
    expect(carriedOut(bench)).toHaveLength(1);
  });

  test('is refused where the body does not offer it', () => {
    const bench = playing();
    bench.feed(command({ ask: { kind: 'reboot' } }));
    expect(carriedOut(bench)).toEqual([]);
    expect(answers(bench)).toEqual([{ commandId: 3, state: 'refused', reason: 'command.notOffered' }]);
  });

  test('that restarts the player is told as done by the next run, and as failed by this one', () => {
    const bench = playing();
    bench.feed(command({ ask: { kind: 'restart' } }));
    const saved = carriedOut(bench)[0]?.saved;
    expect(answers(playing(saved))).toEqual([{ commandId: 3, state: 'done' }]);
    const third = playing(
      only(playing(saved).effects, 'save').findLast(({ slot }) => slot === 'commands')?.text,
    );
    expect(answers(third)).toEqual([]);

    bench.feed({ type: 'command.ended', receipt: { commandId: 3, state: 'failed', reason: 'no' } });
    const after = only(bench.effects, 'save').findLast(({ slot }) => slot === 'commands')?.text;
    expect(answers(playing(after))).toEqual([]);
  });

  test('has its answer sent again while the server is away, and dropped when it will have none of it', () => {
    const bench = playing();
    bench.feed(command());
    bench.feed({ type: 'command.ended', receipt: { commandId: 3, state: 'done' } });
    bench.feed({ type: 'answer.failed', failure: { kind: 'offline', status: 0, code: 'offline' } });
    bench.tickAt(EIGHT + 5_000);
    expect(answers(bench)).toHaveLength(2);
    bench.feed({ type: 'answer.failed', failure: { kind: 'refused', status: 404, code: 'command.unknown' } });
    expect(bench.state.answers).toEqual([]);
  });
});

describe('carryOut', () => {
  const powers = {
    volume: () => {},
    restart: () => Promise.reject(new Error('no supervisor')),
    picture: async () => '/9j/',
  };

  test('offers what the body can, and answers with the picture or with what went wrong', async () => {
    expect(offersOf(powers)).toEqual(['volume', 'restart', 'picture']);
    expect(await carryOut(commandOf(), powers)).toEqual({ commandId: 3, state: 'done' });
    expect(await carryOut(commandOf({ ask: { kind: 'picture' } }), powers)).toEqual({
      commandId: 3,
      state: 'done',
      picture: '/9j/',
    });
    expect(await carryOut(commandOf({ ask: { kind: 'restart' } }), powers)).toEqual({
      commandId: 3,
      state: 'failed',
      reason: 'Error: no supervisor',
    });
    expect(await carryOut(commandOf({ ask: { kind: 'reboot' } }), { reboot: async () => {} })).toBeNull();
  });
});
