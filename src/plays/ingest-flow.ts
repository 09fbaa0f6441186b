import type { z } from '@hono/zod-openapi';
import type { KnownPlayer } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock, EpochMs, Ms } from '../base/units.ts';
import type { PlayReceipt, playReportEnvelopeSchema } from '../contract/play-report.ts';
import type { ToldOverrides } from '../override/told-override-flow.ts';
import { batchOf, monthsOf, type ReportForCommit } from './ingest.ts';
import type { PlaceStore } from './place-store.ts';
import { type JudgedReport, judgeReport, type Witness } from './play.ts';
import type { PlayMonths } from './play-months-store.ts';
import type { PlayStore } from './play-store.ts';
import { readPlay } from './read-play.ts';
import { recentPlays } from './recent-plays.ts';
import type { ToldStore } from './told-store.ts';

/** A report whose plays are not judged yet. */
export type PlayReportEnvelope = z.infer<typeof playReportEnvelopeSchema>;

/** Too many plays wait for their commit. */
export class IngestBusy extends Refusal {
  /** After how many seconds the player should try again. */
  readonly retryAfterSeconds = 5;

  constructor() {
    super('request.tooMany', {
      en: 'The server is busy taking plays; keep them and send them again in a while.',
      zh: '服务器正忙于接收播放记录，请保留并稍后重新上报。',
    });
  }
}

/** Takes reports of plays. */
export interface Ingest {
  /**
   * Judges and counts the plays of one report; resolves after the commit.
   * @throws Refusal `request.tooMany` ({@link IngestBusy}) when too much waits already; `request.invalid`
   * when the epoch has too many holes; `token.unknown` when the player is gone
   */
  receive(player: KnownPlayer, report: PlayReportEnvelope): Promise<PlayReceipt>;
  /** Plays in memory that are not committed yet. */
  waiting(): number;
}

