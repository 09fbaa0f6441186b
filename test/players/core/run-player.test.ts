import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { briefMemory, briefOutbox } from '../../../players/core/brief-storage.ts';
import { httpLink } from '../../../players/core/http-link.ts';
import { mediaRunner } from '../../../players/core/media-runner.ts';
import type { MediaFetch, PlayerPorts } from '../../../players/core/ports.ts';
import { type RunningPlayer, runPlayer } from '../../../players/core/run-player.ts';
import { systemClock } from '../../../players/core/system-clock.ts';
import { timedStage } from '../../../players/core/timed-stage.ts';
import { sharedMedia } from '../../../players/fleet/shared-media.ts';
import type { ManifestMedia } from '../../../src/contract/manifest.ts';
import { OVERRIDE_TYP } from '../../../src/contract/override.ts';
import { makeSigningKey, signStatement, verifyStatement } from '../../../src/contract/signing.ts';
import { type ContractServer, contractServer } from '../support/contract-server.ts';
import { overrideOf, TEST_CONFIG } from './core-fixture.ts';

const clock = systemClock(globalThis);
const config = { ...TEST_CONFIG, enrolmentToken: 'an-enrolment-token-of-staff', reportMs: 50 };
const files = [{ bytes: Buffer.alloc(2_000, 1), type: 'video/mp4', durationMs: 200 }];

let server: ContractServer;
let player: RunningPlayer | null = null;

beforeEach(async () => {
  server = await contractServer(files);
});
afterEach(async () => {
  await player?.stop();
  player = null;
  await server.close();
});

function portsOf(change: Partial<PlayerPorts> = {}): PlayerPorts {
  return {
    clock,
    link: httpLink({ server: server.url, fetch: globalThis.fetch, clock }),
    stage: timedStage(clock),
    media: sharedMedia(),
    outbox: briefOutbox('epoch-of-test'),
    memory: briefMemory(),
    verify: verifyStatement,
    log: () => {},
    ...change,
  };
}

