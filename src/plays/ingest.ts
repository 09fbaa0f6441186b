import type { EpochMs } from '../base/units.ts';
import type { PlayReceipt } from '../contract/play-report.ts';
import type { BelievedPlay, DoubtedPlay, JudgedReport } from './play.ts';
import { holds, holesOf, type SeqSet, seqSetOf, unionOf } from './seq-set.ts';

/** The outcomes of a play, by the numbers that statements know them by. */
export const OUTCOMES = ['completed', 'cut', 'failed'] as const;

/** Most plays without a readable number that one report may leave in the quarantine. */
export const MOST_NUMBERLESS = 10;

/** A judged report with the place where it belongs. */
export interface ReportForCommit extends JudgedReport {
  readonly playerId: number;
  readonly endpointId: number;
  readonly epochNo: number;
}

/** What one commit does for one epoch of one player. */
export interface EpochBatch {
  readonly playerId: number;
  readonly endpointId: number;
  readonly epochNo: number;
  readonly believed: readonly BelievedPlay[];
  readonly doubted: readonly DoubtedPlay[];
  /** All numbers of both lists: what the received set grows by. */
  readonly seqs: SeqSet;
}

/** What the commit says of one epoch. */
export interface CommittedEpoch {
  /** The set as it was before this commit. */
  readonly before: SeqSet;
}

/** Reports that go into one commit. */
export interface Batch {
  /** Sorted by player and epoch; each pair once. */
  readonly epochs: readonly EpochBatch[];
  /** The receipts, in the order of the reports. `committed` is in the order of `epochs`. */
  receipts(committed: readonly CommittedEpoch[]): PlayReceipt[];
}

/** The starts of the plays' UTC months, each once, in order. */
export function monthsOf(plays: readonly BelievedPlay[]): EpochMs[] {
  const months = new Set<EpochMs>();
  let from = 0;
  let to = 0;
  for (const { startedAt } of plays) {
    if (startedAt >= from && startedAt < to) continue;
    from = monthStart(startedAt);
    to = monthStart(startedAt, 1);
    months.add(from);
  }
  return [...months].sort((a, b) => a - b);
}

/** The first instant of the UTC month of `at`, or of the one `later` months after it. */
export function monthStart(at: EpochMs, later = 0): EpochMs {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later);
}

/** Puts reports, also several of one player, together: of plays with equal numbers the first counts. */
export function batchOf(reports: readonly ReportForCommit[]): Batch {
  const gathered = new Map<string, Gathered>();
  const shares = reports.map((report) => {
    const key = `${report.playerId} ${report.epochNo}`;
    const earlier = gathered.get(key);
    // The numbers of one report are single already.
    const { believed, doubted } = earlier === undefined ? report : newIn(report, earlier);
    const epoch = earlier ?? { of: report, believed: [], doubted: [], seqs: [] };
    if (earlier === undefined) gathered.set(key, epoch);
    for (const play of believed) {
      epoch.believed.push(play);
      epoch.seqs.push(play.seq);
    }
    for (const { seq } of doubted) if (seq !== null) epoch.seqs.push(seq);
    const numberless = doubted.filter(({ seq }) => seq === null).slice(0, MOST_NUMBERLESS);
    epoch.doubted.push(...doubted.filter(({ seq }) => seq !== null), ...numberless);
    return { report, key, believed, doubted };
  });
  const ordered = [...gathered].sort(
    ([, a], [, b]) => a.of.playerId - b.of.playerId || a.of.epochNo - b.of.epochNo,
  );
  const epochs = ordered.map(([, { of, believed, doubted, seqs }]): EpochBatch => {
    const { playerId, endpointId, epochNo } = of;
    return { playerId, endpointId, epochNo, believed, doubted, seqs: seqSetOf(seqs) };
  });
  const places = new Map(ordered.map(([key], place) => [key, place]));

  return {
    epochs,
    receipts(committed) {
      return shares.map(({ report, key, believed, doubted }) => {
        const place = places.get(key) ?? 0;
        const before = committed[place]?.before ?? [];
        const received = unionOf(before, epochs[place]?.seqs ?? []);
        const accepted = believed.filter(({ seq }) => !holds(before, seq)).length;
        const rejected = doubted.filter(({ seq }) => seq === null || !holds(before, seq));
        const all = report.believed.length + report.doubted.length + report.repeats;
        return {
          accepted,
          duplicates: all - accepted - rejected.length,
          rejected: rejected.map(({ seq, code }) => ({ seq, code })),
          received: received.map(([from, to]) => [from, to]),
          missing: holesOf(received).map(([from, to]) => [from, to]),
        };
      });
    },
  };
}

interface Gathered {
  readonly of: ReportForCommit;
  readonly believed: BelievedPlay[];
  readonly doubted: DoubtedPlay[];
  /** All numbers of both lists. */
  readonly seqs: number[];
}

/** The plays of a report whose numbers no earlier report of the same commit has. */
function newIn({ believed, doubted }: JudgedReport, { seqs }: Gathered): Omit<JudgedReport, 'repeats'> {
  const seen = new Set(seqs);
  return {
    believed: believed.filter(({ seq }) => !seen.has(seq)),
    doubted: doubted.filter(({ seq }) => seq === null || !seen.has(seq)),
  };
}
