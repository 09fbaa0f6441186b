import { and, asc, desc, eq, gt, isNull, lt, max } from 'drizzle-orm';
import type { KnownPlayer } from '../base/api-routes.ts';
import type { Audit } from '../base/audit.ts';
import { noSuch, Refusal } from '../base/refusal.ts';
import type { Clock, EpochMs } from '../base/units.ts';
import type { CommandAsk, CommandKind, CommandReceipt } from '../contract/command.ts';
import type { HealthReport } from '../contract/health.ts';
import type { Database, Db } from '../db/connect.ts';
import { endpoints, playerCommands, players, screenPictures } from '../db/endpoint-tables.ts';
import { COMMAND_LIFE_MS, type StoredCommand } from './command.ts';

/** How many commands of an endpoint are told. */
const LATEST = 8;

/** What an endpoint's present player said that it carries out. */
export interface Offer {
  readonly offers: readonly CommandKind[];
  readonly volume: number | null;
}

/** Commands and pictures in the database. */
export interface CommandStore {
  /** @throws Refusal endpoint.unknown */
  offerOf(endpointId: number): Promise<Offer>;
  /** The latest commands, newest first. */
  latest(endpointId: number): Promise<StoredCommand[]>;
  /** @throws Refusal endpoint.unknown, command.notOffered, command.pending */
  create(endpointId: number, ask: CommandAsk, actor: string): Promise<StoredCommand>;
  /** Every command that waits for its answer, of one endpoint or of all, oldest first. */
  pending(endpointId?: number): Promise<StoredCommand[]>;
  /** Writes down what became of one; a second time changes nothing. @throws Refusal command.unknown */
  answer(
    player: KnownPlayer,
    receipt: Omit<CommandReceipt, 'picture'>,
    picture: string | null,
  ): Promise<void>;
  /** When the latest picture was taken; null when there is none. */
  pictureTakenAt(endpointId: number): Promise<EpochMs | null>;
  /** The latest picture as base64. @throws Refusal picture.unknown */
  picture(endpointId: number): Promise<string>;
  /** Forgets the commands that ended before an instant. */
  forget(before: EpochMs): Promise<void>;
}

