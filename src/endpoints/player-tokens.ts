import type { KnownPlayer } from '../base/api-routes.ts';
import type { EpochMs } from '../base/units.ts';

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
  #sightings = new Map<number, Sighting>();

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
    this.remove(holder.playerId);
    this.#byHash.set(holder.tokenHash, holder);
    this.#byId.set(holder.playerId, holder);
  }

  /** Forgets a player; its token is worth nothing from now on. */
  remove(playerId: number): void {
    const known = this.#byId.get(playerId);
    if (known) this.#byHash.delete(known.tokenHash);
    this.#byId.delete(playerId);
  }

  /** Knows exactly these players from now on. */
  replaceAll(holders: readonly TokenHolder[]): void {
    this.#byHash.clear();
    this.#byId.clear();
    for (const holder of holders) this.put(holder);
  }

  /** Notes that a player was here. True when that was its first time. */
  note(playerId: number, at: EpochMs, health: string | null = null): boolean {
    const earlier = this.#sightings.get(playerId);
    this.#sightings.set(playerId, { playerId, at, health: health ?? earlier?.health ?? null });
    const holder = this.#byId.get(playerId);
    if (!holder || holder.wasSeen) return false;
    this.put({ ...holder, wasSeen: true });
    return true;
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
