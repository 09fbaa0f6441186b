import type { Audience } from '../audience/audience.ts';

/** The audience of one endpoint as a file that the import takes: one line an hour of the week. */
export function audienceText(
  code: string,
  audience: Pick<Audience, 'dwellSeconds' | 'notice' | 'visitsPerWeek'> & {
    readonly people: readonly number[];
  },
): string {
  const { people, dwellSeconds, notice, visitsPerWeek } = audience;
  const header =
    'id,weekday,hour,people_per_hour,dwell_seconds,notice_low,notice_best,notice_high,visits_per_week';
  const quoted = `"${code.replaceAll('"', '""')}"`;
  const whole = [dwellSeconds, notice.low, notice.best, notice.high, visitsPerWeek].join(',');
  const lines = people.map(
    (count, at) => `${quoted},${Math.floor(at / 24) + 1},${at % 24},${count},${whole}`,
  );
  return `\ufeff${[header, ...lines].join('\r\n')}\r\n`;
}

/** What became of a file of audiences; counts are of endpoints. */
export interface AudienceImport {
  readonly version: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly failed: readonly { readonly line: number; readonly id: string; readonly message: string }[];
}
