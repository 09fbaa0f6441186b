import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readFleetCsv } from '../../src/endpoints/fleet-csv.ts';

const HEADER =
  'id,name,kind,area,owner,longitude,latitude,width_px,height_px,orientation,time_zone,opening_hours,quiet_hours,place_class,audience_per_hour,dwell_seconds,tags,note';
const row = (over: Record<string, string> = {}): string =>
  HEADER.split(',')
    .map((name) => over[name] ?? GOOD[name] ?? '')
    .join(',');
const GOOD: Record<string, string> = {
  id: 'A-1',
  name: '广场大屏',
  kind: 'screen',
  area: '交通街道',
  longitude: '109.9',
  latitude: '39.8',
  width_px: '960',
  height_px: '384',
  time_zone: 'Asia/Shanghai',
  opening_hours: 'Mo-Su 07:00-22:00',
  audience_per_hour: '120',
  dwell_seconds: '9',
  tags: '"outdoor,led"',
};
const bytes = (...lines: string[]) => new TextEncoder().encode(lines.join('\r\n'));
/** 广场大屏,交通街道 in GBK; the platform has no encoder for it. */
const GBK = new Map([
  ['广场大屏', [0xb9, 0xe3, 0xb3, 0xa1, 0xb4, 0xf3, 0xc6, 0xc1]],
  ['交通街道', [0xbd, 0xbb, 0xcd, 0xa8, 0xbd, 0xd6, 0xb5, 0xc0]],
]);
function gbk(text: string): Uint8Array {
  return Uint8Array.from(
    text
      .split(/(广场大屏|交通街道)/)
      .flatMap((part) => GBK.get(part) ?? [...part].map((letter) => letter.charCodeAt(0))),
  );
}

describe('readFleetCsv', () => {
  test('reads every row of the sample fleet without a fault', () => {
    const fleet = readFleetCsv(readFileSync('media/samples/fleet.csv'));
    expect(fleet.faults).toEqual([]);
    expect(fleet.rows).toHaveLength(138);
    expect(fleet.rows[0]).toMatchObject({
      line: 2,
      draft: { code: 'DS-001', kind: 'screen', tags: ['outdoor', 'led'], widthPx: 1_536 },
    });
  });

  test('reads the same rows from UTF-8, UTF-8 with a BOM, UTF-16, GBK and tabs', () => {
    const text = `${HEADER}\n${row()}\n`;
    const plain = readFleetCsv(new TextEncoder().encode(text));
    expect(plain.rows[0]?.draft).toMatchObject({ name: '广场大屏', area: '交通街道', longitude: 109.9 });
    expect(readFleetCsv(new TextEncoder().encode(`\ufeff${text}`))).toEqual(plain);
    expect(readFleetCsv(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual(plain);
    expect(readFleetCsv(gbk(text))).toEqual(plain);
    const tabs = text.replaceAll(/,(?!led)/g, '\t');
    expect(readFleetCsv(new TextEncoder().encode(tabs))).toEqual(plain);
  });

  test('takes Chinese headings and kinds', () => {
    const { rows } = readFleetCsv(
      bytes('编号,名称,类型,街道,时区,开放时间', 'A,甲,农村广播,乙,Asia/Shanghai,周一至周日 08:00-18:00'),
    );
    expect(rows[0]?.draft).toMatchObject({
      code: 'A',
      kind: 'loudspeaker',
      audiencePerHour: 0,
      longitude: null,
    });
  });

  test.each([
    ['time_zone', 'Asia/Beijng', 'time_zone: is not a known time zone'],
    ['latitude', '139.8', 'latitude: must be at most 90'],
    ['longitude', 'east', 'longitude: must be a number'],
    ['kind', 'projector', 'kind: '],
    ['opening_hours', '7 to 22', 'opening_hours: '],
    ['audience_per_hour', '-5', 'audience_per_hour: must not be negative'],
    ['dwell_seconds', '1.5', 'dwell_seconds: must be a whole number'],
    ['name', '', 'name: is missing'],
    ['area', '   ', 'area: is missing'],
    ['id', 'x'.repeat(65), 'id: must have at most 64'],
    ['name', 'bell\u0007', 'name: must not contain control characters'],
    ['width_px', '', 'height_px: width and height go together'],
  ])('makes a row with %s “%s” a fault with its line and keeps the others', (column, value, words) => {
    const fleet = readFleetCsv(
      bytes(HEADER, row({ id: 'A-0' }), row({ id: 'A-1', [column]: value }), row({ id: 'A-2' })),
    );
    expect(fleet.rows.map(({ draft }) => draft.code)).toEqual(['A-0', 'A-2']);
    expect(fleet.faults).toHaveLength(1);
    expect(fleet.faults[0]).toMatchObject({ line: 3 });
    expect(fleet.faults[0]?.message.en).toContain(words);
  });

  test('keeps the first of two rows with one id and names its line in the fault of the second', () => {
    const fleet = readFleetCsv(bytes(HEADER, row(), row({ name: 'other' })));
    expect(fleet.rows.map(({ line }) => line)).toEqual([2]);
    const message = { en: 'id: appears already in line 2', zh: '编号（id）：与第 2 行重复' };
    expect(fleet.faults).toEqual([{ line: 3, id: 'A-1', message }]);
  });

  test('loses one row, not the rest, to a quotation mark that is never closed', () => {
    const fleet = readFleetCsv(bytes(HEADER, row({ id: 'A-0' }), row({ name: '"open' }), row({ id: 'A-2' })));
    expect(fleet.rows.map(({ draft }) => draft.code)).toEqual(['A-0', 'A-2']);
    expect(fleet.faults.map(({ line, id }) => [line, id])).toEqual([[3, 'A-1']]);
  });

  test('makes a row with more fields than the header a fault', () => {
    const fleet = readFleetCsv(bytes(HEADER, row({ tags: 'outdoor,led', note: 'x' })));
    expect(fleet.faults[0]?.message.en).toContain('more fields than the header');
  });

  test.each([
    ['an empty file', new Uint8Array()],
    ['a workbook', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0xff, 0xff)],
    ['a file without the columns', bytes('a,b,c', '1,2,3')],
    ['a header that names a column twice', bytes(`${HEADER},id`, row())],
    ['a header with nothing below it', bytes(HEADER)],
    ['prose', bytes('Dear colleague,', 'the list follows')],
  ])('refuses %s as fleet.unreadable', (_, content) => {
    expect(() => readFleetCsv(content)).toThrow(expect.objectContaining({ code: 'fleet.unreadable' }));
  });
});
