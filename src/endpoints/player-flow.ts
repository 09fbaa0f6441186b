import { randomBytes } from 'node:crypto';
import type { KnownPlayer } from '../base/api-routes.ts';
import { sha256Hex } from '../base/digest.ts';
import { Refusal } from '../base/refusal.ts';
import { type Clock, type EpochMs, type Ms, SECOND_MS } from '../base/units.ts';
import type { HealthReport } from '../contract/health.ts';
import type { PairingOffer, PairingRequest } from '../contract/pairing.ts';
import { normalPairingCode, spellPairingCode } from './pairing-code.ts';
import type { Joined } from './player-renewal-store.ts';
import { PAIRING_LIFE_MS, type PlayerStore } from './player-store.ts';
import { ONLINE_WITHIN_MS, PlayerTokens, type TokenHolder } from './player-tokens.ts';

/** How often what was seen of players is written down. */
const WRITE_EVERY_MS: Ms = 5 * SECOND_MS;
/** How often all tokens are read anew, for a ring that a dying server process never rang. */
const REREAD_EVERY_MS: Ms = 60 * SECOND_MS;

/** A single-use token for a box that staff prepare; told once only. */
export interface EnrolmentOffer {
  readonly endpointId: number;
  readonly token: string;
  readonly expiresAt: EpochMs;
}

/** How a pairing stands, for the box. The token is told here only. */
export type PairingAnswer =
  | { readonly state: 'waiting' | 'expired' }
  | { readonly state: 'paired'; readonly token: string; readonly endpointId: number };

/** Everything about who the players are: recognising them, pairing new ones, noticing that they live. */
export interface PlayerFlow {
  /** Reads all tokens and follows the bell. */
  start(): Promise<void>;
  /** Writes down what was last seen and stops. */
  stop(): Promise<void>;
  /**
   * The player of a token, from memory, and notes that it was here. A token that memory does not know is
   * looked up together with all others that wait (one statement at a time), so strangers cannot flood the
   * database.
   */
  recognise(token: string): KnownPlayer | Promise<KnownPlayer | null>;
  /** The same from memory alone: null for a token that memory does not know. */
  recogniseAtOnce(token: string): KnownPlayer | null;
  /** Keeps a health report. */
  noteHealth(player: KnownPlayer, report: HealthReport): void;
  /** @throws Refusal request.tooMany */
  offerPairing(request: PairingRequest): Promise<PairingOffer>;
  /** @throws Refusal pairing.unknown */
  collectPairing(secret: string): Promise<PairingAnswer>;
  /** @throws Refusal pairing.unknown, pairing.expired, endpoint.unknown */
  claimPairing(typedCode: string, endpointId: number, actor: string): Promise<void>;
  /** @throws Refusal endpoint.unknown */
  offerEnrolments(endpointIds: readonly number[], actor: string): Promise<EnrolmentOffer[]>;
  /**
   * Makes a player of a box that holds an enrolment token. The same box may ask again until it has used what it was
   * told, for the answer may be lost; nobody else can.
   * @throws Refusal token.unknown, pairing.expired
   */
  enrol(token: string, box: Pick<PairingRequest, 'hardwareId' | 'capabilities'>): Promise<PairingAnswer>;
  /** @throws Refusal endpoint.unknown */
  revoke(playerId: number, actor: string): Promise<void>;
  /** Since when a player has been here without a break, as far as this server saw; null: it is not here. */
  hereSince(playerId: number): EpochMs | null;
  /** How many players were here within {@link ONLINE_WITHIN_MS}. */
  playersOnline(): Promise<number>;
  /** Writes down what was seen of players since the last time. Resolves when it is in the database. */
  writeSightings(): Promise<void>;
}

/** The part of a bell that is needed here. */
export interface PlayerBell {
  ring(topic: string, payload: string): Promise<void>;
  listen(topic: string, handler: (payload: string) => void): () => void;
  whenMissed(handler: () => void): () => void;
}

