import { cellFault, emptyTable, noRows, readCsv, readHeading, tooManyRows } from '../base/csv-rows.ts';
import type { Sentence } from '../base/sentence.ts';
import type { EndpointKind } from '../contract/media-type.ts';
import { type AudienceDraft, MOST_PEOPLE } from './audience.ts';
import { NOTICE, VISITS_PER_WEEK } from './notice.ts';
import { HOURS_OF_WEEK } from './place-class.ts';

/** A line that is not in, and why. */
export interface AudienceFault {
  readonly line: number;
  /** The endpoint's code as the line has it. */
  readonly id: string;
  readonly message: Sentence;
}

/** What a file of audiences holds. An endpoint with any fault changes nothing. */
export interface AudienceReading {
  readonly drafts: AudienceDraft[];
  readonly faults: AudienceFault[];
}

/** An endpoint as the reader needs to know it. */
export interface CountedPlace {
  readonly id: number;
  readonly code: string;
  readonly kind: EndpointKind;
  readonly dwellSeconds: number;
}

/** Most lines of one file: 168 for each of 500 endpoints. */
export const MOST_AUDIENCE_ROWS = 84_000;

type Field = 'id' | 'weekday' | 'hour' | 'people' | 'dwell' | 'low' | 'best' | 'high' | 'visits' | 'source';

const COLUMNS: readonly { name: string; field: Field; chinese: string; required?: true }[] = [
  { name: 'id', field: 'id', chinese: '终端编号', required: true },
  { name: 'weekday', field: 'weekday', chinese: '星期', required: true },
  { name: 'hour', field: 'hour', chinese: '小时', required: true },
  { name: 'people_per_hour', field: 'people', chinese: '人流', required: true },
  { name: 'dwell_seconds', field: 'dwell', chinese: '停留秒数' },
  { name: 'notice_low', field: 'low', chinese: '注意率低' },
  { name: 'notice_best', field: 'best', chinese: '注意率' },
  { name: 'notice_high', field: 'high', chinese: '注意率高' },
  { name: 'visits_per_week', field: 'visits', chinese: '每周到访次数' },
  { name: 'source', field: 'source', chinese: '来源' },
];

interface Row {
  readonly line: number;
  readonly hours: readonly number[];
  readonly people: number;
  readonly whole: Whole;
}

/** What is said of the endpoint as a whole; it may stand in any of its lines, the same each time. */
type Whole = Partial<Record<'dwell' | 'low' | 'best' | 'high' | 'visits', number>> & { source?: string };

/**
 * Reads people by endpoint and hour of the week: one line an hour, `weekday` 1 to 7 (周一 to 周日), `*`, `1-5`
 * or `6-7`, `hour` 0 to 23, `*` or `7-9`. A later line for the same hour is a fault, never a sum. Hours of which
 * no line speaks have nobody.
 * @throws Refusal audience.unreadable when it is no table with the columns that are needed, or has no rows
 */
export function readAudienceCsv(bytes: Uint8Array, places: readonly CountedPlace[]): AudienceReading {
  const { records, broken } = readCsv(bytes, 'audience.unreadable');
  const [header, ...body] = records;
  if (!header) throw emptyTable('audience.unreadable');
  if (body.length > MOST_AUDIENCE_ROWS) throw tooManyRows('audience.unreadable', MOST_AUDIENCE_ROWS);
  const fields = readHeading(header, COLUMNS, 'audience.unreadable').map((column) => column?.field ?? null);
  const known = new Map(places.map((place) => [place.code, place]));
  const faults: AudienceFault[] = broken.map(({ line, text, message }) => ({ line, id: text, message }));
  const rows = new Map<string, Row[]>();
  const spoilt = new Set<string>();
  for (const { line, cells } of body) {
    const cellOf = (field: Field) => cells[fields.indexOf(field)]?.trim() ?? '';
    const id = cellOf('id');
    const row = known.has(id) ? readRow(line, cellOf) : noEndpoint(id.slice(0, 64));
    if ('en' in row) {
      faults.push({ line, id, message: row });
      spoilt.add(id);
    } else rows.set(id, [...(rows.get(id) ?? []), row]);
  }
  if (rows.size + faults.length === 0) throw noRows('audience.unreadable', { en: 'people', zh: '受众数据' });
  const drafts: AudienceDraft[] = [];
  for (const [id, ofOne] of rows) {
    const place = known.get(id);
    const first = ofOne[0];
    if (!place || !first) continue;
    const made = spoilt.has(id) ? { line: first.line, message: LEFT_AS_IT_WAS } : draftOf(place, ofOne);
    if ('message' in made) faults.push({ line: made.line, id, message: made.message });
    else drafts.push(made);
  }
  return { drafts, faults: faults.sort((a, b) => a.line - b.line) };
}

const LEFT_AS_IT_WAS: Sentence = {
  en: 'left as it was, because another line of this endpoint does not fit',
  zh: '该终端另有一行不符合要求，因此保持原样',
};

