import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { inTurn } from '../base/in-turn.ts';
import type { Ms } from '../base/units.ts';
import type { Lang } from './formula-words.ts';
import type { PlaysReport } from './report-figures.ts';
import type { SheetHead } from './report-sheets.ts';
import type { OtherChannels, WholeReport } from './whole-report.ts';

/** Of what a workbook is made. */
export type WorkbookOrder =
  | {
      readonly of: 'plays';
      readonly report: PlaysReport;
      readonly other: OtherChannels | null;
      readonly lang: Lang;
    }
  | { readonly of: 'whole'; readonly report: WholeReport; readonly head: SheetHead; readonly lang: Lang };

const MADE_WITHIN_MS: Ms = 120_000;
const turns = inTurn(8, {
  en: 'Too many workbooks are being made; try again in a minute.',
  zh: '正在生成的工作簿过多，请一分钟后重试。',
});

/**
 * Makes an XLSX workbook in a thread of its own, one after the other: ten thousand rows take more than a
 * second, in which the server must go on answering.
 * @throws Refusal request.tooMany
 */
export function workbookOf(order: WorkbookOrder): Promise<Uint8Array<ArrayBuffer>> {
  return turns.run(async () => {
    const worker = new Worker(new URL('./workbook-worker-files.ts', import.meta.url), { workerData: order });
    try {
      const [bytes] = await once(worker, 'message', { signal: AbortSignal.timeout(MADE_WITHIN_MS) });
      return bytes as Uint8Array<ArrayBuffer>;
    } finally {
      await worker.terminate();
    }
  });
}
