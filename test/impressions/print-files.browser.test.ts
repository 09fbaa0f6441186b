import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { chromiumPrinter } from '../../src/impressions/print-files.ts';
import { reportPage } from '../../src/impressions/report-page.ts';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { deskOf, testServer } from '../support/server.ts';
import { aWholeReport } from './a-whole-report.ts';

const HAS_PDFTOTEXT = spawnSync('pdftotext', ['-v']).error === undefined;
const WITHOUT_PDFTOTEXT = HAS_PDFTOTEXT ? '' : ' (left out: no pdftotext found; it is in poppler-utils)';

/** The text of a PDF. */
async function textOf(pdf: Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'printed-'));
  try {
    await writeFile(join(folder, 'report.pdf'), pdf);
    const { stdout } = await promisify(execFile)('pdftotext', ['-layout', join(folder, 'report.pdf'), '-']);
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const print = (lang: 'zh' | 'en') =>
  chromiumPrinter(CHROMIUM).print(
    reportPage(aWholeReport(), {
      lang,
      hasCjkFont: true,
      number: 'BT-2027-0012',
      issued: '李静',
      sha256: 'ab'.repeat(32),
    }),
  );

describe.skipIf(CHROMIUM === null)(`Printer.print${WITHOUT_CHROMIUM}`, () => {
  test.each(['zh', 'en'] as const)('makes a tagged PDF of several pages in %s', async (lang) => {
    const raw = Buffer.from(await print(lang)).toString('latin1');
    expect(raw.slice(0, 5)).toBe('%PDF-');
    expect(Number(/\/Count (\d+)/.exec(raw)?.[1])).toBeGreaterThan(2);
    expect(raw).toContain('/StructTreeRoot');
  });

  test.skipIf(!HAS_PDFTOTEXT).each(['zh', 'en'] as const)(
    `prints number, pages and signature lines as text in %s${WITHOUT_PDFTOTEXT}`,
    async (lang) => {
      const text = await textOf(await print(lang));
      expect(text).toContain('BT-2027-0012');
      expect(text.replaceAll(/\s/g, '')).toContain(lang === 'zh' ? '第1页/共5页' : 'Page1of5');
      expect(text).toContain(lang === 'zh' ? '批准人' : 'Approved by');
      expect(text).toContain('诃额伦街道');
    },
  );

  test('gives the paper of an issued report over HTTP, with its number on it', async () => {
    const running = await testServer(() => Date.UTC(2026, 11, 31, 17));
    try {
      const [editor, viewer] = await Promise.all([deskOf(running, 'editor'), deskOf(running, 'viewer')]);
      expect((await editor.ask('POST', '/api/reports/issued', { title: '元旦' })).status).toBe(201);
      const answer = await viewer.ask('GET', '/api/reports/issued/1?format=pdf&lang=zh');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/pdf');
      // One in the morning of New Year's Day in China.
      expect(answer.headers.get('content-disposition')).toContain('BT-2027-0001.pdf');
      expect(answer.body.slice(0, 5)).toBe('%PDF-');
      expect(running.troubles).toEqual([]);
    } finally {
      await running.stop();
    }
  });
});