/** Opens the store. Rings `commands` with the endpoint's id after each change. */
export function commandStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): CommandStore {
  const { database, audit, now } = deps;
  const { db, bell } = database;

  async function presentPlayer(tx: Db, endpointId: number) {
    const [found] = await tx
      .select({ playerId: players.id, health: players.health })
      .from(endpoints)
      .leftJoin(players, and(eq(players.endpointId, endpoints.id), isNull(players.revokedAt)))
      .where(eq(endpoints.id, endpointId))
      .orderBy(desc(players.id))
      .limit(1);
    if (!found) throw noSuch('endpoint.unknown', endpointId);
    const health = found.health as Partial<HealthReport> | null;
    return { playerId: found.playerId, offers: health?.offers ?? [], volume: health?.volume ?? null };
  }

  const waits = (at: EpochMs) =>
    and(eq(playerCommands.state, 'sent'), gt(playerCommands.until, new Date(at)));

  return {
    async offerOf(endpointId) {
      const { offers, volume } = await presentPlayer(db, endpointId);
      return { offers, volume };
    },
    async latest(endpointId) {
      const rows = await db
        .select()
        .from(playerCommands)
        .where(eq(playerCommands.endpointId, endpointId))
        .orderBy(desc(playerCommands.serial))
        .limit(LATEST);
      return rows.map(commandOf);
    },
    async create(endpointId, ask, actor) {
      const command = await db.transaction(async (tx) => {
        // One at a time: serials of an endpoint must be in the order of its commands.
        await tx
          .select({ id: endpoints.id })
          .from(endpoints)
          .where(eq(endpoints.id, endpointId))
          .for('update');
        const { playerId, offers } = await presentPlayer(tx, endpointId);
        if (playerId === null || !offers.includes(ask.kind)) throw notOffered();
        const at = now();
        const mine = eq(playerCommands.endpointId, endpointId);
        const same = and(mine, eq(playerCommands.kind, ask.kind), waits(at));
        const [standing] = await tx.select({ id: playerCommands.id }).from(playerCommands).where(same);
        if (standing) throw pending();
        const [last] = await tx
          .select({ serial: max(playerCommands.serial) })
          .from(playerCommands)
          .where(mine);
        const [row] = await tx
          .insert(playerCommands)
          .values({
            endpointId,
            playerId,
            serial: Math.max(at, Number(last?.serial ?? 0) + 1),
            kind: ask.kind,
            percent: ask.kind === 'volume' ? ask.percent : null,
            askedBy: actor,
            askedAt: new Date(at),
            until: new Date(at + COMMAND_LIFE_MS),
          })
          .returning();
        if (!row) throw new Error('the insert returned no row');
        const subject = `endpoint ${endpointId}`;
        await audit(tx, {
          at,
          actor,
          action: `player.${ask.kind}`,
          subject,
          detail: { ...ask, command: row.id },
        });
        return commandOf(row);
      });
      await bell.ring('commands', String(endpointId));
      return command;
    },
    async pending(endpointId) {
      const mine = endpointId === undefined ? undefined : eq(playerCommands.endpointId, endpointId);
      const rows = await db
        .select({ command: playerCommands })
        .from(playerCommands)
        // What was asked of a player is not asked of the one that took its place.
        .innerJoin(players, and(eq(players.id, playerCommands.playerId), isNull(players.revokedAt)))
        .where(and(waits(now()), mine))
        .orderBy(asc(playerCommands.serial));
      return rows.map(({ command }) => commandOf(command));
    },
    async answer({ playerId, endpointId }, { commandId, state, reason }, picture) {
      const at = new Date(now());
      await db.transaction(async (tx) => {
        const own = and(eq(playerCommands.id, commandId), eq(playerCommands.playerId, playerId));
        const [row] = await tx.select().from(playerCommands).where(own).for('update');
        if (!row) throw noSuch('command.unknown', commandId);
        if (row.state !== 'sent') return;
        await tx
          .update(playerCommands)
          .set({ state, reason: reason ?? null, answeredAt: at })
          .where(own);
        if (picture === null || row.kind !== 'picture') return;
        const shot = { playerId, takenAt: at, jpeg: picture };
        await tx
          .insert(screenPictures)
          .values({ endpointId, ...shot })
          .onConflictDoUpdate({ target: screenPictures.endpointId, set: shot });
      });
      await bell.ring('commands', String(endpointId));
    },
    async pictureTakenAt(endpointId) {
      const [row] = await db
        .select({ takenAt: screenPictures.takenAt })
        .from(screenPictures)
        .where(eq(screenPictures.endpointId, endpointId));
      return row?.takenAt.getTime() ?? null;
    },
    async picture(endpointId) {
      const [row] = await db
        .select({ jpeg: screenPictures.jpeg })
        .from(screenPictures)
        .where(eq(screenPictures.endpointId, endpointId));
      if (!row)
        throw new Refusal('picture.unknown', {
          en: 'No picture of this screen has been asked for yet.',
          zh: '还没有取过该终端的屏幕截图。',
        });
      return row.jpeg;
    },
    async forget(before) {
      await db.delete(playerCommands).where(lt(playerCommands.until, new Date(before)));
    },
  };
}

function commandOf({ kind, percent, askedAt, until, answeredAt, ...row }: Row): StoredCommand {
  return {
    ...row,
    ask: kind === 'volume' ? { kind, percent: percent ?? 0 } : { kind },
    askedAt: askedAt.getTime(),
    until: until.getTime(),
    answeredAt: answeredAt?.getTime() ?? null,
  };
}

type Row = typeof playerCommands.$inferSelect;

function notOffered(): Refusal {
  return new Refusal('command.notOffered', {
    en: 'The player of this endpoint does not offer that, or has not told yet what it offers.',
    zh: '该终端的播放器不支持此指令，或尚未报告支持哪些指令。',
  });
}

function pending(): Refusal {
  return new Refusal('command.pending', {
    en: 'The same was asked a moment ago and is not answered yet. Wait for it, two minutes at most.',
    zh: '刚刚已发送过相同的指令，播放器还没有答复。请稍候，最多两分钟。',
  });
}
