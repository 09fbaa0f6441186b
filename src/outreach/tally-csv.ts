import {
  cellFault,
  emptyTable,
  noRows,
  ROW_TOO_LONG,
  readCsv,
  readHeading,
  rowFault,
  tooManyRows,
} from '../base/csv-rows.ts';
import type { Sentence } from '../base/sentence.ts';
import { CHANNELS, channelSchema, type TallyDraft, tallyDraftSchema } from './tally.ts';

/** A row that can be used, with its line in the file (from 1) and how often it stood in the file before. */
export interface TallyRow {
  readonly line: number;
  readonly draft: TallyDraft;
  readonly repeat: number;
}

/** A row that cannot be used, and why. */
export interface TallyFault {
  readonly line: number;
  readonly message: Sentence;
}

/** What a file of tallies holds. Every row of the file is in one of the two. */
export interface TallyReading {
  readonly rows: TallyRow[];
  readonly faults: TallyFault[];
}

/** Most rows of one file: reading them must not keep the server from other requests for long. */
export const MOST_TALLY_ROWS = 2_500;

type Field = 'channel' | 'count' | 'fromDate' | 'toDate' | 'areaId' | 'source' | 'note';

const COLUMNS: readonly { name: string; field: Field; chinese: string; required?: true }[] = [
  { name: 'channel', field: 'channel', chinese: '渠道', required: true },
  { name: 'count', field: 'count', chinese: '数量', required: true },
  { name: 'from', field: 'fromDate', chinese: '开始日期', required: true },
  { name: 'to', field: 'toDate', chinese: '结束日期' },
  { name: 'area', field: 'areaId', chinese: '街道' },
  { name: 'source', field: 'source', chinese: '来源', required: true },
  { name: 'note', field: 'note', chinese: '备注' },
];

/**
 * Reads the tallies of one campaign from a table (see `readCsv` for encodings). Channels may be written in
 * Chinese, areas by their name, dates as 2027-02-05, 2027/2/5 or 2027年2月5日. A row that does not fit is a
 * fault with its line; the others stand.
 * @throws Refusal tally.unreadable when it is no table with the columns that are needed, or has no rows
 */
export function readTallyCsv(
  bytes: Uint8Array,
  campaignId: number,
  areas: readonly { readonly id: number; readonly name: string }[],
): TallyReading {
  const { records, broken } = readCsv(bytes, 'tally.unreadable');
  const [header, ...body] = records;
  if (!header) throw emptyTable('tally.unreadable');
  if (body.length > MOST_TALLY_ROWS) throw tooManyRows('tally.unreadable', MOST_TALLY_ROWS);
  const fields = readHeading(header, COLUMNS, 'tally.unreadable').map((column) => column?.field ?? null);
  const areaIds = new Map(areas.map(({ id, name }) => [name, id]));
  const rows: TallyRow[] = [];
  const faults: TallyFault[] = broken.map(({ line, message }) => ({ line, message }));
  const seen = new Map<string, number>();
  for (const { line, cells } of body) {
    const draft = readRow(fields, cells, campaignId, areaIds);
    if ('en' in draft) {
      faults.push({ line, message: draft });
      continue;
    }
    const key = contentOf(draft);
    const repeat = seen.get(key) ?? 0;
    seen.set(key, repeat + 1);
    rows.push({ line, draft, repeat });
  }
  if (rows.length + faults.length === 0) throw noRows('tally.unreadable', { en: 'tallies', zh: '统计记录' });
  return { rows, faults: faults.sort((a, b) => a.line - b.line) };
}

/** A row by its whole content: equal rows give equal texts. */
export function contentOf(draft: TallyDraft): string {
  const { campaignId, channel, count, fromDate, toDate, areaId, source, note } = draft;
  return JSON.stringify([campaignId, channel, count, fromDate, toDate, areaId, source, note]);
}

/** The draft, or what is wrong with the row. */
function readRow(
  fields: readonly (Field | null)[],
  cells: readonly string[],
  campaignId: number,
  areaIds: ReadonlyMap<string, number>,
): TallyDraft | Sentence {
  const given: Partial<Record<Field, unknown>> = {};
  for (const [index, field] of fields.entries()) {
    const cell = cells[index]?.trim() ?? '';
    if (field === null || cell === '') continue;
    if (field === 'areaId' && !areaIds.has(cell)) {
      const name = cell.slice(0, 64);
      return cellFault(columnOf('areaId'), { en: `there is no area “${name}”`, zh: `没有街道“${name}”` });
    }
    given[field] = field === 'areaId' ? areaIds.get(cell) : cellValue(field, cell);
  }
  if (cells.slice(fields.length).some((cell) => cell.trim() !== '')) return ROW_TOO_LONG;
  const row = { toDate: given.fromDate, ...given, campaignId };
  const parsed = tallyDraftSchema.safeParse(row);
  return parsed.success ? parsed.data : rowFault(parsed.error, row, columnOf);
}

function columnOf(field: string) {
  return COLUMNS.find((one) => one.field === field);
}

const CHINESE_CHANNELS = new Map(channelSchema.options.map((channel) => [CHANNELS[channel].zh, channel]));

function cellValue(field: Field, cell: string): unknown {
  if (field === 'channel') return CHINESE_CHANNELS.get(cell) ?? cell;
  if (field === 'count')
    return /^\d{1,3}(,\d{3})+$|^\d+$/.test(cell) ? Number(cell.replaceAll(',', '')) : cell;
  if (field === 'fromDate' || field === 'toDate') {
    const [, year, month = '', day = ''] =
      /^(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?$/.exec(cell) ?? [];
    return year === undefined ? cell : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  }
  return cell;
}
