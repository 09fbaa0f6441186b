import type { Ms, Window } from '../base/units.ts';
import type { SeparationRule } from './demand.ts';
import { grantPlays, type RateAsk, type RateGrant } from './rate-counts.ts';
import { bookedKey, isSameKind } from './separation.ts';
import type { SoundDemand, SoundHour } from './sound-hour.ts';

/** A `perHour` booking before hard separations are looked at. */
export interface ApartAsk extends Omit<RateAsk, 'airtimeMs'> {
  readonly rate: SoundDemand;
  /** Airtime of its next so many plays. */
  readonly airtimeOf: (count: number) => Ms;
}

/** Longest gap that is reckoned with: a day. */
const GAP_MAX_MS = 86_400_000;

/**
 * Takes off the plays that hard separations leave no room for, before any are placed: of a kind that is kept `gap`
 * apart, n plays need their airtime and n - 1 gaps between the first instant at which the kind is free again
 * and the end of the open time of its bookings. What is too much is shared out as in an over-full hour, by
 * tier, then in proportion (`grantPlays`). So nobody whom the rule does not concern loses a play by it.
 *
 * A booking counts as a whole by the kind of its first clip.
 */
export function grantApart(
  asks: readonly ApartAsk[],
  granted: readonly RateGrant[],
  rules: readonly SeparationRule[],
  kindEnds: ReadonlyMap<string, Ms>,
  hour: SoundHour,
): RateGrant[] {
  const grants = [...granted];
  for (const rule of rules) {
    if (!rule.hard || rule.gapMs <= 0) continue;
    const gapMs = Math.min(rule.gapMs, GAP_MAX_MS);
    const concerned = asks.flatMap((ask, index) => {
      const clip = ask.rate.clips[0];
      const { campaignId } = ask.rate.demand;
      return clip !== undefined && isSameKind(rule, { clip, campaignId }) ? [{ ask, index }] : [];
    });
    const freeMs = Math.max(
      hour.stretches[0]?.fromMs ?? 0,
      (kindEnds.get(bookedKey(rule)) ?? -gapMs) + gapMs,
    );
    const endMs = lastEnd(concerned.map(({ ask }) => ask.rate.windows));
    const now = concerned.map(({ ask, index }) => {
      const asked = grants[index]?.granted ?? 0;
      return { ...ask, asked, airtimeMs: ask.airtimeOf(asked) + asked * gapMs };
    });
    // The last play may run past the hour, so only its start counts.
    const shortest = now.reduce((least, ask) => Math.min(least, ask.airtimeOf(1)), Number.POSITIVE_INFINITY);
    const room = endMs - freeMs <= 0 || concerned.length === 0 ? 0 : endMs - freeMs + gapMs + shortest - 1;
    grantPlays(now, room).forEach((grant, i) => {
      const index = concerned[i]?.index ?? 0;
      if (grant.why !== null) grants[index] = { ...grant, why: 'separation' };
    });
  }
  return grants;
}

function lastEnd(lists: readonly (readonly Window[])[]): Ms {
  return lists.reduce((latest, windows) => Math.max(latest, windows.at(-1)?.toMs ?? 0), 0);
}
