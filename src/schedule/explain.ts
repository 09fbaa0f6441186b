import { type LocalHour, wallClockOf } from '../base/local-time.ts';
import type { EpochMs, Ms } from '../base/units.ts';
import type { SpotReason } from './compiled-hour.ts';
import { type BookingFacts, type ExclusionCode, eligible, openWindows } from './eligible.ts';
import { closedWords, exclusionWords, playingWords, standingWords, takesPartWords } from './explain-words.ts';
import type { AiredSpot, BookingReason, ChainStep, ExplainFacts, Explanation } from './explanation.ts';
import { SPOT_WORDS } from './reason-words.ts';

/** Explains one endpoint at one instant. */
export function explain(facts: ExplainFacts): Explanation {
  const { endpoint, at, override, promised } = facts;
  const index = facts.hours.findIndex((hour) => at >= hour.startsAt && at < hour.startsAt + hour.lengthMs);
  const hour = facts.hours[index];
  if (!hour) throw new RangeError('the instant lies in one of the hours');
  const compiledSpot = spotAt(compiledSpots(facts), at);
  const promisedSpot = spotAt(promised, at);
  const airs = facts.isPromised ? promisedSpot : compiledSpot;
  const playing = override ? null : airs;
  const unchanged = facts.isPromised ? samePlay(promisedSpot, compiledSpot) : null;
  const reason = airs && samePlay(airs, compiledSpot) ? (compiledSpot?.reason ?? null) : null;

  const all = facts.world.bookings.map((booking) => reasonOf(facts, booking, hour, index, playing));
  const gone = facts.withdrawn.map(({ booking, at: since }): BookingReason => {
    const sentence = standingWords.withdrawn(wallClockOf(since, endpoint.timeZone));
    return { ...outReason(facts, booking), code: 'withdrawn', sentence };
  });
  const reasons = [...all, ...gone].filter(
    ({ bookingId }) => facts.bookingId === null || bookingId === facts.bookingId,
  );
  return {
    at,
    localTime: wallClockOf(at, endpoint.timeZone),
    source: facts.isPromised ? 'promised' : 'compiled',
    unchanged,
    plays: playing && {
      startsAt: playing.startsAt,
      durationMs: playing.durationMs,
      assetId: playing.assetId,
      bookingId: playing.bookingId,
      title: titleOf(facts, playing.assetId),
      reason,
      sentence: playingWords(nameOf(facts, playing.bookingId), reason === null ? null : SPOT_WORDS[reason]),
    },
    chain: chainOf(facts, hour, index, all, airs),
    bookings: reasons,
    asset: assetReason(facts, all, playing),
  };
}

function chainOf(
  facts: ExplainFacts,
  hour: LocalHour,
  index: number,
  reasons: readonly BookingReason[],
  airs: AiredSpot | null,
): ChainStep[] {
  const { override, endpoint, at, day } = facts;
  const open = openWindows(endpoint, hour);
  const isOpen = holds(open, at - hour.startsAt);
  const taking = reasons.filter((reason) => reason.takesPart);
  const short = day.hours[index]?.verdicts.filter((verdict) => verdict.shortfall > 0) ?? [];
  const missing = short.reduce((sum, verdict) => sum + verdict.shortfall, 0);
  return [
    {
      step: 'override',
      passed: override === null,
      sentence: override
        ? standingWords.override(override.title, wallClockOf(override.since, endpoint.timeZone))
        : { zh: '没有应急插播', en: 'no override is in force' },
    },
    { step: 'opening', passed: isOpen, sentence: closedWords(endpoint, at, isOpen) },
    {
      step: 'bookings',
      passed: taking.length > 0,
      sentence: {
        zh: `${reasons.length} 个排期中有 ${taking.length} 个参与该小时`,
        en: `${taking.length} of ${reasons.length} bookings take part in this hour`,
      },
    },
    {
      step: 'rates',
      passed: missing === 0,
      sentence:
        missing === 0
          ? { zh: '所有频次均得到满足', en: 'every rate gets what it asks' }
          : {
              zh: `该小时超额：${short.length} 个排期共少播 ${missing} 次`,
              en: `the hour is short: ${short.length} bookings lose ${missing} plays`,
            },
    },
    {
      step: 'spot',
      passed: airs !== null,
      sentence: airs
        ? {
            zh: `此刻的播出位：“${titleOf(facts, airs.assetId)}”，${wallClockOf(airs.startsAt, endpoint.timeZone)} 开始`,
            en: `the spot of this instant: “${titleOf(facts, airs.assetId)}”, begun ${wallClockOf(airs.startsAt, endpoint.timeZone)}`,
          }
        : { zh: '此刻没有播出位', en: 'there is no spot at this instant' },
    },
  ];
}

