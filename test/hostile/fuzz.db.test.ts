import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testPlace } from '../support/database.ts';
import { baseFiles } from './base-files.ts';
import { fuzz, rawBytes } from './fuzz.ts';
import { fuzzedServer } from './fuzzed-server.ts';
import { faultOf } from './odd-requests.ts';

const REQUESTS = 800;

describe('odd requests made from the OpenAPI document', () => {
  test('are answered without one server error, word of the inside or line in the log', {
    timeout: 180_000,
  }, async () => {
    const place = await testPlace();
    const scratch = await mkdtemp(join(tmpdir(), 'beacon-fuzz-'));
    const dataDir = 'dataDir' in place.options ? place.options.dataDir : scratch;
    const fuzzed = await fuzzedServer(place.options, dataDir);
    try {
      const { url, callers } = fuzzed;
      const attack = { url, callers, seed: 42, bases: await baseFiles() };
      const { faults, lawful, byStatus } = await fuzz({ ...attack, requests: REQUESTS });
      expect(faults).toEqual([]);
      expect(await rawBytes(attack, 160)).toEqual([]);
      expect(fuzzed.troubles).toEqual([]);
      // They come through: a run in which all is refused at the door would prove little.
      expect(lawful.size).toBeGreaterThan(25);
      expect(byStatus.get(422) ?? 0).toBeGreaterThan(REQUESTS / 10);
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
    } finally {
      await fuzzed.stop();
      await place.remove();
      await rm(scratch, { recursive: true, force: true });
    }
  });
});

describe('faultOf', () => {
  test.each([
    [500, '', 'status 500'],
    [404, '{"detail":"ENOENT: no such file, open \'/var/lib/beacon/x\'"}', 'names internals'],
    [409, '{"detail":"insert into plays (id) values ($1)"}', 'names internals'],
    [422, '{"detail":"at parse (src/http/app.ts:12:3)"}', 'names internals'],
  ])('finds fault with %i %s', (status, text, what) => {
    expect(faultOf(status, text)).toContain(what);
  });

  test('finds none with a refusal in words', () => {
    expect(faultOf(404, '{"detail":"There is no booking 7. Select another from the list."}')).toBeNull();
  });
});
