import type { Rate } from '../../campaigns/booking.ts';
import { useFormat } from '../format.ts';
import { bookingWords } from '../words/booking-words.ts';
import { useWords } from '../words/use-words.ts';

/** Says a rate in plain words. */
export function useRateWords(): (rate: Rate) => string {
  const { rates } = useWords(bookingWords);
  const format = useFormat();
  return (rate) => {
    if (rate.kind === 'perHour') return rates.perHour(format.number(rate.plays));
    if (rate.kind === 'everyMinutes') return rates.everyMinutes(format.number(rate.minutes));
    return rate.kind === 'share' ? rates.share(format.number(rate.weight)) : rates.target;
  };
}
