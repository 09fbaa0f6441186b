import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barsOverTime, escapeMarkup, heatMap, roundedUp } from '../../src/impressions/report-charts.ts';
import { reportPage } from '../../src/impressions/report-page.ts';
import { aWholeReport, figuresFor } from './a-whole-report.ts';

const FRAME = {
  lang: 'zh',
  hasCjkFont: true,
  number: 'BT-2027-0012',
  issued: '李静',
  sha256: 'ab'.repeat(32),
} as const;

describe('reportPage', () => {
  test('holds no script, loads nothing and lets no name become markup', () => {
    const { html, header, footer } = reportPage(
      aWholeReport({ title: '<img src=x onerror=alert(1)>' }),
      FRAME,
    );
    for (const part of [html, header, footer])
      expect(part).not.toMatch(/<script|<img|<link|<iframe|javascript:|url\(["']?http/i);
    expect(html).toContain('&#60;img src=x');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/unsafe-inline| style=/);
  });

  test('prints what looks like a template as the letters that it is', () => {
    const odd = `{{7*7}} #{7*7} ${'$'}{7*7} {%7*7%} $&`;
    const { html } = reportPage(aWholeReport({ title: odd }), { ...FRAME, issued: odd });
    expect(html.split(odd).length).toBeGreaterThanOrEqual(3);
  });

  test('says coverage beside every headline, the formula, and that channels are never added', () => {
    const report = aWholeReport();
    const { html } = reportPage(report, FRAME);
    expect(html.match(/class="tile"/g)).toHaveLength(4);
    expect(html.match(/<em>[^<]*覆盖率 97\.\d%<\/em>/g)).toHaveLength(4);
    expect(html).toContain('3600 × 注意率');
    expect(html).toContain('不与触达人次相加');
    for (const name of ['制表人', '审核人', '批准人（签字）']) expect(html).toContain(name);
  });

  test('is one language but for names', () => {
    const { html } = reportPage(
      aWholeReport({
        title: 'Spring',
        campaign: { id: 1, name: 'Spring' },
        areas: [],
        endpoints: [],
        otherChannels: null,
      }),
      { ...FRAME, lang: 'en', issued: 'Li Jing' },
    );
    expect(html.replace(/<style>.*<\/style>/s, '')).not.toMatch(/\p{Script=Han}/u);
    expect(html).toContain('Approved by (signature)');
  });

  test('marks what is not issued, what was still open, and what nobody promised', () => {
    const nothing = { totals: figuresFor(0), days: [], areas: [], endpoints: [], periodWasOpen: true };
    const { html, header } = reportPage(aWholeReport(nothing), {
      ...FRAME,
      number: null,
      issued: null,
      sha256: null,
    });
    expect(header).toContain('未签发');
    expect(html).toContain('尚未结束');
    expect(html).toContain('没有应播');
    expect(html).not.toContain('NaN');
  });

  test('prints another version of the formula as it was frozen', () => {
    const formula = { version: '9', text: 'reach = plays', inputs: { k: { a: 1 } }, assumptions: ['none'] };
    const { html } = reportPage(aWholeReport({ formula }), FRAME);
    expect(html).toContain('reach = plays');
    expect(html).not.toContain('注意率');
  });

  test('says so when Chinese names may be unreadable', () => {
    expect(reportPage(aWholeReport(), { ...FRAME, lang: 'en', hasCjkFont: false }).html).toContain('no font');
  });
});

describe('charts', () => {
  test('stay inside their frame for any counts', () => {
    const bar = fc.record({ label: fc.string(), promised: fc.nat(1e9), counted: fc.nat(1e9) });
    fc.assert(
      fc.property(fc.array(bar, { maxLength: 400 }), (bars) => {
        const svg = barsOverTime(bars, { width: 680, height: 168 });
        expect(svg).not.toMatch(/NaN|Infinity|="-/);
        for (const [, y, height] of svg.matchAll(/y="([\d.]+)" width="[\d.]+" height="([\d.]+)"/g))
          expect(Number(y) + Number(height)).toBeLessThanOrEqual(146.02);
      }),
    );
  });

  test('hatch the hours in which nothing was promised', () => {
    const cell = { weekday: 1, hour: 3, promised: 0, counted: 0 };
    expect(heatMap([cell], [], 680).match(/fill="url\(#idle\)"/g)).toHaveLength(1);
    expect(heatMap([{ ...cell, counted: 2 }], [], 680)).toContain('fill="rgb(18,62,112)"');
  });
});

describe('roundedUp', () => {
  test('is never below its value and at most 2.5 times it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), (value) => {
        expect(roundedUp(value)).toBeGreaterThanOrEqual(value);
        expect(roundedUp(value)).toBeLessThanOrEqual(value * 2.5);
      }),
    );
  });
});

describe('escapeMarkup', () => {
  test('leaves no sign with which markup begins or ends', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[<>"']/.test(escapeMarkup(text))));
  });
});
