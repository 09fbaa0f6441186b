import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { playsReport, type Sums } from '../../src/impressions/report-figures.ts';
import { csvCell, reportCsv, reportTable, textWidth } from '../../src/impressions/report-text.ts';
import { BARE_AUDIENCE, seenBy } from './an-exposure.ts';

const sums = (key: string, label: string): Sums => ({
  key,
  label,
  promised: 200,
  promisedMs: 2_000_000,
  completed: 150,
  cut: 5,
  failed: 1,
  airtimeMs: 1_520_000,
  accounted: 156,
  accountedMs: 1_560_000,
  exposures: seenBy(101),
});
const report = playsReport(
  {
    by: 'endpoint',
    from: '2027-02-01',
    to: '2027-02-28',
    generatedAt: '2027-03-01T00:00:00.000Z',
    campaign: null,
  },
  [sums('1', '=1+1'), sums('2', '交通街道, "大屏"')],
  BARE_AUDIENCE,
);

describe('csvCell', () => {
  it.each(['=1+1', '+1', '-1+2', '@SUM(A1)', '\t=1', '\r=1'])('disarms %j', (text) => {
    expect(csvCell(text).replace(/^"/, '')).toMatch(/^'/);
  });

  it('leaves numbers alone, negative ones too', () => {
    expect([csvCell(-5), csvCell('-5.0'), csvCell('12')]).toEqual(['-5', '-5.0', '12']);
  });
});

describe('reportCsv', () => {
  it('is read back by a CSV reader with the same figures, and begins with a byte-order mark', () => {
    const text = reportCsv(report);
    expect(text.startsWith('\ufeff')).toBe(true);
    const rows: Record<string, string>[] = parse(text, { bom: true, columns: true });
    expect(rows.map((row) => row.name)).toEqual(["'=1+1", '交通街道, "大屏"', '2027-02-01 – 2027-02-28']);
    expect(rows.map((row) => row['plays counted'])).toEqual(['150', '150', '300']);
    expect(rows[0]).toMatchObject({ unknown: '44', 'coverage %': '78.0', 'impressions best': '30' });
  });
});

describe('reportTable', () => {
  it('aligns columns also where names are Chinese, and states the formula', () => {
    const lines = reportTable(report).split('\n');
    const header = lines.find((line) => line.startsWith('endpoint'));
    const rows = lines.filter((line) => line.includes('78.0'));
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(textWidth(row)).toBe(textWidth(header ?? ''));
    expect(reportTable(report)).toContain('Formula, version 2:');
  });
});

describe('playsReport', () => {
  it('never rounds coverage up to all', () => {
    const nearly = { ...sums('1', 'one'), accountedMs: 1_999_999 };
    const { rows } = playsReport(
      report,
      [nearly, { ...nearly, promised: 0, promisedMs: 0, accounted: 0 }],
      BARE_AUDIENCE,
    );
    expect(rows.map((row) => row.coverage)).toEqual([0.9999, null]);
  });
});
