import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { players } from '../db/endpoint-tables.ts';
import type { TokenHolder } from './player-tokens.ts';

/** A player that has just come to be, and those of the same endpoint that it took the place of. */
export interface Joined {
  readonly player: TokenHolder;
  readonly revoked: readonly number[];
  /** Its player said which sound it can play. */
  readonly choosesSound: boolean;
}

/** What is told of a {@link TokenHolder}. */
export const HOLDER = {
  playerId: players.id,
  endpointId: players.endpointId,
  tokenHash: players.tokenHash,
  wasSeen: sql<boolean>`${players.lastSeenAt} is not null`,
};

/** Another token for a player that never used the one it had; null where it did, or is another box, or was revoked. */
export async function renewed(
  tx: Db,
  playerId: number,
  hardwareId: string,
  tokenHash: string,
): Promise<Joined | null> {
  const isUnused = and(isNull(players.lastSeenAt), isNull(players.revokedAt));
  const [player] = await tx
    .update(players)
    .set({ tokenHash })
    .where(and(eq(players.id, playerId), eq(players.hardwareId, hardwareId), isUnused))
    .returning(HOLDER);
  return player ? { player, revoked: [], choosesSound: false } : null;
}
