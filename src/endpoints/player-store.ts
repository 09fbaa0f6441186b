import { and, asc, count, eq, gt, inArray, isNull, lt } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { Refusal } from '../base/refusal.ts';
import { type Clock, DAY_MS, type EpochMs, MINUTE_MS, type Ms } from '../base/units.ts';
import type { PairingRequest } from '../contract/pairing.ts';
import type { Database, Db } from '../db/connect.ts';
import { endpoints, enrolments, pairings, players } from '../db/endpoint-tables.ts';
import { inSlices } from '../db/slices.ts';
import { keepHealthHours } from './health-history-store.ts';
import { pairingWords } from './pairing-words.ts';
import { HOLDER, type Joined, renewed } from './player-renewal-store.ts';
import type { Sighting, TokenHolder } from './player-tokens.ts';

/** How long a pairing waits for staff, and then for the box to fetch its token. */
export const PAIRING_LIFE_MS: Ms = 15 * MINUTE_MS;
/** How long a single-use enrolment token may lie in a drawer. */
export const ENROLMENT_LIFE_MS: Ms = 7 * DAY_MS;
/** More boxes than this waiting at once are a flood. */
const MOST_WAITING = 2_000;

/** How a pairing stands; `paired` hands over a player that now holds the offered token. */
export type Collected = { readonly state: 'waiting' | 'expired' } | ({ readonly state: 'paired' } & Joined);

/** Pairings, enrolments and players in the database. Secrets and tokens come in as SHA-256 only. */
export interface PlayerStore {
  /** False when the code is taken. @throws Refusal request.tooMany when too many boxes wait. */
  offer(pairing: PairingRequest & { code: string; secretHash: string }): Promise<boolean>;
  /**
   * Staff give a waiting box its endpoint. Repeating it, or naming another endpoint before the box has
   * fetched its token, is fine.
   * @throws Refusal pairing.unknown, pairing.expired, endpoint.unknown
   */
  claim(code: string, endpointId: number, actor: string): Promise<void>;
  /**
   * Tells the box how its pairing stands. Once staff have claimed it, makes the player with `tokenHash`;
   * asked again before that token was ever used, the player gets the new one instead; afterwards `expired`.
   * Any other player of the endpoint is revoked. @throws Refusal pairing.unknown
   */
  collect(secretHash: string, tokenHash: string): Promise<Collected>;
  /** One single-use token for each endpoint. @throws Refusal endpoint.unknown */
  addEnrolments(made: readonly { endpointId: number; tokenHash: string }[], actor: string): Promise<EpochMs>;
  /**
   * Uses an enrolment token up. Any other player of the endpoint is revoked.
   * @throws Refusal token.unknown, pairing.expired when it was used or is too old.
   */
  enrol(
    enrolmentHash: string,
    box: Pick<PairingRequest, 'hardwareId' | 'capabilities'>,
    tokenHash: string,
  ): Promise<Joined>;
  /**
   * Gives the player that an enrolment made another token, as long as the same box asks and its first was never used:
   * the answer was lost on its way. Null where that is not so.
   */
  enrolAgain(enrolmentHash: string, hardwareId: string, tokenHash: string): Promise<Joined | null>;
  /** Ends a player; its token is worth nothing any more. @throws Refusal endpoint.unknown when there is none. */
  revoke(playerId: number, actor: string): Promise<void>;
  /** Players that are not revoked: all, or those of these ids or token hashes. */
  active(which?: { ids: readonly number[] } | { tokenHashes: readonly string[] }): Promise<TokenHolder[]>;
  /** Writes down when players were last here, and their health. */
  writeSightings(sightings: readonly Sighting[]): Promise<void>;
  /** How many active players were seen after an instant. */
  seenAfter(at: EpochMs): Promise<number>;
}

