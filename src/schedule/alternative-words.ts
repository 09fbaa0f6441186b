import type { Sentence } from '../campaigns/booking-fit.ts';
import { type StoredDaypart, wallTimeOf } from '../campaigns/wall-time.ts';

/** A share in place of a rate. */
export const SHARE_WORDS: Sentence = {
  zh: '改为按权重（share，权重 1）：只占用按次数播出之后剩下的时间，谁也不受损',
  en: 'Book it as a share of weight 1: it takes what rates leave, and no rate loses anything',
};

/** A lower rate. */
export function lowerWords(plays: number): Sentence {
  return {
    zh: `频次改为每小时 ${plays} 次`,
    en: `Ask for ${plays} ${plays === 1 ? 'play' : 'plays'} an hour`,
  };
}

/** Fewer or other hours. */
export function hoursWords(parts: readonly StoredDaypart[]): Sentence {
  const list = parts.map((part) => `${wallTimeOf(part.fromMinute)}–${wallTimeOf(part.toMinute)}`);
  const shown = [...new Set(list)].slice(0, 6).join(', ');
  return {
    zh: `避开拥挤的小时，只在 ${shown} 播出`,
    en: `Leave out the crowded hours: play at ${shown} only`,
  };
}

/** Fewer endpoints. */
export function fewerWords(count: number, of: number): Sentence {
  return {
    zh: `只用仍有余量的 ${count} 个终端（共 ${of} 个）`,
    en: `Use only the ${count} of ${of} endpoints that have room`,
  };
}

/** A tier below others. */
export function belowWords(tier: number): Sentence {
  return {
    zh: `优先级降到 ${tier}：其他排期不受损，本排期播剩下的次数`,
    en: `Lower its tier to ${tier}: others lose nothing and it plays what they leave`,
  };
}

/** The highest tier. */
export function tierWords(tier: number): Sentence {
  return {
    zh: `优先级提高到 ${tier}：本排期优先，其他排期让出播放`,
    en: `Raise its tier to ${tier}: it is served first and others give way`,
  };
}

/** Lower rates of the bookings that would lose. */
export function giveWayWords(others: readonly { readonly name: string; readonly plays: number }[]): Sentence {
  const list = (separator: string, each: (name: string, plays: number) => string) =>
    others
      .slice(0, 5)
      .map(({ name, plays }) => each(name, plays))
      .join(separator);
  return {
    zh: `降低其他排期：${list('；', (name, plays) => `“${name}”每小时 ${plays} 次`)}`,
    en: `Lower the others: ${list('; ', (name, plays) => `“${name}” to ${plays} an hour`)}`,
  };
}
