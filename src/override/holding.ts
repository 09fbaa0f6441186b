import type { EpochMs } from '../base/units.ts';
import { goesBefore, type Severity } from '../contract/override.ts';
import type { Content } from './override.ts';
import type { Part } from './statement.ts';

/** What decides whether an override held a place at an instant. */
export interface HoldingFacts {
  readonly id: number;
  readonly drill: boolean;
  readonly severity: Severity;
  readonly content: Content;
  readonly parts: readonly Part[];
  readonly fromAt: EpochMs | null;
  readonly untilAt: EpochMs | null;
  readonly endedAt: EpochMs | null;
}

/** Of these, the one that had the endpoint at `at`, by the order that players follow; null when none had. */
export function holderAt<O extends HoldingFacts>(
  overrides: readonly O[],
  endpointId: number,
  at: EpochMs,
): O | null {
  let holder: O | null = null;
  for (const one of overrides) {
    const { fromAt, untilAt, endedAt } = one;
    if (fromAt === null || untilAt === null || at < fromAt || at >= Math.min(untilAt, endedAt ?? untilAt))
      continue;
    if (!one.parts.some(({ endpoints }) => endpoints.includes(endpointId))) continue;
    if (!holder || goesBefore(claimOf(one), claimOf(holder))) holder = one;
  }
  return holder;
}

/** What to call an override in a sentence. */
export function titleOf({ id, content, drill }: Pick<HoldingFacts, 'id' | 'content' | 'drill'>): string {
  const title = content.text?.title ?? `#${id}`;
  return drill ? `${title}（演练 drill）` : title;
}

function claimOf({ id, drill, severity, fromAt }: HoldingFacts) {
  return { overrideId: id, drill, severity, fromMs: fromAt ?? 0 };
}
