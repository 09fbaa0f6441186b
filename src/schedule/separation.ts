import type { Ms } from '../base/units.ts';
import type { SeparationBreak } from './compiled-hour.ts';
import type { Clip, Demand, SeparationRule } from './demand.ts';
import type { Apart } from './place-rates.ts';

/** What a play is, for the rules that keep kinds apart; filler has no campaign. */
export interface Kind {
  readonly clip: Clip;
  readonly campaignId: number | null;
}

/**
 * Watches the gaps that separation rules ask for, while a loop is put together. Filler keeps its distance where it
 * can; but as it has to play when nothing else may, it never holds a booked play back: to a booking, a hard rule
 * counts from the last booked play of the kind, and what filler breaks is told. Mutable, for one hour.
 */
export class Separation {
  readonly #rules: readonly SeparationRule[];
  readonly #ends: Map<string, Ms>;
  readonly #starts: Readonly<Record<string, Ms>>;
  readonly breaks: SeparationBreak[] = [];

  /**
   * `ends` are the last plays of each kind before, `starts` the first ones after this hour, where those are settled
   * already; both count from the start of this hour.
   */
  constructor(
    rules: readonly SeparationRule[],
    ends: ReadonlyMap<string, Ms>,
    starts: Readonly<Record<string, Ms>> = {},
  ) {
    this.#rules = rules;
    this.#ends = new Map(ends);
    this.#starts = starts;
  }

  /** The first instant at which no rule (or no hard one) forbids the play; may lie in the past. */
  freeFrom(kind: Kind, onlyHard: boolean): Ms {
    let from = Number.NEGATIVE_INFINITY;
    for (const rule of this.#rules) {
      if ((onlyHard && !rule.hard) || !isSameKind(rule, kind)) continue;
      const end = this.#ends.get(onlyHard && kind.campaignId !== null ? bookedKey(rule) : kindKey(rule));
      if (end !== undefined) from = Math.max(from, end + rule.gapMs);
    }
    return from;
  }

  /** By when a play of the kind has to end, for the sake of what is settled after this hour; Infinity mostly. */
  endsBy(kind: Kind, onlyHard: boolean): Ms {
    let by = Number.POSITIVE_INFINITY;
    for (const rule of this.#rules) {
      if ((onlyHard && !rule.hard) || !isSameKind(rule, kind)) continue;
      const start = this.#starts[onlyHard && kind.campaignId !== null ? bookedKey(rule) : kindKey(rule)];
      if (start !== undefined) by = Math.min(by, start - rule.gapMs);
    }
    return by;
  }

  /** The longest gap of a hard rule; 0 without one. */
  get hardGapMs(): Ms {
    return this.#rules.reduce((most, rule) => (rule.hard ? Math.max(most, rule.gapMs) : most), 0);
  }

  /** Does a hard rule keep `next` from starting at `atMs`, once a play of `kind` ends at `endMs`? */
  holdsBack(kind: Kind, endMs: Ms, next: Kind, atMs: Ms): boolean {
    return this.#rules.some(
      (rule) => rule.hard && endMs + rule.gapMs > atMs && isSameKind(rule, kind) && isSameKind(rule, next),
    );
  }

  /** Books a play and what it breaks. */
  take(kind: Kind, atMs: Ms): void {
    this.#rules.forEach((rule, index) => {
      if (!isSameKind(rule, kind)) return;
      const end = this.#ends.get(kindKey(rule));
      if (end !== undefined && atMs < end + rule.gapMs) {
        this.breaks.push({ atMs, rule: index, missingMs: end + rule.gapMs - atMs });
      }
    });
    for (const rule of this.#rules) {
      if (!isSameKind(rule, kind)) continue;
      this.#ends.set(kindKey(rule), atMs + kind.clip.durationMs);
      if (kind.campaignId !== null) this.#ends.set(bookedKey(rule), atMs + kind.clip.durationMs);
    }
  }

  /** Books the gaps to what is settled after this hour, once the hour is full. */
  close(): void {
    this.#rules.forEach((rule, index) => {
      const [end, start] = [this.#ends.get(kindKey(rule)), this.#starts[kindKey(rule)]];
      if (end === undefined || start === undefined || start >= end + rule.gapMs) return;
      this.breaks.push({ atMs: start, rule: index, missingMs: end + rule.gapMs - start });
    });
  }

  /** Ends for an hour that begins `lengthMs` later. */
  carried(lengthMs: Ms): ReadonlyMap<string, Ms> {
    return new Map([...this.#ends].map(([name, end]) => [name, end - lengthMs]));
  }
}

/** The kind that the first rule which concerns a booking (by its first clip) keeps apart, and by how much. */
export function apartOf(rules: readonly SeparationRule[], { clips, campaignId }: Demand): Apart | null {
  const clip = clips[0];
  const rule = clip && rules.find((other) => other.gapMs > 0 && isSameKind(other, { clip, campaignId }));
  return rule === undefined ? null : { kind: kindKey(rule), gapMs: rule.gapMs, hard: rule.hard };
}

/** Is a play of the kind that the rule keeps apart? */
export function isSameKind(rule: SeparationRule, kind: Kind): boolean {
  return rule.by === 'category' ? rule.value === kind.clip.category : rule.value === kind.campaignId;
}

/** Names what a rule keeps apart, in `Carried.kindEnds`. */
export function kindKey(rule: SeparationRule): string {
  return `${rule.by} ${rule.value}`;
}

/** Names the booked plays of what a rule keeps apart, in `Carried.kindEnds`. */
export function bookedKey(rule: SeparationRule): string {
  return `booked ${kindKey(rule)}`;
}
