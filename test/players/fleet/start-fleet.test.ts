import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { NO_FAULTS, parseFaults } from '../../../players/fleet/faults.ts';
import { type Fleet, startFleet } from '../../../players/fleet/start-fleet.ts';
import type { TruthLine } from '../../../players/fleet/truth-files.ts';
import { type ContractServer, contractServer } from '../support/contract-server.ts';

const files = [1, 2, 3].map((n) => ({
  bytes: Buffer.alloc(40_000, n),
  type: n === 3 ? 'image/jpeg' : 'video/mp4',
  durationMs: 300,
}));

let server: ContractServer | null = null;
let fleet: Fleet | null = null;
let folder: string | null = null;

afterEach(async () => {
  await fleet?.stop(0);
  await server?.close();
  if (folder) await rm(folder, { recursive: true });
  fleet = server = folder = null;
});

function enrolments(count: number) {
  return Array.from({ length: count }, (_, index) => ({ token: `enrolment-token-number-${index}` }));
}

/** The truth of each player against the numbers that the server counted for its epoch. */
function countedPerEpoch(of: ContractServer): Map<string, number[]> {
  const seqs = new Map<string, number[]>();
  for (const { epoch, seq } of of.ledger.plays) seqs.set(epoch, [...(seqs.get(epoch) ?? []), seq]);
  return seqs;
}

describe('startFleet', () => {
  it('has the server count what 20 players showed, once each, and fetches each file once for all', async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleet-'));
    const truthPath = join(folder, 'truth.jsonl');
    server = await contractServer(files);
    fleet = startFleet({
      server: server.url,
      enrolments: enrolments(20),
      rampMs: 100,
      truthPath,
      config: { reportMs: 100 },
    });
    await server.counted(60);
    const truth = await fleet.stop(5_000);
    expect(truth).toMatchObject({
      players: 20,
      paired: 20,
      playsWaiting: 0,
      mediaFiles: 3,
      mediaBytes: 120_000,
    });
    expect(server.requests.get('/media')).toBe(3);
    const seqs = countedPerEpoch(server);
    for (const { epoch, lastSeq } of truth.perPlayer) {
      expect((seqs.get(epoch) ?? []).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: lastSeq }, (_, i) => i + 1),
      );
    }
    const lines = (await readFile(truthPath, 'utf8'))
      .trim()
      .split('\n')
      .map((line): TruthLine => JSON.parse(line));
    expect(lines).toHaveLength(truth.playsShown);
    const shown = server.ledger.plays.filter((play) => play.outcome !== 'failed');
    expect(shown).toHaveLength(lines.length);
    expect(Math.abs(shown.reduce((sum, play) => sum + play.durationMs, 0) - truth.airtimeMs)).toBeLessThan(
      lines.length,
    );
  });

  it('loses and doubles nothing when requests are dropped, delayed, repeated and overtaken', async () => {
    server = await contractServer(files);
    fleet = startFleet({
      server: server.url,
      enrolments: enrolments(10),
      rampMs: 50,
      seed: 7,
      faults: { drop: 0.2, delay: 0.3, delayMs: 200, duplicate: 0.3, reorder: 0.2 },
      config: { reportMs: 100 },
    });
    await server.counted(60);
    const truth = await fleet.stop(15_000);
    expect(truth.playsWaiting).toBe(0);
    expect(truth.faults.duplicated).toBeGreaterThan(0);
    const seqs = countedPerEpoch(server);
    for (const { epoch, lastSeq } of truth.perPlayer) {
      expect((seqs.get(epoch) ?? []).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: lastSeq }, (_, i) => i + 1),
      );
    }
  });
});

describe('parseFaults', () => {
  it('reads shares by name and leaves the others at nothing', () => {
    expect(parseFaults('drop=0.1,duplicate=0.05')).toEqual({ ...NO_FAULTS, drop: 0.1, duplicate: 0.05 });
    expect(parseFaults('')).toEqual(NO_FAULTS);
  });

  it('names the word that it does not understand', () => {
    expect(() => parseFaults('drop=2')).toThrow('drop=2');
    expect(() => parseFaults('explode=1')).toThrow('explode=1');
  });
});
