import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { briefMemory, briefOutbox } from '../../players/core/brief-storage.ts';
import { httpLink } from '../../players/core/http-link.ts';
import { receiptSpreadMs } from '../../players/core/override-receipts.ts';
import { FIELD_DEFAULTS } from '../../players/core/player-config.ts';
import type { Link } from '../../players/core/ports.ts';
import { runPlayer } from '../../players/core/run-player.ts';
import { systemClock } from '../../players/core/system-clock.ts';
import { timedStage } from '../../players/core/timed-stage.ts';
import { sharedMedia } from '../../players/fleet/shared-media.ts';
import { leanFetch } from '../../players/node/lean-fetch.ts';
import { verifyOnNode } from '../../players/node/verify-on-node.ts';
import type { PublicKey } from '../../src/contract/media-type.ts';
import { OVERRIDE_TYP, type Override, overrideSchema } from '../../src/contract/override.ts';
import { type Verified, verifyStatement } from '../../src/contract/signing.ts';

/*
 * Players of the benchmark `override`, in a process of their own that the benchmark forks. `core`: the real player
 * core over the real link. `raw`: plain sockets that speak the
 * same protocol, for ten thousand in one process. `bare`: the same before the yardstick, which sends all one statement.
 */

/** What the benchmark tells its crowd, once. */
export interface CrowdOrder {
  readonly mode: 'core' | 'raw' | 'bare';
  readonly url: string;
  readonly key: PublicKey;
  readonly players: readonly { readonly endpointId: number; readonly token: string }[];
}

/** What the crowd tells: it is connected, or every player has acknowledged. Instants are {@link clockMs}. */
export type CrowdNews =
  | { readonly type: 'ready' }
  | {
      readonly type: 'acknowledged';
      readonly overrideId: number;
      readonly state: 'shown' | 'ended';
      /** When the statement's bytes were here, player by player; empty for `core`. */
      readonly heardMs: readonly number[];
      /** When the server had answered the receipt, player by player. */
      readonly acknowledgedMs: readonly number[];
    };

/** Milliseconds since 1970 with fractions, comparable between processes of one machine. */
export function clockMs(): number {
  return performance.timeOrigin + performance.now();
}

const RECEIPT_SOCKETS = 128;
const tell = (news: CrowdNews): void => void process.send?.(news);

function tallies(players: number) {
  const rounds = new Map<string, { heardMs: number[]; acknowledgedMs: number[] }>();
  const roundOf = (overrideId: number, state: 'shown' | 'ended') => {
    const key = `${overrideId} ${state}`;
    const round = rounds.get(key) ?? { heardMs: [], acknowledgedMs: [] };
    rounds.set(key, round);
    return round;
  };
  return {
    heard(overrideId: number, state: 'shown' | 'ended', at: number): void {
      roundOf(overrideId, state).heardMs.push(at);
    },
    acknowledged(overrideId: number, state: 'shown' | 'ended'): void {
      const round = roundOf(overrideId, state);
      round.acknowledgedMs.push(clockMs());
      if (round.acknowledgedMs.length === players)
        tell({ type: 'acknowledged', overrideId, state, ...round });
    },
  };
}

async function startCore({ url, key, players }: CrowdOrder): Promise<void> {
  const clock = systemClock(globalThis, 1);
  const tally = tallies(players.length);
  let opened = 0;
  const plain = httpLink({ server: url, fetch: leanFetch(), clock });
  const link: Link = {
    ...plain,
    async sendReceipts(token, body) {
      const answer = await plain.sendReceipts(token, body);
      if (answer.ok) {
        for (const { overrideId, state } of body.receipts)
          if (state !== 'refused') tally.acknowledged(overrideId, state);
      }
      return answer;
    },
    openStream: (token, lastEventId, listener) =>
      plain.openStream(token, lastEventId, {
        ...listener,
        opened() {
          listener.opened();
          opened += 1;
        },
      }),
  };
  const verify = sharedVerify();
  const running = await Promise.all(
    players.map(async ({ endpointId, token }) => {
      const memory = briefMemory();
      await memory.save(
        'identity',
        JSON.stringify({ token, endpointId, serverKeys: [key], highestSerial: 0 }),
      );
      return runPlayer(
        {
          ...FIELD_DEFAULTS,
          player: { name: 'bench', version: '1' },
          hardwareId: `bench-${endpointId}`,
          kind: 'tv',
          capabilities: { video: true, image: true, audio: true },
        },
        {
          clock,
          link,
          stage: timedStage(clock),
          media: sharedMedia(),
          outbox: briefOutbox(`bench-epoch-${endpointId}`),
          memory,
          verify,
          log: () => {},
        },
      );
    }),
  );
  const look = setInterval(() => {
    if (opened < players.length || !running.every((player) => player.state().time.synced)) return;
    clearInterval(look);
    tell({ type: 'ready' });
  }, 20);
}