/** Opens the store. */
export function playerStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): PlayerStore {
  const { database, audit, now } = deps;
  const { db } = database;

  return {
    async offer({ code, secretHash, hardwareId, kind, capabilities }) {
      return db.transaction(async (tx) => {
        await tx.delete(pairings).where(lt(pairings.expiresAt, new Date(now() - DAY_MS)));
        const [waiting] = await tx
          .select({ boxes: count() })
          .from(pairings)
          .where(and(isNull(pairings.playerId), gt(pairings.expiresAt, new Date(now()))));
        if ((waiting?.boxes ?? 0) >= MOST_WAITING) {
          throw new Refusal('request.tooMany', pairingWords.tooMany);
        }
        const expiresAt = new Date(now() + PAIRING_LIFE_MS);
        const made = await tx
          .insert(pairings)
          .values({ code, secretHash, hardwareId, kind, capabilities, expiresAt })
          .onConflictDoNothing({ target: pairings.code })
          .returning({ id: pairings.id });
        return made.length === 1;
      });
    },
    claim: (code, endpointId, actor) =>
      db.transaction(async (tx) => {
        const [found] = await tx.select().from(pairings).where(eq(pairings.code, code)).for('update');
        if (!found) {
          throw new Refusal('pairing.unknown', pairingWords.noBoxShows(code));
        }
        if (found.expiresAt.getTime() <= now() || found.playerId !== null) {
          throw new Refusal('pairing.expired', pairingWords.codeExpired(code));
        }
        await requireEndpoints(tx, [endpointId]);
        const expiresAt = new Date(now() + PAIRING_LIFE_MS);
        await tx.update(pairings).set({ endpointId, expiresAt }).where(eq(pairings.id, found.id));
        await audit(tx, {
          at: now(),
          actor,
          action: 'pairing.claim',
          subject: `endpoint ${endpointId}`,
          detail: { hardwareId: found.hardwareId, kind: found.kind },
        });
      }),
    collect: (secretHash, tokenHash) =>
      db.transaction(async (tx): Promise<Collected> => {
        const [pairing] = await tx
          .select()
          .from(pairings)
          .where(eq(pairings.secretHash, secretHash))
          .for('update');
        if (!pairing) throw new Refusal('pairing.unknown', pairingWords.unknown);
        if (pairing.expiresAt.getTime() <= now()) return { state: 'expired' };
        if (pairing.endpointId === null) return { state: 'waiting' };
        if (pairing.playerId !== null) {
          const again = await renewed(tx, pairing.playerId, pairing.hardwareId, tokenHash);
          return again ? { state: 'paired', ...again } : { state: 'expired' };
        }
        const joined = await join(tx, pairing.endpointId, pairing, tokenHash);
        await tx
          .update(pairings)
          .set({ playerId: joined.player.playerId })
          .where(eq(pairings.id, pairing.id));
        return { state: 'paired', ...joined };
      }),
    addEnrolments: (made, actor) =>
      db.transaction(async (tx) => {
        const endpointIds = [...new Set(made.map((one) => one.endpointId))];
        await requireEndpoints(tx, endpointIds);
        const expiresAt = now() + ENROLMENT_LIFE_MS;
        await tx.insert(enrolments).values(made.map((one) => ({ ...one, expiresAt: new Date(expiresAt) })));
        await audit(tx, {
          at: now(),
          actor,
          action: 'enrolment.create',
          subject: endpointIds.length === 1 ? `endpoint ${endpointIds[0]}` : 'endpoints',
          detail: { endpointIds },
        });
        return expiresAt;
      }),
    enrol: (enrolmentHash, box, tokenHash) =>
      db.transaction(async (tx) => {
        const [used] = await tx
          .update(enrolments)
          .set({ usedAt: new Date(now()) })
          .where(
            and(
              eq(enrolments.tokenHash, enrolmentHash),
              isNull(enrolments.usedAt),
              gt(enrolments.expiresAt, new Date(now())),
            ),
          )
          .returning();
        if (used) {
          const joined = await join(tx, used.endpointId, box, tokenHash);
          const { playerId } = joined.player;
          await tx.update(enrolments).set({ playerId }).where(eq(enrolments.id, used.id));
          return joined;
        }
        const [spent] = await tx.select().from(enrolments).where(eq(enrolments.tokenHash, enrolmentHash));
        if (!spent) throw new Refusal('token.unknown', pairingWords.enrolmentUnknown);
        throw new Refusal('pairing.expired', pairingWords.enrolmentSpent);
      }),
    async enrolAgain(enrolmentHash, hardwareId, tokenHash) {
      const [spent] = await db
        .select({ playerId: enrolments.playerId })
        .from(enrolments)
        .where(and(eq(enrolments.tokenHash, enrolmentHash), gt(enrolments.expiresAt, new Date(now()))));
      const playerId = spent?.playerId ?? null;
      return playerId === null ? null : renewed(db, playerId, hardwareId, tokenHash);
    },
    revoke: (playerId, actor) =>
      db.transaction(async (tx) => {
        const [revoked] = await tx
          .update(players)
          .set({ revokedAt: new Date(now()) })
          .where(and(eq(players.id, playerId), isNull(players.revokedAt)))
          .returning({ endpointId: players.endpointId });
        if (!revoked)
          throw new Refusal('endpoint.unknown', {
            en: `There is no paired player ${playerId}.`,
            zh: `没有编号为 ${playerId} 的已配对播放器。`,
          });
        await audit(tx, {
          at: now(),
          actor,
          action: 'player.revoke',
          subject: `player ${playerId}`,
          detail: { endpointId: revoked.endpointId },
        });
      }),
    active(which) {
      const live = isNull(players.revokedAt);
      if (which === undefined)
        return inSlices(
          (above, most) =>
            db
              .select(HOLDER)
              .from(players)
              .where(and(live, gt(players.id, above)))
              .orderBy(asc(players.id))
              .limit(most),
          ({ playerId }) => playerId,
        );
      const wanted =
        'ids' in which
          ? inArray(players.id, [...which.ids])
          : inArray(players.tokenHash, [...which.tokenHashes]);
      return db.select(HOLDER).from(players).where(and(live, wanted));
    },
    async writeSightings(sightings) {
      if (sightings.length === 0) return;
      await database.sql`
        update players set
          last_seen_at = greatest(last_seen_at, to_timestamp(seen.at / 1000)),
          health = coalesce(seen.health::jsonb, players.health)
        from unnest(
          ${sightings.map((one) => one.playerId)}::int[],
          ${sightings.map((one) => one.at)}::float8[],
          ${sightings.map((one) => one.health)}::text[]
        ) as seen (id, at, health)
        where players.id = seen.id`;
      await keepHealthHours(database.sql, sightings);
    },
    async seenAfter(at) {
      const [row] = await db
        .select({ players: count() })
        .from(players)
        .where(and(isNull(players.revokedAt), gt(players.lastSeenAt, new Date(at))));
      return row?.players ?? 0;
    },
  };

  /** Makes the endpoint's new player; the older ones are revoked. The lock on the endpoint keeps it at one. */
  async function join(
    tx: Db,
    endpointId: number,
    box: Pick<PairingRequest, 'hardwareId'> & { readonly capabilities: Record<string, unknown> },
    tokenHash: string,
  ): Promise<Joined> {
    await tx.select({ id: endpoints.id }).from(endpoints).where(eq(endpoints.id, endpointId)).for('update');
    const at = new Date(now());
    const revoked = await tx
      .update(players)
      .set({ revokedAt: at })
      .where(and(eq(players.endpointId, endpointId), isNull(players.revokedAt)))
      .returning({ id: players.id });
    const [player] = await tx
      .insert(players)
      .values({
        endpointId,
        tokenHash,
        hardwareId: box.hardwareId,
        capabilities: box.capabilities,
        pairedAt: at,
      })
      .returning(HOLDER);
    if (!player) throw new Error('the insert returned no row');
    await audit(tx, {
      at: now(),
      actor: 'system',
      action: 'player.join',
      subject: `player ${player.playerId}`,
      detail: { endpointId, hardwareId: box.hardwareId, revoked: revoked.map((row) => row.id) },
    });
    const choosesSound = box.capabilities.sound !== undefined;
    return { player, revoked: revoked.map((row) => row.id), choosesSound };
  }
}

async function requireEndpoints(tx: Db, ids: readonly number[]): Promise<void> {
  const found = await tx
    .select({ id: endpoints.id })
    .from(endpoints)
    .where(inArray(endpoints.id, [...ids]));
  const missing = ids.filter((id) => !found.some((row) => row.id === id));
  if (missing.length > 0) {
    throw new Refusal(
      'endpoint.unknown',
      {
        en: `There is no endpoint ${missing.slice(0, 5).join(', ')}.`,
        zh: `没有编号为 ${missing.slice(0, 5).join('、')} 的终端。`,
      },
      missing
        .slice(0, 50)
        .map((id) => ({ where: `endpoint ${id}`, message: { en: 'does not exist', zh: '不存在' } })),
    );
  }
}
