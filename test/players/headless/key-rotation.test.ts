import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningPlayer } from '../../../players/core/run-player.ts';
import { startHeadless } from '../../../players/headless/start-headless.ts';
import { type KeyRotation, ROTATION_TYP } from '../../../src/contract/key-rotation.ts';
import {
  makeSigningKey,
  type PrivateKey,
  publicPartOf,
  signStatement,
} from '../../../src/contract/signing.ts';
import { type ContractServer, offeredFile, startContractServer } from '../../support/contract-server.ts';

const first = offeredFile(Buffer.alloc(4_000, 1), 'audio/wav', 400);
const second = offeredFile(Buffer.alloc(4_000, 2), 'audio/wav', 500);
const offerOf = (bookingId: number) => [
  { file: first, durationMs: 400, assetId: 1, bookingId },
  { file: second, durationMs: 500, assetId: 2, bookingId: null },
];

let server: ContractServer;
let folder: string;
let player: RunningPlayer | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rotated-'));
  server = await startContractServer(new Map());
  server.offer(offerOf(11));
});

afterEach(async () => {
  await player?.stop();
  await server.close();
  await rm(folder, { recursive: true, force: true });
  player = null;
});

/** Starts the box, or starts it again, and waits until this booking plays. */
async function playing(bookingId: number): Promise<RunningPlayer> {
  player = await startHeadless({
    server: server.origin,
    dataDir: folder,
    enrolmentToken: null,
    kind: 'loudspeaker',
    sink: 'null',
    config: { pollMs: 200, healthMs: 300, reportMs: 100 },
    log: (line) => {
      if (line.includes('pairing code')) server.settlePairing('paired');
    },
  });
  await plays(bookingId);
  return player;
}

function plays(bookingId: number): Promise<void> {
  return server.until(() =>
    server.plays.some((play) => play.bookingId === bookingId && play.outcome === 'completed'),
  );
}

function told(code: string): Promise<void> {
  return server.until(() =>
    server.health.some((report) => report.errors.some((error) => error.code === code)),
  );
}

/** `signer` says, under the name `from.kid`, that `to` is the key now. */
function rotation(from: PrivateKey, to: PrivateKey, signer: PrivateKey = from): Promise<string> {
  const statement: KeyRotation = {
    version: 1,
    replaces: from.kid,
    key: publicPartOf(to),
    issuedAt: new Date().toISOString(),
  };
  return signStatement(JSON.stringify(statement), ROTATION_TYP, { ...signer, kid: from.kid });
}

function pinnedKids(): string[] {
  return (player?.state().identity?.serverKeys ?? []).map((key) => key.kid);
}

describe('a player whose server replaces its key', () => {
  it('catches up on two rotations that it missed, keeps the new key over a restart, and refuses the old one', async () => {
    await playing(11);
    await player?.stop();
    const [next, last] = [await makeSigningKey(), await makeSigningKey()];
    const stranger = await makeSigningKey();
    // One from before this box was paired stands at the beginning: it is none of its business.
    server.rotations.push(
      await rotation(stranger, server.pinnedKey),
      await rotation(server.pinnedKey, next),
      await rotation(next, last),
    );
    server.signWith(last);
    server.offer(offerOf(12));
    await playing(12);
    expect(pinnedKids()).toEqual([last.kid]);
    await told('key.rotated');

    await player?.stop();
    await playing(12);
    expect(pinnedKids()).toEqual([last.kid]);
    server.signWith(server.pinnedKey);
    server.offer(offerOf(13));
    await told('signature.unknownKey');
    expect(server.plays.some((play) => play.bookingId === 13)).toBe(false);
  }, 60_000);

  it('follows no rotation that a pinned key has not signed, whatever name it bears', async () => {
    await playing(11);
    const stranger = await makeSigningKey();
    server.rotations.push(
      await rotation(server.pinnedKey, stranger, stranger),
      await rotation(stranger, stranger),
      'not a statement at all',
    );
    server.signWith(stranger);
    server.offer(offerOf(14));
    await told('signature.invalid');
    await told('signature.unknownKey');
    expect(pinnedKids()).toEqual([server.pinnedKey.kid]);
    expect(server.plays.some((play) => play.bookingId === 14)).toBe(false);
  }, 60_000);
});
