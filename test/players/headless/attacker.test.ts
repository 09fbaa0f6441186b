import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunningPlayer } from '../../../players/core/run-player.ts';
import { startHeadless } from '../../../players/headless/start-headless.ts';
import { type ContractServer, offeredFile, startContractServer } from '../../support/contract-server.ts';
import { type Attack, type HostileProxy, startHostileProxy } from '../../support/hostile-proxy.ts';

const first = offeredFile(Buffer.alloc(4_000, 1), 'audio/wav', 400);
const second = offeredFile(Buffer.alloc(4_000, 2), 'audio/wav', 500);
const later = offeredFile(Buffer.alloc(4_000, 3), 'audio/wav', 400);
const foreign = offeredFile(Buffer.alloc(4_000, 0x66), 'audio/wav', 400);

const ROUND = [
  { file: first, durationMs: 400, assetId: 1, bookingId: 11 },
  { file: second, durationMs: 500, assetId: 2, bookingId: 12 },
];

/** A player, its server, and the attacker between them; each test has its own, for all run at once. */
interface World {
  readonly server: ContractServer;
  readonly proxy: HostileProxy;
  readonly player: RunningPlayer;
  completed(bookingId: number): number;
  /** Resolves once a health report has told this code. */
  told(code: string): Promise<void>;
  /** Everything on air so far was ours, and the programme is still on. */
  expectUnmoved(): Promise<void>;
}

/** Pairs over the honest wire, waits until the programme plays, and hands the world over. */
async function underAttack(act: (world: World) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'attacked-'));
  const server = await startContractServer(new Map());
  const proxy = await startHostileProxy(server.origin, foreign.media.sha256);
  server.offer(ROUND);
  const player = await startHeadless({
    server: proxy.origin,
    dataDir: folder,
    enrolmentToken: null,
    kind: 'loudspeaker',
    sink: 'null',
    config: { pollMs: 200, healthMs: 300, reportMs: 100 },
    log: (line) => {
      if (line.includes('pairing code')) server.settlePairing('paired');
    },
  });
  const completed = (bookingId: number) =>
    server.plays.filter((play) => play.bookingId === bookingId && play.outcome === 'completed').length;
  try {
    await server.until(() => completed(11) > 0 && completed(12) > 0);
    await act({
      server,
      proxy,
      player,
      completed,
      told: (code) =>
        server.until(() =>
          server.health.some((report) => report.errors.some((error) => error.code === code)),
        ),
      async expectUnmoved() {
        const before = completed(11);
        await server.until(() => completed(11) > before + 1);
        const ours = new Set([first, second, later].map((file) => file.media.sha256));
        expect(server.plays.filter((play) => play.durationMs > 0 && !ours.has(play.sha256))).toEqual([]);
        expect(server.requests.filter((request) => request.includes(foreign.media.sha256))).toEqual([]);
      },
    });
  } finally {
    await player.stop();
    await proxy.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const NEXT_ROUND = [...ROUND, { file: later, durationMs: 400, assetId: 3, bookingId: 13 }];

describe.concurrent('a player behind an attacker in the middle', () => {
  it.each<[Attack, string]>([
    ['stripSignature', 'signature.wrongType'],
    ['foreignKey', 'signature.unknownKey'],
    ['borrowedName', 'signature.invalid'],
  ])(
    'plays on by its own programme under %s, and tells %s in its health report',
    (attack, code) =>
      underAttack(async ({ server, proxy, completed, told, expectUnmoved }) => {
        proxy.choose(attack);
        server.offer(NEXT_ROUND);
        await told(code);
        expect(proxy.tampered()).toBeGreaterThan(0);
        await expectUnmoved();
        expect(completed(13)).toBe(0);
      }),
    60_000,
  );

  it(
    'never goes back to a programme of the past that is replayed to it, and tells so',
    () =>
      underAttack(async ({ server, proxy, player, completed, told }) => {
        server.offer(NEXT_ROUND);
        await server.until(() => completed(13) > 0);
        const { highestSerial } = player.state().identity ?? { highestSerial: 0 };
        proxy.choose('replay');
        await told('manifest.replayed');
        const before = completed(13);
        await server.until(() => completed(13) > before + 1);
        expect(player.state().programme?.serial).toBe(highestSerial);
      }),
    60_000,
  );

  it(
    'airs no file whose bytes were swapped on the way, tells so, and plays the files it has',
    () =>
      underAttack(async ({ server, proxy, told, expectUnmoved }) => {
        proxy.choose('swapMedia');
        server.offer(NEXT_ROUND);
        await told('media.hashMismatch');
        await expectUnmoved();
        const ofSwapped = server.plays.filter((play) => play.bookingId === 13);
        for (const play of ofSwapped) expect(play).toMatchObject({ outcome: 'failed', durationMs: 0 });
      }),
    60_000,
  );

  it(
    'keeps its pace and its programme while its event stream is flooded, and tells of the forgeries',
    () =>
      underAttack(async ({ server, proxy, told, expectUnmoved }) => {
        const polls = () => server.requests.filter((request) => request.endsWith('/manifest')).length;
        const before = polls();
        const startedMs = performance.now();
        proxy.choose('floodStream');
        await told('signature.unknownKey');
        await expectUnmoved();
        expect(proxy.tampered()).toBeGreaterThanOrEqual(1_000);
        // 5,000 bells never make more than one poll at a time; the ordinary pace is up to 7 a second here.
        const seconds = (performance.now() - startedMs) / 1_000;
        expect(polls() - before).toBeLessThan(20 + 10 * seconds);
      }),
    60_000,
  );
});
