import { capXml, SQUARE } from '../override/an-alert.ts';
import type { BaseFile } from './base-files.ts';
import { mutation } from './mutate.ts';

/* Bodies that are no JSON: tables, alerts and files, honest or spoilt. The same numbers give the same ones. */

/** Headings of every table that is taken. */
const HEADINGS: readonly string[] = [
  'id,name,kind,area,owner,longitude,latitude,width_px,height_px,time_zone,opening_hours,tags',
  'channel,count,from,to,area,source,note',
  'id,weekday,hour,people_per_hour,dwell_seconds,notice_low,notice_best,notice_high,source',
];
const CELLS: readonly string[] = [
  ...[
    '1',
    'SC-1',
    '春节',
    'screen',
    'sms',
    '2027-02-05',
    'Asia/Shanghai',
    '08:00-22:00',
    '111.6',
    '1920',
    '',
  ],
  ...[
    '"',
    '"a""b',
    '=1+1',
    '-1',
    '1e999',
    '\u0000',
    ' '.repeat(300),
    '9'.repeat(40),
    '<b>',
    "'; drop table plays; --",
  ],
];

/** A body for a media type of the OpenAPI document, by numbers in [0, 1); null: it is for JSON. */
export function oddBody(
  type: string,
  bases: readonly BaseFile[],
  random: () => number,
): Uint8Array<ArrayBuffer> | null {
  const below = (n: number) => Math.floor(random() * n);
  const pick = (list: readonly string[]): string => list[below(list.length)] ?? '';
  const spoilt = (bytes: Buffer): Uint8Array<ArrayBuffer> =>
    new Uint8Array(random() < 0.4 ? bytes : mutation(below(2 ** 31), [{ name: 'one', bytes }]).bytes);

  function table(): Buffer {
    const heading = pick(HEADINGS);
    const width = heading.split(',').length + (random() < 0.1 ? below(5) - 2 : 0);
    const row = () => Array.from({ length: width }, () => pick(CELLS)).join(',');
    return Buffer.from(
      [heading, ...Array.from({ length: below(20) }, row)].join(random() < 0.5 ? '\n' : '\r\n'),
    );
  }
  function alert(): Buffer {
    const expires = `2027-02-0${1 + below(9)}T10:00:00+08:00`;
    const areas = [
      pick([SQUARE, '<circle>40.8,111.6 5</circle>', '<circle>x</circle>', '<polygon>1,2</polygon>']),
    ];
    const infos = Array.from({ length: below(3) }, () => ({ expires, areas, headline: pick(CELLS) }));
    const msgType = pick(['Alert', 'Update', 'Cancel', 'Ack']);
    return Buffer.from(capXml({ identifier: pick(['one', 'two', '']), msgType, infos }));
  }

  if (/xml/.test(type)) return spoilt(alert());
  if (/csv/.test(type)) return spoilt(table());
  if (!/octet-stream|audio|image/.test(type)) return null;
  if (random() < 0.3) return spoilt(table());
  return spoilt(Buffer.from(bases[below(bases.length)]?.bytes ?? ''));
}
