import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { inTurn } from '../base/in-turn.ts';
import { Refusal } from '../base/refusal.ts';
import type { Ms } from '../base/units.ts';
import type { PrintedPage } from './report-page.ts';

/** Prints pages to PDF. */
export interface Printer {
  /**
   * A4, with header and footer on every sheet. One print after the other; at most {@link MOST_WAITING} wait.
   * @throws Refusal report.noPrinter when no Chromium is installed or it fails, request.tooMany
   */
  print(page: PrintedPage): Promise<Uint8Array<ArrayBuffer>>;
  /** Whether the system has a font with Chinese characters; true where it cannot be asked. */
  hasCjkFont(): Promise<boolean>;
}

/** How many prints may wait for one that runs. */
export const MOST_WAITING = 8;
const PRINT_WITHIN_MS: Ms = 60_000;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Where Chromium is: the file that was named, else the first of its names on the search path, else null. */
export async function findChromium(
  named: string | undefined,
  searchPath: string = process.env.PATH ?? '',
): Promise<string | null> {
  const folders = searchPath.split(delimiter).filter((folder) => folder !== '');
  const places =
    named === undefined ? NAMES.flatMap((name) => folders.map((folder) => join(folder, name))) : [named];
  for (const place of places) {
    if (
      await access(place, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return place;
  }
  return null;
}

/**
 * A printer that starts the given Chromium for each print; nothing keeps running between prints. `bare`: without its sandbox,
 * where a container bounds it and forbids it to make one.
 */
export function chromiumPrinter(executablePath: string | null, bare = false): Printer {
  const turns = inTurn(MOST_WAITING, {
    en: 'Too many reports are being printed; try again in a minute.',
    zh: '正在生成的 PDF 过多，请一分钟后重试。',
  });
  let cjkFont: Promise<boolean> | undefined;
  return {
    async print(page) {
      if (executablePath === null) {
        throw new Refusal('report.noPrinter', {
          en: 'PDF is made by Chromium, which is not installed on this server. Install it or name it in CHROMIUM; XLSX needs none.',
          zh: 'PDF 由 Chromium 生成，但本服务器没有安装。请安装，或用 CHROMIUM 指明其位置；导出 XLSX 不需要它。',
        });
      }
      return turns.run(() => printOnce(executablePath, bare, page));
    },
    hasCjkFont() {
      cjkFont ??= promisify(execFile)('fc-list', [':lang=zh-cn', 'family']).then(
        ({ stdout }) => stdout.trim() !== '',
        () => true,
      );
      return cjkFont;
    },
  };
}

/** The page holds no scripts and may load nothing; both are also enforced here. */
async function printOnce(
  executablePath: string,
  bare: boolean,
  page: PrintedPage,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    // Loaded with the first print: it is a third of the memory of a server at rest.
    const { chromium } = await import('playwright-core');
    const browser = await chromium.launch({
      executablePath,
      headless: true,
      // Chromium has no sandbox for root, as which containers often run.
      chromiumSandbox: !bare && process.getuid?.() !== 0,
      timeout: PRINT_WITHIN_MS,
    });
    const deadline = setTimeout(() => void browser.close().catch(() => {}), PRINT_WITHIN_MS);
    try {
      const context = await browser.newContext({ javaScriptEnabled: false, offline: true });
      const tab = await context.newPage();
      await tab.setContent(page.html, { waitUntil: 'load', timeout: PRINT_WITHIN_MS });
      const pdf = await tab.pdf({
        format: 'A4',
        preferCSSPageSize: true,
        printBackground: true,
        tagged: true,
        displayHeaderFooter: true,
        headerTemplate: page.header,
        footerTemplate: page.footer,
      });
      return new Uint8Array(pdf);
    } finally {
      clearTimeout(deadline);
      await browser.close().catch(() => {});
    }
  } catch (error) {
    const [why = ''] = String(error instanceof Error ? error.message : error).split('\n', 1);
    process.emitWarning(`printing a report failed: ${why}`);
    throw new Refusal('report.noPrinter', {
      en: 'Chromium could not print this report; tell the administrator.',
      zh: 'Chromium 未能生成此报表的 PDF，请告知管理员。',
    });
  }
}
