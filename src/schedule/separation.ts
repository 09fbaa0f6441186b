import type { Ms } from '../base/units.ts';
import type { SeparationBreak } from './compiled-hour.ts';
import type { Clip, Demand, SeparationRule } from './demand.ts';

/** What a play is, for the rules that keep kinds apart; filler has no campaign. */
export interface Kind {
  readonly clip: Clip;
  readonly campaignId: number | null;
}

/** Watches the gaps that separation rules ask for, while a loop is put together. Mutable, for one hour. */
export class Separation {
  readonly #rules: readonly SeparationRule[];
  readonly #ends: Map<string, Ms>;
  readonly breaks: SeparationBreak[] = [];

  /** `ends` counts from the start of this hour. */
  constructor(rules: readonly SeparationRule[], ends: ReadonlyMap<string, Ms>) {
    this.#rules = rules;
    this.#ends = new Map(ends);
  }

  /** The first instant at which no rule (or no hard one) forbids the play; may lie in the past. */
  freeFrom(kind: Kind, onlyHard: boolean): Ms {
    let from = Number.NEGATIVE_INFINITY;
    for (const rule of this.#rules) {
      if ((onlyHard && !rule.hard) || !concerns(rule, kind)) continue;
      const end = this.#ends.get(key(rule));
      if (end !== undefined) from = Math.max(from, end + rule.gapMs);
    }
    return from;
  }

  /** Books a play and what it breaks. */
  take(kind: Kind, atMs: Ms): void {
    this.#rules.forEach((rule, index) => {
      if (!concerns(rule, kind)) return;
      const end = this.#ends.get(key(rule));
      if (end !== undefined && atMs < end + rule.gapMs) {
        this.breaks.push({ atMs, rule: index, missingMs: end + rule.gapMs - atMs });
      }
    });
    for (const rule of this.#rules) {
      if (concerns(rule, kind)) this.#ends.set(key(rule), atMs + kind.clip.durationMs);
    }
  }

  /** Ends for an hour that begins `lengthMs` later. */
  carried(lengthMs: Ms): ReadonlyMap<string, Ms> {
    return new Map([...this.#ends].map(([name, end]) => [name, end - lengthMs]));
  }
}

/** The kind that the first rule which concerns a booking (by its first clip) keeps apart, and by how much. */
export function apartOf(
  rules: readonly SeparationRule[],
  { clips, campaignId }: Demand,
): { readonly kind: string; readonly gapMs: Ms } | null {
  const clip = clips[0];
  const rule = clip && rules.find((other) => other.gapMs > 0 && concerns(other, { clip, campaignId }));
  return rule === undefined ? null : { kind: key(rule), gapMs: rule.gapMs };
}

function concerns(rule: SeparationRule, kind: Kind): boolean {
  return rule.by === 'category' ? rule.value === kind.clip.category : rule.value === kind.campaignId;
}

function key(rule: SeparationRule): string {
  return `${rule.by} ${rule.value}`;
}