function nowAnd(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('runPlayer', () => {
  it('obeys an override that the stream brings, and returns to its programme when it is withdrawn', async () => {
    player = await runPlayer(config, portsOf());
    await Promise.all([server.counted(2), server.streaming()]);
    const show = { kind: 'text', title: '火情', body: '请撤离', lang: 'zh' } as const;
    await server.raise(overrideOf({ endpoints: [1], from: nowAnd(-1_000), until: nowAnd(60_000), show }));
    await until(() => player?.state().stage.kind === 'text');
    await server.raise(
      overrideOf({
        endpoints: [1],
        serial: 2,
        action: 'withdraw',
        from: nowAnd(-1_000),
        until: nowAnd(60_000),
        show,
      }),
    );
    await until(() => player?.state().stage.kind === 'play');
  });

  it('checks a statement once, however often the poll finds it standing', async () => {
    const plain = httpLink({ server: server.url, fetch: globalThis.fetch, clock });
    const checked: string[] = [];
    let asked = 0;
    let polls = 0;
    const link: PlayerPorts['link'] = {
      ...plain,
      async fetchManifest(token, etag) {
        const answer = await plain.fetchManifest(token, etag);
        polls += 1;
        return answer.ok ? { ...answer, value: { ...answer.value, standing: `state ${polls}` } } : answer;
      },
      // Its answer would set another pause between polls.
      sendHealth: async () => ({ ok: false, failure: { kind: 'offline', status: 0, code: 'offline' } }),
      async fetchStanding() {
        asked += 1;
        const inTheBook = [...(player?.state().overrides.values() ?? [])].map(({ jws }) => jws);
        return { ok: true, value: { statements: inTheBook } };
      },
    };
    const verify: PlayerPorts['verify'] = (jws, typ, pinned) => {
      if (typ === OVERRIDE_TYP) checked.push(jws);
      return verifyStatement(jws, typ, pinned);
    };
    player = await runPlayer({ ...config, pollMs: 50 }, portsOf({ link, verify }));
    await Promise.all([server.counted(1), server.streaming()]);
    await server.raise(overrideOf({ endpoints: [1], from: nowAnd(-1_000), until: nowAnd(60_000) }));
    await until(() => player?.state().overrides.size === 1);
    const before = asked;
    await until(() => asked >= before + 3);
    expect(checked).toHaveLength(1);
  });

  it('shows nothing that a foreign key signed, and says so', async () => {
    const foreign = await makeSigningKey();
    const link = httpLink({ server: server.url, fetch: globalThis.fetch, clock });
    const forged = await signStatement(JSON.stringify(overrideOf({ endpoints: [1] })), OVERRIDE_TYP, foreign);
    player = await runPlayer(
      config,
      portsOf({
        link: {
          ...link,
          openStream: (_token, _last, listener) => {
            listener.opened();
            listener.message({ event: 'override', data: forged, id: null });
            return () => {};
          },
        },
      }),
    );
    await until(
      () => player?.state().troubles.some((trouble) => trouble.code === 'signature.unknownKey') ?? false,
    );
    await server.counted(2);
    expect(player.state().overrides.size).toBe(0);
    expect(server.ledger.plays.every((play) => !play.overrideId)).toBe(true);
  });

  it('plays after a restart without any server from what it kept, once the signature was checked again', async () => {
    const memory = briefMemory();
    const media = sharedMedia();
    const outbox = briefOutbox('epoch-of-test');
    player = await runPlayer(config, portsOf({ memory, media, outbox }));
    await server.counted(2);
    await player.stop(2_000);
    server.setDown(true);
    player = await runPlayer(config, portsOf({ memory, media, outbox }));
    await until(() => player?.state().stage.kind === 'play');
    await player.stop();
    const tampered = {
      ...memory,
      load: async () => ({ ...(await memory.load()), manifest: '{"jws":"a.b.c","etag":null}' }),
    };
    player = await runPlayer(
      config,
      portsOf({ memory: { ...tampered, load: tampered.load }, media, outbox }),
    );
    await until(
      () => player?.state().troubles.some((trouble) => trouble.code.startsWith('signature')) ?? false,
    );
    expect(player.state().programme).toBe(null);
  });

  it('tries a failed write again until the storage takes it, and sends nothing before', async () => {
    const storage = briefOutbox('epoch-of-test');
    let refusals = 0;
    const outbox = {
      ...storage,
      append: async (plays: Parameters<typeof storage.append>[0]) => {
        refusals += 1;
        if (refusals === 1) throw new Error('disk full');
        return storage.append(plays);
      },
    };
    player = await runPlayer(
      config,
      portsOf({
        outbox,
        clock: { ...clock, alarm: (at, ring) => clock.alarm(Math.min(at, clock.monoMs() + 300), ring) },
      }),
    );
    await server.counted(3);
    expect(server.ledger.plays.map((play) => play.seq).slice(0, 3)).toEqual([1, 2, 3]);
    expect(refusals).toBeGreaterThan(1);
  });
});

describe('mediaRunner', () => {
  it('asks the server itself for a file that another host has wrong or not at all', async () => {
    const asked: string[] = [];
    const file = (sha256: string) => ({
      ...{ sha256, bytes: 5, type: 'video/mp4', durationMs: 1_000 },
      url: `https://cdn.example.org/${sha256}`,
    });
    const ready = Promise.withResolvers<void>();
    const due = new Set(['missing', 'poisoned']);
    const bytesOf = async function* (text: string) {
      yield new TextEncoder().encode(text);
    };
    const open: MediaFetch = async ({ url }) => {
      asked.push(url);
      if (url === 'https://cdn.example.org/missing')
        return { ok: false, failure: { kind: 'offline', status: 0, code: 'offline' } };
      return { ok: true, value: bytesOf(url) };
    };
    // The cache finds by the hash that what the other host gave is another file.
    const cache = {
      ...sharedMedia(),
      check: async () => false,
      prune: async () => {},
      async fetch(media: ManifestMedia, get: MediaFetch) {
        const answer = await get(media);
        const got = answer.ok ? Buffer.concat(await Array.fromAsync(answer.value)).toString() : '';
        return got.startsWith('https:') || got === '' ? 'media.hash' : null;
      },
    };
    const order = [...due].map(file);
    const runner = mediaRunner(cache, open, {
      absent: () => {},
      failed: () => runner.want(order, [], []),
      ready(sha256) {
        due.delete(sha256);
        if (due.size === 0) ready.resolve();
      },
    });
    runner.want(order, [], []);
    await ready.promise;
    runner.stop();
    const own = asked.filter((url) => url.startsWith('/'));
    expect(new Set(own)).toEqual(
      new Set(['missing', 'poisoned'].map((name) => `/api/player/v1/media/${name}`)),
    );
    expect(asked).toContain('https://cdn.example.org/poisoned');
  });
});

describe('httpLink', () => {
  it('keeps the token from any other host that serves media', async () => {
    const seen: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('bytes');
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const link = httpLink({ server: server.url, fetch: globalThis.fetch, clock });
    const answer = await link.fetchMedia('a-secret-token', `http://127.0.0.1:${port}/film`);
    expect(answer.ok && Buffer.concat(await Array.fromAsync(answer.value)).toString()).toBe('bytes');
    expect(seen).toEqual([undefined]);
    other.closeAllConnections();
    other.close();
  });

  it('answers offline instead of throwing, and refused with the code of the problem document', async () => {
    const link = httpLink({ server: server.url, fetch: globalThis.fetch, clock });
    expect(await link.fetchManifest('no-such-token', null)).toMatchObject({
      ok: false,
      failure: { status: 401, code: 'token.unknown' },
    });
    server.setDown(true);
    expect(await link.fetchManifest('no-such-token', null)).toMatchObject({
      ok: false,
      failure: { kind: 'offline' },
    });
  });
});
