import type { Clock, EpochMs } from '../base/units.ts';
import { type OverrideAnswer, type OverrideReport, stateAt } from './override.ts';
import type { StoredOverride } from './override-store.ts';
import type { PlaceFactsStore } from './place-facts-store.ts';
import type { ReceiptCounts, ReceiptStore } from './receipt-store.ts';

/** Tells of overrides what staff want to see. */
export interface OverrideReports {
  answers(overrides: readonly StoredOverride[]): Promise<OverrideAnswer[]>;
  /** With what every endpoint told. */
  report(override: StoredOverride): Promise<OverrideReport>;
}

/** Makes it. */
export function overrideReports(deps: {
  receipts: ReceiptStore;
  facts: Pick<PlaceFactsStore, 'places'>;
  now: Clock;
}): OverrideReports {
  const { receipts, facts, now } = deps;
  return {
    async answers(overrides) {
      const counts = await receipts.counts(overrides.map(({ id }) => id));
      return overrides.map((override) => answerOf(override, counts.get(override.id), now()));
    },
    async report(override) {
      const told = new Map((await receipts.of(override.id)).map((row) => [row.endpointId, row]));
      const places = new Map((await facts.places()).map((place) => [place.id, place]));
      const placeOf = (id: number) => {
        const { code, name, kind } = places.get(id) ?? { code: `${id}`, name: '', kind: 'screen' as const };
        return { endpointId: id, code, name, kind };
      };
      const counts = { shown: 0, ended: 0, refused: 0 };
      for (const { state } of told.values()) counts[state] += 1;
      const endpoints = override.parts
        .flatMap((part) => part.endpoints)
        .map((id) => {
          const receipt = told.get(id);
          const after = receipt
            ? receipt.acknowledgedAt - (override.confirmedAt ?? receipt.acknowledgedAt)
            : null;
          return {
            ...placeOf(id),
            state: receipt?.state ?? ('waiting' as const),
            reason: receipt?.reason ?? null,
            shownAt: isoOf(receipt?.shownAt ?? null),
            endedAt: isoOf(receipt?.endedAt ?? null),
            acknowledgedAfterMs: after === null ? null : Math.round(after),
          };
        })
        .sort((a, b) => (a.code < b.code ? -1 : 1));
      const unreachedEndpoints = override.unreached.map(([id, reason]) => ({
        ...placeOf(id),
        reason: reason === 'noSound' ? ('noSound' as const) : ('noPicture' as const),
      }));
      return { ...answerOf(override, counts, now()), endpoints, unreachedEndpoints };
    },
  };
}

function answerOf(override: StoredOverride, counts: ReceiptCounts | undefined, at: EpochMs): OverrideAnswer {
  const { shown, ended, refused } = counts ?? { shown: 0, ended: 0, refused: 0 };
  const targets = override.parts.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
  const { id, severity, drill, content, aim, templateId, replaces, minutes } = override;
  const { proposedBy, confirmedBy, endedBy, endReason } = override;
  return {
    ...{
      id,
      severity,
      drill,
      content,
      aim,
      templateId,
      minutes,
      proposedBy,
      confirmedBy,
      endedBy,
      endReason,
    },
    replaces: [...replaces],
    state: stateAt(override, at),
    from: isoOf(override.fromAt),
    until: isoOf(override.untilAt),
    proposedAt: new Date(override.proposedAt).toISOString(),
    lapsesAt: new Date(override.lapsesAt).toISOString(),
    confirmedAt: isoOf(override.confirmedAt),
    endedAt: isoOf(override.endedAt),
    counts: {
      targets,
      waiting: targets - shown - ended - refused,
      shown,
      ended,
      refused,
      unreached: override.unreached.length,
    },
  };
}

function isoOf(at: EpochMs | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