function noEndpoint(id: string): Sentence {
  return fault('id', { en: `there is no endpoint “${id}”`, zh: `没有编号为“${id}”的终端` });
}

function fault(field: Field, words: Sentence): Sentence {
  return cellFault(
    COLUMNS.find((one) => one.field === field),
    words,
  );
}

const WEEKDAYS = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'];

function readRow(line: number, cellOf: (field: Field) => string): Row | Sentence {
  const dayCell = cellOf('weekday');
  const named = WEEKDAYS.indexOf(dayCell.replace('星期', '周').replace('周天', '周日'));
  const days = named >= 0 ? [named + 1] : rangeOf(dayCell, 1, 7);
  if (days === null) {
    return fault('weekday', {
      en: 'must be 1 (Monday) to 7 (Sunday), a range such as 1-5, or *',
      zh: '必须是 1（周一）到 7（周日）、1-5 这样的区间，或 *',
    });
  }
  const hours = rangeOf(cellOf('hour'), 0, 23);
  if (hours === null) {
    return fault('hour', {
      en: 'must be 0 to 23, a range such as 7-9, or *',
      zh: '必须是 0 到 23、7-9 这样的区间，或 *',
    });
  }
  const people = numberOf(cellOf('people'));
  if (people === null || !Number.isInteger(people) || people < 0 || people > MOST_PEOPLE)
    return fault('people', {
      en: `must be a whole number from 0 to ${MOST_PEOPLE}`,
      zh: `必须是 0 到 ${MOST_PEOPLE} 的整数`,
    });
  const whole: Whole = {};
  const limits = { dwell: 86_400, low: 1, best: 1, high: 1, visits: 500 } as const;
  for (const field of ['dwell', 'low', 'best', 'high', 'visits'] as const) {
    const cell = cellOf(field);
    if (cell === '') continue;
    const value = numberOf(cell);
    const [least, most] = [field === 'visits' ? 0.1 : 0, limits[field]];
    if (value === null || value < least || value > most) {
      return fault(field, {
        en: `must be a number from ${least} to ${most}`,
        zh: `必须是 ${least} 到 ${most} 的数字`,
      });
    }
    whole[field] = value;
  }
  const source = cellOf('source');
  if (source.length > 500)
    return fault('source', { en: 'must have at most 500 characters', zh: '最多 500 个字符' });
  if (source !== '') whole.source = source;
  return { line, hours: days.flatMap((day) => hours.map((hour) => (day - 1) * 24 + hour)), people, whole };
}

function rangeOf(cell: string, least: number, most: number): number[] | null {
  const [, from = '', to = from] =
    /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(cell === '*' ? `${least}-${most}` : cell) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === '' || first < least || last > most || last < first) return null;
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

function numberOf(cell: string): number | null {
  return /^\d{1,9}(\.\d{1,4})?$/.test(cell) ? Number(cell) : null;
}

function hourTwice(hour: number): Sentence {
  const day = Math.floor(hour / 24);
  return {
    en: `the hour ${hour % 24} of weekday ${day + 1} stands in the file twice`,
    zh: `${WEEKDAYS[day]} ${hour % 24} 时在文件中出现了两次`,
  };
}

function contradiction(field: keyof Whole, before: number | string): Sentence {
  return fault(field, {
    en: `another line of this endpoint says ${before}`,
    zh: `与该终端另一行的值 ${before} 不一致`,
  });
}

function draftOf(
  place: CountedPlace,
  rows: readonly Row[],
): AudienceDraft | { line: number; message: Sentence } {
  const people: (number | undefined)[] = Array.from({ length: HOURS_OF_WEEK });
  const whole: Whole = {};
  for (const row of rows) {
    for (const hour of row.hours) {
      if (people[hour] !== undefined) return { line: row.line, message: hourTwice(hour) };
      people[hour] = row.people;
    }
    for (const [field, value] of Object.entries(row.whole)) {
      const before = whole[field as keyof Whole];
      if (before !== undefined && before !== value)
        return { line: row.line, message: contradiction(field as keyof Whole, before) };
      Object.assign(whole, { [field]: value });
    }
  }
  const usual = NOTICE[place.kind];
  const [low, best, high] = [whole.low ?? usual.low, whole.best ?? usual.best, whole.high ?? usual.high];
  if (low > best || best > high)
    return {
      line: rows[0]?.line ?? 1,
      message: {
        en: 'notice_low, notice_best and notice_high must be in this order',
        zh: '注意率低、注意率、注意率高必须依次不减',
      },
    };
  return {
    endpointId: place.id,
    people: people.map((one) => one ?? 0),
    dwellSeconds: Math.round(whole.dwell ?? place.dwellSeconds),
    noticeLow: Math.round(low * 1_000),
    noticeBest: Math.round(best * 1_000),
    noticeHigh: Math.round(high * 1_000),
    visitTenthsPerWeek: Math.max(1, Math.round((whole.visits ?? VISITS_PER_WEEK[place.kind]) * 10)),
    placeClass: null,
    source: whole.source ?? '',
  };
}