function reasonOf(
  facts: ExplainFacts,
  booking: BookingFacts,
  hour: LocalHour,
  index: number,
  playing: AiredSpot | null,
): BookingReason {
  const { endpoint, at, world } = facts;
  const out = outReason(facts, booking);
  if (playing?.bookingId === booking.id) {
    const verdict = verdictOf(facts, index, booking.id);
    const sentence = { zh: '正在播出', en: 'playing now' };
    return { ...out, ...verdict, takesPart: true, code: 'playing', sentence };
  }
  const open = openWindows(endpoint, hour);
  const answer = eligible(endpoint, booking, hour, open, world.calendar);
  const intoHour = at - hour.startsAt;
  const code: ExclusionCode | null =
    typeof answer === 'string'
      ? answer
      : holds(answer.windows, intoHour)
        ? null
        : holds(open, intoHour)
          ? 'outsideDaypart'
          : 'closed';
  if (code !== null) {
    const rule = facts.rules.get(booking.id) ?? null;
    return { ...out, code, sentence: exclusionWords(code, { endpoint, booking, at, rule }) };
  }
  const asks = facts.day.demands[index]?.demands.some((demand) => demand.bookingId === booking.id);
  if (!asks) {
    return {
      ...out,
      takesPart: true,
      code: 'nothingThisHour',
      sentence: standingWords.nothingThisHour(booking),
    };
  }
  const verdict = verdictOf(facts, index, booking.id);
  const first = verdict.why[0];
  if (facts.override) {
    const since = wallClockOf(facts.override.since, endpoint.timeZone);
    const sentence = standingWords.override(facts.override.title, since);
    return { ...out, ...verdict, takesPart: true, code: 'override', sentence };
  }
  return {
    ...out,
    ...verdict,
    takesPart: true,
    code: verdict.granted === 0 && first !== undefined ? first : 'notItsTurn',
    sentence: takesPartWords(verdict, out.nextPlayAt, endpoint.timeZone),
  };
}

function outReason(facts: ExplainFacts, booking: BookingFacts) {
  return {
    bookingId: booking.id,
    name: booking.name,
    takesPart: false,
    tier: booking.tier,
    asked: null,
    granted: null,
    why: [],
    nextPlayAt: facts.next.bookings.get(booking.id) ?? null,
  };
}

function verdictOf(facts: ExplainFacts, index: number, bookingId: number) {
  const verdict = facts.day.hours[index]?.verdicts.find((one) => one.bookingId === bookingId);
  return {
    asked: verdict?.kind === 'share' ? null : (verdict?.asked ?? 0),
    granted: verdict?.granted ?? 0,
    why: verdict?.why ?? [],
  };
}

function assetReason(
  facts: ExplainFacts,
  reasons: readonly BookingReason[],
  playing: AiredSpot | null,
): Explanation['asset'] {
  const { assetId, assetState, endpoint, world } = facts;
  if (assetId === null) return null;
  const nextPlayAt = facts.next.assets.get(assetId) ?? null;
  const common = { assetId, title: titleOf(facts, assetId), nextPlayAt };
  if (playing?.assetId === assetId) {
    return { ...common, code: 'playing', sentence: { zh: '正在播出', en: 'playing now' } };
  }
  if (assetState !== null && assetState !== 'approved') {
    return { ...common, code: 'notApproved', sentence: standingWords.notApproved(assetState) };
  }
  const holding = (entries: BookingFacts['entries']) =>
    entries.some((entry) => entry.material.assetId === assetId);
  const own = world.bookings.filter((booking) => holding(booking.entries));
  const ownReasons = reasons.filter((reason) => own.some(({ id }) => id === reason.bookingId));
  const taking = ownReasons.find((reason) => reason.takesPart);
  if (taking || holding(world.filler)) {
    if (facts.override) {
      const since = wallClockOf(facts.override.since, endpoint.timeZone);
      return { ...common, code: 'override', sentence: standingWords.override(facts.override.title, since) };
    }
    const sentence = standingWords.assetWaits(taking?.name ?? null, nextPlayAt, endpoint.timeZone);
    return { ...common, code: 'notItsTurn', sentence };
  }
  const [first] = ownReasons.filter(({ code }) => code !== 'otherEndpoints').concat(ownReasons);
  if (!first) return { ...common, code: 'notInPlaylist', sentence: standingWords.notInPlaylist };
  const { zh, en } = first.sentence;
  const sentence = { zh: `排期“${first.name}”：${zh}`, en: `booking “${first.name}”: ${en}` };
  return { ...common, code: first.code, sentence };
}

interface CompiledAired extends AiredSpot {
  readonly reason: SpotReason;
}

function compiledSpots({ hours, day }: ExplainFacts): CompiledAired[] {
  return hours.flatMap((hour, i) =>
    (day.hours[i]?.spots ?? []).map(({ atMs, durationMs, assetId, bookingId, reason }) => ({
      startsAt: hour.startsAt + atMs,
      durationMs,
      assetId,
      bookingId,
      reason,
    })),
  );
}

function spotAt<S extends AiredSpot>(spots: readonly S[], at: EpochMs): S | null {
  return spots.find((spot) => spot.startsAt <= at && at < spot.startsAt + spot.durationMs) ?? null;
}

function samePlay(a: AiredSpot | null, b: AiredSpot | null): boolean {
  if (!a || !b) return a === b;
  return a.startsAt === b.startsAt && a.assetId === b.assetId && a.bookingId === b.bookingId;
}

function holds(windows: readonly { readonly fromMs: Ms; readonly toMs: Ms }[], at: Ms): boolean {
  return windows.some(({ fromMs, toMs }) => at >= fromMs && at < toMs);
}

function titleOf(facts: ExplainFacts, assetId: number): string {
  return facts.titles.get(assetId) ?? `#${assetId}`;
}

function nameOf(facts: ExplainFacts, bookingId: number | null): string | null {
  if (bookingId === null) return null;
  const known = facts.world.bookings.find((booking) => booking.id === bookingId);
  const gone = facts.withdrawn.find(({ booking }) => booking.id === bookingId)?.booking;
  return (known ?? gone)?.name ?? `#${bookingId}`;
}