/** What the flow needs, and its bounds. */
export interface IngestParts {
  readonly plays: PlayStore;
  readonly months: PlayMonths;
  readonly told: ToldStore;
  /** What overrides told; absent: no play of an override is believed. */
  readonly overrides?: Pick<ToldOverrides, 'known' | 'look'>;
  readonly places: PlaceStore;
  readonly clock: Clock;
  /** Statements under way at once: 2 on PostgreSQL, 1 on the embedded default. */
  readonly inFlight: number;
  /** Most plays that may wait in memory, 50,000 by default. */
  readonly mostWaiting?: number;
  /** Hears, of every report with a play that is new, how long ago the oldest of its plays had ended when it was counted. */
  readonly onCounted?: (lagMs: Ms) => void;
  /** Told when the settling of sums fails. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Most plays in all statements under way, which share them evenly; more were no faster. */
const MOST_UNDER_WAY = 5_000;
/** Beside a statement under way another one starts for so many plays only: fewer wait for the next commit. */
const WORTH_ANOTHER = 1_000;
/** A set with more ranges than this is not an honest player's, and each commit rewrites the set. */
const MOST_RANGES = 10_000;
const MOST_TRIES = 4;
/**
 * So many plays are committed before their sums are settled out of turn; else a job does it every minute. The
 * more are settled at once, the more of them fall into the same hour; reports read what is left in some 20 ms.
 */
const SETTLE_AFTER = 250_000;

interface Waiting {
  readonly report: ReportForCommit;
  readonly resolve: (receipt: PlayReceipt) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Reports that wait while statements run join the next commit. A report is answered after the commit that
 * holds it, so what was acknowledged is stored.
 */
export function startIngest(parts: IngestParts): Ingest {
  const { plays, months, told, overrides, places, clock, inFlight } = parts;
  const { mostWaiting = 50_000, onCounted, onTrouble = () => {} } = parts;
  const queue: Waiting[] = [];
  /** Epochs whose set has fallen to pieces. */
  const shattered = new Set<string>();
  const recent = recentPlays();
  let running = 0;
  let waiting = 0;
  let unsettled = 0;
  let isSettling = false;
  /** Plays in the queue. */
  let queued = 0;
  let pumpIsDue = false;

  async function judge(player: KnownPlayer, report: PlayReportEnvelope): Promise<ReportForCommit> {
    const { playerId, endpointId } = player;
    const { epochNo, pairedAt } = await plays.epochOf(playerId, report.epoch);
    if (shattered.has(`${playerId} ${epochNo}`)) {
      throw new Refusal('request.invalid', {
        en: 'The numbers of this epoch have too many holes; start a new epoch.',
        zh: '此周期（epoch）的编号缺口过多，请开始新的周期。',
      });
    }
    for (const id of overridesIn(report.plays)) await overrides?.look(id);
    const now = clock();
    const witness: Witness = {
      now,
      pairedAt,
      told: await told.toldTo(endpointId),
      override: (id) => overrides?.known(id)?.at(endpointId) ?? null,
      place: await places.placeOf(endpointId),
      clockOffMs: Date.parse(report.clock.now) - now,
      overlapsEarlier: (play) => recent.overlaps(playerId, epochNo, play),
    };
    const judged = await judgeTwice(endpointId, report.plays, witness);
    await months.ensure(monthsOf(judged.believed));
    return { playerId, endpointId, epochNo, ...judged };
  }

  /** What seems not to be told, or to have run behind closed doors, is looked up anew before it is doubted. */
  async function judgeTwice(
    endpointId: number,
    raws: readonly unknown[],
    witness: Witness,
  ): Promise<JudgedReport> {
    const first = judgeReport(raws, witness);
    const newer = mayBeBehind(first) ? await told.refreshed(endpointId) : null;
    const second = newer === null ? first : judgeReport(raws, { ...witness, told: newer });
    const closed = closedStarts(second);
    if (closed.length === 0) return second;
    const openAfterAll = await places.openAt(endpointId, closed);
    const place = await places.placeOf(endpointId);
    return judgeReport(raws, { ...witness, told: newer ?? witness.told, place, openAfterAll });
  }

  function pump(): void {
    if (unsettled >= SETTLE_AFTER && !isSettling) {
      unsettled = 0;
      isSettling = true;
      // When it fails nothing is lost: reports read both kinds of sums, and the job tries again.
      void plays
        .settle()
        .catch(onTrouble)
        .finally(() => {
          isSettling = false;
        });
    }
    while (queue.length > 0 && (running === 0 || (running < inFlight && queued >= WORTH_ANOTHER))) {
      const together: Waiting[] = [];
      let size = 0;
      while (queue.length > 0 && size < MOST_UNDER_WAY / inFlight) {
        const next = queue.shift();
        if (!next) break;
        together.push(next);
        size += sizeOf(next.report);
      }
      queued -= size;
      running += 1;
      void commit(together).finally(() => {
        running -= 1;
        pumpSoon();
      });
    }
  }

  /** After everything that is ready now, so that reports which arrive together share a commit. */
  function pumpSoon(): void {
    if (pumpIsDue) return;
    pumpIsDue = true;
    setImmediate(() => {
      pumpIsDue = false;
      pump();
    });
  }

  async function commit(together: readonly Waiting[]): Promise<void> {
    const batch = batchOf(together.map(({ report }) => report));
    try {
      const committed = await tryHard(
        () => plays.commit(batch.epochs, clock()),
        async () => {
          months.forget();
          await months.ensure(monthsOf(batch.epochs.flatMap(({ believed }) => believed)));
        },
      );
      const receipts = batch.receipts(committed);
      for (const [place, { report, resolve, reject }] of together.entries()) {
        const receipt = receipts[place];
        if (!receipt) {
          reject(new Error('a report without receipt'));
          continue;
        }
        const { playerId, epochNo, believed } = report;
        unsettled += receipt.accepted;
        if (receipt.accepted === believed.length) recent.remember(playerId, epochNo, believed);
        if (receipt.accepted > 0) onCounted?.(lagOf(report, clock()));
        if (receipt.received.length > MOST_RANGES) shattered.add(`${playerId} ${epochNo}`);
        resolve(receipt);
      }
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  }

  return {
    waiting: () => waiting,
    async receive(player, report) {
      // An empty report, the question what the server holds, counts too.
      const size = report.plays.length + 1;
      if (waiting + size > mostWaiting) throw new IngestBusy();
      waiting += size;
      try {
        const judged = await judge(player, report);
        return await new Promise<PlayReceipt>((resolve, reject) => {
          queue.push({ report: judged, resolve, reject });
          queued += sizeOf(judged);
          pumpSoon();
        });
      } finally {
        waiting -= size;
      }
    },
  };
}

const sizeOf = ({ believed, doubted }: ReportForCommit): number => believed.length + doubted.length;

/** How long ago the oldest play of a report ended. */
function lagOf({ believed }: ReportForCommit, now: EpochMs): Ms {
  let oldestEnd = now;
  for (const { startedAt, durationMs } of believed) oldestEnd = Math.min(oldestEnd, startedAt + durationMs);
  return now - oldestEnd;
}

/** The overrides that plays name, each once. */
function overridesIn(raws: readonly unknown[]): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const raw of raws) {
    const named = typeof raw === 'object' && raw !== null && 'overrideId' in raw ? raw.overrideId : null;
    if (typeof named === 'number' && Number.isInteger(named) && named > 0) ids.add(named);
  }
  return ids;
}

/** Whether newer manifests could change the judgement. */
function mayBeBehind({ doubted }: JudgedReport): boolean {
  return doubted.some(({ code }) => code === 'play.notTold' || code === 'play.tooLong');
}

/** When the plays that were doubted as {@link JudgedReport} `play.closed` started. */
function closedStarts({ doubted }: JudgedReport): EpochMs[] {
  return doubted.flatMap(({ code, raw }) => {
    if (code !== 'play.closed') return [];
    const play = readPlay(raw);
    return play === null ? [] : [Date.parse(play.startedAt)];
  });
}

/** Tries again where the database asks for it; a missing month is made first. */
async function tryHard<T>(act: () => Promise<T>, makeMonths: () => Promise<void>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      const isMissingMonth = code === '23514';
      const isConflict = code === '40P01' || code === '40001';
      if (tries === MOST_TRIES || (!isMissingMonth && !isConflict)) throw error;
      if (isMissingMonth) await makeMonths();
    }
  }
}
