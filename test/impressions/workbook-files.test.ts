import { describe, expect, test } from 'vitest';
import { playsReport } from '../../src/impressions/report-figures.ts';
import { playsSheets, wholeSheets } from '../../src/impressions/report-sheets.ts';
import { workbookBytes } from '../../src/impressions/workbook-worker-files.ts';
import { zipEntries } from '../support/zip-entries.ts';
import { aWholeReport } from './a-whole-report.ts';
import { BARE_AUDIENCE } from './an-exposure.ts';

const HEAD = { number: 'BT-2027-0012', issued: '李静', sha256: 'ab'.repeat(32) };
const sheetsOf = async (lang: 'zh' | 'en') => {
  const entries = zipEntries(await workbookBytes(wholeSheets(aWholeReport(), HEAD, lang)));
  const shared = [
    ...(entries.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>.*?<t[^>]*>(.*?)<\/t><\/si>/gs),
  ].map(([, text]) => text ?? '');
  const names = [...(entries.get('xl/workbook.xml') ?? '').matchAll(/<sheet [^>]*name="([^"]*)"/g)].map(
    ([, name]) => name ?? '',
  );
  return { entries, shared, names, sheet: (at: number) => entries.get(`xl/worksheets/sheet${at}.xml`) ?? '' };
};

describe('workbookBytes', () => {
  test('writes no formula, whatever a name or a note begins with', async () => {
    const { entries, shared } = await sheetsOf('zh');
    expect(shared).toEqual(expect.arrayContaining(['=1+1', '=HYPERLINK("http://evil","x")']));
    for (const xml of entries.values()) expect(xml).not.toMatch(/<f[ >]/);
  });

  test('keeps numbers as numbers, dates as dates and the header in sight', async () => {
    const { sheet, entries } = await sheetsOf('en');
    const days = sheet(1);
    expect(days).toMatch(/<pane [^>]*ySplit="1"[^>]*state="frozen"/);
    // 1 February 2027 is day 46,419 since 30 December 1899.
    expect(days).toMatch(/<c r="A2" s="\d+"[^>]*><v>46419<\/v><\/c>/);
    expect(days).toMatch(/<c r="B2" s="\d+"[^>]*><v>9000<\/v><\/c>/);
    expect(days).toMatch(/<c r="G2" s="\d+"[^>]*><v>0\.975<\/v><\/c>/);
    expect(entries.get('xl/styles.xml')).toContain('yyyy-mm-dd');
  });

  test('ends each table of plays with its totals', async () => {
    const { totals, days } = aWholeReport();
    const { sheet } = await sheetsOf('zh');
    expect(sheet(1)).toContain(`<c r="B${days.length + 2}"`);
    expect(sheet(1)).toContain(`<v>${totals.playsPromised}</v>`);
  });

  test('has the other channels and the formula on sheets of their own, in either language', async () => {
    const zh = await sheetsOf('zh');
    const en = await sheetsOf('en');
    expect(zh.names).toEqual(
      '日期 街道乡镇 终端 产权单位 素材 时段 欠播 其他渠道 其他渠道明细 公式与说明'.split(' '),
    );
    expect(en.names.slice(-3)).toEqual(['Other channels', 'Other channels, entries', 'Formula and notes']);
    expect(zh.shared).toEqual(
      expect.arrayContaining(['触达人次 = Σ 每次播放 λ(h) ×（d + s）÷ 3600 × 注意率', HEAD.number]),
    );
    expect(en.shared).toEqual(expect.arrayContaining([HEAD.sha256, 'Household visits']));
  });

  test('stays readable when names hold what XML cannot', async () => {
    const report = playsReport(
      {
        by: 'area',
        from: '2027-02-01',
        to: '2027-02-02',
        generatedAt: '2027-02-03T00:00:00Z',
        campaign: { id: 1, name: 'a\u0000b\ud800</si>𠮷🔥' },
      },
      [],
      BARE_AUDIENCE,
    );
    const shared = zipEntries(await workbookBytes(playsSheets(report, null, 'en'))).get(
      'xl/sharedStrings.xml',
    );
    expect(shared).toContain('ab&lt;/si&gt;𠮷🔥');
    expect(shared).not.toMatch(/[^\P{Cc}\n\r\t]/u);
  });
});
