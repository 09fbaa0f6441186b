import {
  cellFault,
  emptyTable,
  noRows,
  ROW_TOO_LONG,
  readCsv,
  readHeading,
  rowFault,
} from '../base/csv-rows.ts';
import type { Sentence } from '../base/sentence.ts';
import { type EndpointDraft, endpointDraftSchema } from './endpoint.ts';

/** A row that can be used, with its line in the file (from 1). */
export interface FleetRow {
  readonly line: number;
  readonly draft: EndpointDraft;
}

/** A row that cannot be used, and why. */
export interface FleetFault {
  readonly line: number;
  readonly id: string;
  readonly message: Sentence;
}

/** What a fleet file holds. Every row of the file is in one of the two. */
export interface FleetReading {
  readonly rows: FleetRow[];
  readonly faults: FleetFault[];
}

type Field = keyof EndpointDraft;

/** Columns by their name in the file; a Chinese heading may stand in its place. */
const COLUMNS: readonly { name: string; field: Field | null; chinese: string; required?: true }[] = [
  { name: 'id', field: 'code', chinese: '编号', required: true },
  { name: 'name', field: 'name', chinese: '名称', required: true },
  { name: 'kind', field: 'kind', chinese: '类型', required: true },
  { name: 'area', field: 'area', chinese: '街道', required: true },
  { name: 'owner', field: 'owner', chinese: '业主' },
  { name: 'longitude', field: 'longitude', chinese: '经度' },
  { name: 'latitude', field: 'latitude', chinese: '纬度' },
  { name: 'width_px', field: 'widthPx', chinese: '宽' },
  { name: 'height_px', field: 'heightPx', chinese: '高' },
  // Follows from width and height; read past.
  { name: 'orientation', field: null, chinese: '方向' },
  { name: 'time_zone', field: 'timeZone', chinese: '时区', required: true },
  { name: 'opening_hours', field: 'openingHours', chinese: '开放时间', required: true },
  { name: 'quiet_hours', field: 'quietHours', chinese: '静音时间' },
  { name: 'place_class', field: 'placeClass', chinese: '场所' },
  { name: 'audience_per_hour', field: 'audiencePerHour', chinese: '每小时人流' },
  { name: 'dwell_seconds', field: 'dwellSeconds', chinese: '停留秒数' },
  { name: 'tags', field: 'tags', chinese: '标签' },
  { name: 'note', field: 'note', chinese: '备注' },
];
const KINDS = new Map([
  ['户外大屏', 'screen'],
  ['楼宇电视', 'tv'],
  ['农村广播', 'loudspeaker'],
]);
const NUMBERS = new Set<Field>([
  'longitude',
  'latitude',
  'widthPx',
  'heightPx',
  'audiencePerHour',
  'dwellSeconds',
]);

/**
 * Reads a fleet file. Bytes: UTF-8 with or without BOM, UTF-16 with BOM, or GBK as Excel writes it; fields
 * separated by comma or tab. A row that does not fit is a fault with its line; the others stand.
 * @throws Refusal fleet.unreadable when it is no table with the columns that are needed, or has no rows.
 */
export function readFleetCsv(bytes: Uint8Array): FleetReading {
  const { records, broken } = readCsv(bytes, 'fleet.unreadable');
  const [header, ...body] = records;
  if (!header) throw emptyTable('fleet.unreadable');
  const fields = readHeading(header, COLUMNS, 'fleet.unreadable').map((column) => column?.field ?? null);
  const rows: FleetRow[] = [];
  const faults: FleetFault[] = broken.map(({ line, text, message }) => ({ line, id: text, message }));
  const seen = new Map<string, number>();
  for (const { line, cells } of body) {
    const row = readRow(fields, line, cells);
    if ('message' in row) faults.push(row);
    else {
      const earlier = seen.get(row.draft.code);
      if (earlier === undefined) {
        seen.set(row.draft.code, line);
        rows.push(row);
      } else {
        const words = { en: `appears already in line ${earlier}`, zh: `与第 ${earlier} 行重复` };
        faults.push({ line, id: row.draft.code, message: cellFault(columnOf('code'), words) });
      }
    }
  }
  if (rows.length + faults.length === 0) throw noRows('fleet.unreadable', { en: 'endpoints', zh: '终端' });
  return { rows, faults: faults.sort((a, b) => a.line - b.line) };
}

function readRow(
  fields: readonly (Field | null)[],
  line: number,
  cells: readonly string[],
): FleetRow | FleetFault {
  const given: Partial<Record<Field, unknown>> = {};
  for (const [index, field] of fields.entries()) {
    const cell = cells[index]?.trim() ?? '';
    if (field !== null && cell !== '') given[field] = cellValue(field, cell);
  }
  const id = typeof given.code === 'string' ? given.code.slice(0, 64) : '';
  if (cells.slice(fields.length).some((cell) => cell.trim() !== ''))
    return { line, id, message: ROW_TOO_LONG };
  const parsed = endpointDraftSchema.safeParse(given);
  if (parsed.success) return { line, draft: parsed.data };
  return { line, id, message: rowFault(parsed.error, given, columnOf) };
}

function columnOf(field: string) {
  return COLUMNS.find((one) => one.field === field);
}

function cellValue(field: Field, cell: string): unknown {
  if (NUMBERS.has(field)) return /^[+-]?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell;
  if (field === 'tags')
    return cell
      .split(/[,，;；、]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '');
  if (field === 'kind') return KINDS.get(cell) ?? cell.toLowerCase();
  return cell;
}
