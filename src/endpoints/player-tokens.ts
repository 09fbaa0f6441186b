import type { KnownPlayer } from '../base/api-routes.ts';
import { type EpochMs, type Ms, SECOND_MS } from '../base/units.ts';

/** A player counts as online when it was here within this time. */
export const ONLINE_WITHIN_MS: Ms = 90 * SECOND_MS;

/** A player as memory holds it. `wasSeen`: it has used its token at least once. */
export interface TokenHolder extends KnownPlayer {
  readonly tokenHash: string;
  readonly wasSeen: boolean;
}

/** What a player said of itself that is not written down yet. */
export interface Sighting {
  readonly playerId: number;
  readonly at: EpochMs;
  /** The latest health report as JSON text, where one came. */
  readonly health: string | null;
}

/** All players in memory, so that a poll asks no database, and what was seen of them since the last write. */
export class PlayerTokens {
  readonly #byHash = new Map<string, TokenHolder>();
  readonly #byId = new Map<number, TokenHolder>();
  readonly #onEnded: (player: KnownPlayer) => void;
  #sightings = new Map<number, Sighting>();
  /** Since when each has been here, at most {@link ONLINE_WITHIN_MS} from one sighting to the next. */
  readonly #here = new Map<number, { since: EpochMs; last: EpochMs }>();

  /** `onEnded` hears of each player whose token is worth nothing from now on: another took its place, or none did. */
  constructor(onEnded: (player: KnownPlayer) => void = () => {}) {
    this.#onEnded = onEnded;
  }

  /** How many players are known. */
  get size(): number {
    return this.#byId.size;
  }

  /** The player of a token's hash. */
  find(tokenHash: string): TokenHolder | undefined {
    return this.#byHash.get(tokenHash);
  }

  /** Takes in a player, in place of what was known of it. */
  put(holder: TokenHolder): void {
    const former = this.#byId.get(holder.playerId);
    if (former) this.#byHash.delete(former.tokenHash);
    this.#byHash.set(holder.tokenHash, holder);
    this.#byId.set(holder.playerId, holder);
    if (former && former.tokenHash !== holder.tokenHash) this.#tellEnd(former);
  }

  /** Forgets a player; its token is worth nothing from now on. */
  remove(playerId: number): void {
    const known = this.#byId.get(playerId);
    if (!known) return;
    this.#byHash.delete(known.tokenHash);
    this.#byId.delete(playerId);
    this.#tellEnd(known);
  }

  /** Knows exactly these players from now on. */
  replaceAll(holders: readonly TokenHolder[]): void {
    const formers = [...this.#byId.values()];
    this.#byHash.clear();
    this.#byId.clear();
    for (const holder of holders) this.put(holder);
    for (const former of formers) if (!this.#byHash.has(former.tokenHash)) this.#tellEnd(former);
    for (const id of this.#here.keys()) if (!this.#byId.has(id)) this.#here.delete(id);
  }

  /** Notes that a player was here. True when that was its first time. */
  note(playerId: number, at: EpochMs, health: string | null = null): boolean {
    const earlier = this.#sightings.get(playerId);
    this.#sightings.set(playerId, { playerId, at, health: health ?? earlier?.health ?? null });
    const here = this.#here.get(playerId);
    if (!here || at - here.last > ONLINE_WITHIN_MS) this.#here.set(playerId, { since: at, last: at });
    else here.last = at;
    const holder = this.#byId.get(playerId);
    if (!holder || holder.wasSeen) return false;
    this.put({ ...holder, wasSeen: true });
    return true;
  }

  #tellEnd({ playerId, endpointId }: TokenHolder): void {
    this.#onEnded({ playerId, endpointId });
  }

  /** Since when a player has been here without a break, as far as this process saw; null: it is not here. */
  hereSince(playerId: number, at: EpochMs): EpochMs | null {
    const here = this.#here.get(playerId);
    return here && at - here.last <= ONLINE_WITHIN_MS ? here.since : null;
  }

  /** Hands over the sightings since the last call, to be written down. */
  takeSightings(): Sighting[] {
    const taken = [...this.#sightings.values()];
    this.#sightings = new Map();
    return taken;
  }

  /** Takes sightings back that could not be written; newer ones stand. */
  putBack(sightings: readonly Sighting[]): void {
    for (const old of sightings) {
      const newer = this.#sightings.get(old.playerId);
      this.#sightings.set(old.playerId, newer ? { ...newer, health: newer.health ?? old.health } : old);
    }
  }
}
