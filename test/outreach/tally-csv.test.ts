import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/base/refusal.ts';
import { evidenceTypeOf } from '../../src/outreach/evidence.ts';
import { contentOf, MOST_TALLY_ROWS, readTallyCsv } from '../../src/outreach/tally-csv.ts';

const bytes = (...lines: string[]) => new TextEncoder().encode(lines.join('\n'));
const HEADER = 'channel,count,from,to,area,source,note';

describe('readTallyCsv', () => {
  test('puts every row either among the good or among the faults, and answers rubbish with a refusal', () => {
    const cell = fc.oneof(
      fc.constantFrom('sms', '短信', '5', '1,000', '2027-02-05', '2027年2月5日', '"', '交通街道', '联通', ''),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 8 }), { maxLength: 8 }), (rows) => {
        try {
          const table = bytes(HEADER, ...rows.map((row) => row.join(',')));
          const reading = readTallyCsv(table, 1, [{ id: 4, name: '交通街道' }]);
          const lines = [...reading.rows, ...reading.faults].map(({ line }) => line);
          expect(new Set(lines).size).toBe(lines.length);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
    );
  });

  test('asks for a table of too many rows to be divided', () => {
    const rows = Array.from({ length: MOST_TALLY_ROWS + 1 }, () => 'sms,5,2027-02-05,,,x,');
    expect(() => readTallyCsv(bytes(HEADER, ...rows), 1, [])).toThrow(/divide/);
  });

  test('numbers equal rows, so that a file may hold the same thing twice', () => {
    const row = 'sms,5,2027-02-05,,,x,';
    const { rows } = readTallyCsv(bytes(HEADER, row, 'sms,6,2027-02-05,,,x,', row), 1, []);
    expect(rows.map(({ line, repeat }) => [line, repeat])).toEqual([
      [2, 0],
      [3, 0],
      [4, 1],
    ]);
    expect(rows[0]?.draft.toDate).toBe('2027-02-05');
    expect(contentOf(rows[0]?.draft ?? rows[1]?.draft ?? fail())).toBe(contentOf(rows[2]?.draft ?? fail()));
  });
});

function fail(): never {
  throw new Error('a row is missing');
}

describe('evidenceTypeOf', () => {
  test('answers any bytes with a type or a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (some) => {
        try {
          expect(evidenceTypeOf(some, 'x.csv')).toMatch(/^(text\/csv|image\/(png|jpeg)|application\/pdf)$/);
        } catch (error) {
          expect(error).toMatchObject({ code: 'evidence.notAccepted' });
        }
      }),
    );
  });

  test('knows workbooks from other archives and from those with macros', () => {
    const zip = (...names: string[]) => Buffer.from(`PK\u0003\u0004${names.join(' ')}`, 'latin1');
    const workbook = ['[Content_Types].xml', 'xl/workbook.xml'];
    expect(evidenceTypeOf(zip(...workbook), 'x')).toContain('spreadsheetml');
    expect(() => evidenceTypeOf(zip(...workbook, 'xl/vbaProject.bin'), 'x.xlsx')).toThrow(/macros/);
    expect(() => evidenceTypeOf(zip('word/document.xml'), 'x.xlsx')).toThrow(/workbook/);
  });
});
