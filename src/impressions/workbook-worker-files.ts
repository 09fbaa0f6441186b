import { parentPort, workerData } from 'node:worker_threads';
import writeWorkbook from 'write-excel-file/node';
import { playsSheets, wholeSheets } from './report-sheets.ts';
import type { SheetCell, SheetModel } from './sheet.ts';
import type { WorkbookOrder } from './workbook-files.ts';

type Cell = Parameters<typeof writeWorkbook>[0][number] extends { data: (infer R)[] }
  ? R extends (infer C)[]
    ? C
    : never
  : never;

const HEAD = { fontWeight: 'bold', backgroundColor: '#1f3a5f', textColor: '#ffffff', wrap: true } as const;
const TOTAL = { fontWeight: 'bold', topBorderStyle: 'thin', backgroundColor: '#eef2f7' } as const;

/**
 * The sheets as an XLSX workbook: header lines frozen, numbers as numbers, dates as dates. Text is written
 * as text, also where it begins as a formula does.
 */
export async function workbookBytes(sheets: readonly SheetModel[]): Promise<Uint8Array<ArrayBuffer>> {
  const pages = sheets.map(({ name, header, rows, totals, widths }) => ({
    sheet: sheetName(name),
    stickyRowsCount: 1,
    columns: widths.map((width) => ({ width })),
    data: [
      header.map((value) => ({ type: String, value: clean(value), ...HEAD })),
      ...rows.map((cells) => cells.map((cell) => cellOf(cell, {}))),
      ...(totals ? [totals.map((cell) => cellOf(cell, TOTAL))] : []),
    ],
  }));
  const bytes = await writeWorkbook(pages, { fontFamily: 'Arial', fontSize: 10 }).toBuffer();
  return new Uint8Array(bytes);
}

function cellOf(cell: SheetCell, style: Partial<typeof TOTAL>): Cell {
  switch (cell.is) {
    case 'text':
      return { type: String, value: clean(cell.value), wrap: cell.value.length > 60, ...style };
    case 'count':
      return { type: Number, value: cell.value, format: '#,##0', ...style };
    case 'decimal':
      return { type: Number, value: cell.value, format: '#,##0.0', ...style };
    case 'share':
      return { type: Number, value: cell.value, format: '0.00%', ...style };
    case 'date':
      return { type: Date, value: new Date(`${cell.value}T00:00:00Z`), format: 'yyyy-mm-dd', ...style };
    case 'empty':
      return { type: String, value: '', ...style };
  }
}

/** Control characters that XML 1.0 cannot hold would make the whole workbook unreadable; 32,767 is Excel's most. */
function clean(value: string): string {
  return value
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '')
    .slice(0, 32_767);
}

/** At most 31 characters, without those that spreadsheets forbid in names of sheets. */
function sheetName(name: string): string {
  return name.replaceAll(/[\\/?*[\]:]/g, ' ').slice(0, 31);
}

function sheetsOf(order: WorkbookOrder): SheetModel[] {
  const { lang } = order;
  if (order.of === 'plays') return playsSheets(order.report, order.other, lang);
  return wholeSheets(order.report, order.head, lang);
}

// The body of the thread; run by `new Worker` alone. Elsewhere this file is only its functions.
if (parentPort && (workerData as { of?: unknown } | null)?.of !== undefined) {
  const bytes = await workbookBytes(sheetsOf(workerData as WorkbookOrder));
  parentPort.postMessage(bytes, [bytes.buffer]);
}