/** Makes the flow. Rings and follows `players`, with the player's id as payload. */
export function playerFlow(deps: {
  store: PlayerStore;
  bell: PlayerBell;
  now: Clock;
  /** Hears, at every server, of each player whose token holds no more. */
  onEnded?: (player: KnownPlayer) => void;
  onTrouble: (error: unknown) => void;
}): PlayerFlow {
  const { store, bell, now, onEnded, onTrouble } = deps;
  const tokens = new PlayerTokens(onEnded);
  const stops: (() => void)[] = [];
  let writing: Promise<void> = Promise.resolve();
  let reading: Promise<unknown> = Promise.resolve();

  const quietly = (work: Promise<unknown>): void => void work.catch(onTrouble);
  /** One reading after another: an older answer must never overwrite what a newer one told. */
  const inTurn = (read: () => Promise<void>): Promise<void> => {
    const done = reading.then(read);
    reading = done.catch(() => {});
    return done;
  };
  const rereadAll = () => inTurn(async () => tokens.replaceAll(await store.active()));
  /** Whoever asks while one statement runs is answered by the next one, with all others who do. */
  const together = <Key>(read: (keys: readonly Key[]) => Promise<void>): ((key: Key) => Promise<void>) => {
    let waiting: { keys: Set<Key>; done: Promise<void> } | null = null;
    return (key) => {
      const keys = waiting?.keys ?? new Set();
      keys.add(key);
      waiting ??= {
        keys,
        done: inTurn(async () => {
          waiting = null;
          await read([...keys]);
        }),
      };
      return waiting.done;
    };
  };
  const reread = together<number>(async (ids) => {
    const gone = new Set(ids);
    for (const holder of await store.active({ ids })) {
      tokens.put(holder);
      gone.delete(holder.playerId);
    }
    for (const id of gone) tokens.remove(id);
  });
  const lookUp = together<string>(async (tokenHashes) => {
    for (const holder of await store.active({ tokenHashes })) tokens.put(holder);
  });
  const every = (ms: Ms, work: () => Promise<unknown>): void => {
    const timer = setInterval(() => quietly(work()), ms);
    timer.unref();
    stops.push(() => clearInterval(timer));
  };

  function writeSightings(): Promise<void> {
    writing = writing
      .catch(() => {})
      .then(async () => {
        const taken = tokens.takeSightings();
        try {
          await store.writeSightings(taken);
        } catch (error) {
          tokens.putBack(taken);
          throw error;
        }
      });
    return writing;
  }

  function seen(holder: TokenHolder, health: string | null = null): KnownPlayer {
    const { playerId, endpointId } = holder;
    // The first use ends the right to fetch the token again, so it is written down at once.
    if (tokens.note(playerId, now(), health)) quietly(writeSightings());
    return { playerId, endpointId };
  }

  async function joined({ player, revoked, choosesSound }: Joined): Promise<void> {
    for (const id of revoked) tokens.remove(id);
    tokens.put(player);
    for (const id of [...revoked, player.playerId]) await bell.ring('players', String(id));
    // Another box may need other files.
    if (choosesSound) await bell.ring('endpoints', String(player.endpointId));
  }

  return {
    async start() {
      stops.push(
        bell.listen('players', (id) => quietly(reread(Number(id)))),
        bell.whenMissed(() => quietly(rereadAll())),
      );
      await rereadAll();
      every(WRITE_EVERY_MS, writeSightings);
      every(REREAD_EVERY_MS, rereadAll);
    },
    async stop() {
      for (const stop of stops.splice(0)) stop();
      await writeSightings();
    },
    recognise(token) {
      const hash = sha256Hex(token);
      const known = tokens.find(hash);
      if (known) return seen(known);
      return lookUp(hash).then(() => {
        const found = tokens.find(hash);
        return found ? seen(found) : null;
      });
    },
    recogniseAtOnce(token) {
      const known = tokens.find(sha256Hex(token));
      return known ? seen(known) : null;
    },
    noteHealth({ playerId, endpointId }, report) {
      seen({ playerId, endpointId, tokenHash: '', wasSeen: true }, JSON.stringify(report));
    },
    async offerPairing(request) {
      const secret = newToken();
      const secretHash = sha256Hex(secret);
      for (;;) {
        const code = spellPairingCode(randomBytes(64));
        if (!(await store.offer({ ...request, code, secretHash }))) continue;
        return { code, secret, expiresAt: new Date(now() + PAIRING_LIFE_MS).toISOString() };
      }
    },
    async collectPairing(secret) {
      // So that a token that was just used is known to be used.
      await writeSightings();
      const token = newToken();
      const collected = await store.collect(sha256Hex(secret), sha256Hex(token));
      if (collected.state !== 'paired') return { state: collected.state };
      await joined(collected);
      return { state: 'paired', token, endpointId: collected.player.endpointId };
    },
    claimPairing: (typedCode, endpointId, actor) =>
      store.claim(normalPairingCode(typedCode), endpointId, actor),
    async offerEnrolments(endpointIds, actor) {
      const made = endpointIds.map((endpointId) => ({ endpointId, token: newEnrolmentToken() }));
      const hashed = made.map(({ endpointId, token }) => ({ endpointId, tokenHash: sha256Hex(token) }));
      const expiresAt = await store.addEnrolments(hashed, actor);
      return made.map((one) => ({ ...one, expiresAt }));
    },
    async enrol(enrolmentToken, box) {
      const token = newToken();
      const hashes = [sha256Hex(enrolmentToken), sha256Hex(token)] as const;
      const outcome = await store.enrol(hashes[0], box, hashes[1]).catch(async (error: unknown) => {
        if (!(error instanceof Refusal) || error.code !== 'pairing.expired') throw error;
        // So that a token that was just used is known to be used.
        await writeSightings();
        const again = await store.enrolAgain(hashes[0], box.hardwareId, hashes[1]);
        if (again === null) throw error;
        return again;
      });
      await joined(outcome);
      return { state: 'paired', token, endpointId: outcome.player.endpointId };
    },
    async revoke(playerId, actor) {
      await store.revoke(playerId, actor);
      tokens.remove(playerId);
      await bell.ring('players', String(playerId));
    },
    hereSince: (playerId) => tokens.hereSince(playerId, now()),
    playersOnline: () => store.seenAfter(now() - ONLINE_WITHIN_MS),
    writeSightings,
  };
}

/** Begins with a letter: these stand in spreadsheets, which take a leading sign for a formula. */
function newEnrolmentToken(): string {
  return `E${newToken()}`;
}

/** 256 random bits in the letters of URLs. */
function newToken(): string {
  return randomBytes(32).toString('base64url');
}