/**
 * Boxes of one crowd that are told by the same statement share its check: in the field each has a processor of its
 * own, here all have the server's. Whether a box checks at all is not asked here but in the tests of the players.
 */
function sharedVerify(): typeof verifyOnNode {
  let last: { readonly jws: string; readonly typ: string; readonly check: Promise<Verified> } | null = null;
  return (jws, typ, pinned) => {
    if (last?.jws !== jws || last.typ !== typ) last = { jws, typ, check: verifyOnNode(jws, typ, pinned) };
    return last.check;
  };
}

function startRaw({ mode, url, key, players }: CrowdOrder): void {
  const { port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: RECEIPT_SOCKETS });
  const tally = tallies(players.length);
  const checked = new Map<string, Promise<Override>>();
  let opened = 0;
  let next = 0;

  /** Boxes that are told by the same statement share its check: here the server is measured. */
  function check(jws: string): Promise<Override> {
    const known = checked.get(jws);
    if (known) return known;
    const checking = verifyStatement(jws, OVERRIDE_TYP, [key]).then((verified) => {
      if (!verified.ok) throw new Error(verified.fault);
      return overrideSchema.parse(JSON.parse(verified.text));
    });
    checked.set(jws, checking);
    return checking;
  }

  async function obey(jws: string, endpointId: number, token: string, at: number): Promise<void> {
    const statement = await check(jws);
    if (mode === 'raw' && !statement.endpoints.includes(endpointId))
      throw new Error('a statement for others');
    const { overrideId, serial } = statement;
    const state = statement.action === 'raise' ? 'shown' : 'ended';
    tally.heard(overrideId, state, at);
    // As the core does it.
    const pauseMs = Math.random() * receiptSpreadMs(statement.fleet ?? 1);
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const body = JSON.stringify({
      receipts: [{ overrideId, serial, state, at: new Date(at).toISOString() }],
    });
    const sent = request(`${url}/api/player/v1/receipts`, {
      method: 'POST',
      agent,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    });
    sent.on('response', (answer) => {
      if (answer.statusCode !== 200) throw new Error(`a receipt was answered ${answer.statusCode}`);
      answer.resume().on('end', () => tally.acknowledged(overrideId, state));
    });
    sent.end(body);
  }

  function openNext(): void {
    const player = players[next];
    next += 1;
    if (!player) return;
    const { endpointId, token } = player;
    const socket = connect({ port: Number(port), host: '127.0.0.1' });
    let text = '';
    let isOpen = false;
    socket.setEncoding('latin1');
    socket.write(
      `GET /api/player/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    socket.on('data', (piece: string) => {
      const at = clockMs();
      text += piece;
      if (!isOpen) {
        if (!text.startsWith('HTTP/1.1 200')) throw new Error(text.slice(0, 300));
        if (!text.includes('\n\n')) return;
        isOpen = true;
        opened += 1;
        if (opened === players.length) tell({ type: 'ready' });
        openNext();
      }
      for (;;) {
        const found = /event: override\ndata: ([\w.-]+)\n\n/.exec(text);
        if (!found) break;
        text = text.slice(found.index + found[0].length);
        void obey(found[1] ?? '', endpointId, token, at);
      }
      if (text.length > 4_096 && !text.includes('event: override')) text = text.slice(-64);
    });
    socket.on('close', () => {
      throw new Error('a stream was closed');
    });
  }
  for (let lines = 0; lines < 64; lines += 1) openNext();
}

process.on('message', (order: CrowdOrder) => {
  if (order.mode === 'core') void startCore(order);
  else startRaw(order);
});
