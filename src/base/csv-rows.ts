import { type CsvError, parse } from 'csv-parse/sync';
import type { z } from 'zod';
import { partsOf } from './issue-words.ts';
import { Refusal, type RefusalCode } from './refusal.ts';
import { joined, type Language, type Sentence } from './sentence.ts';

/** A row of a table, with its line in the file (from 1). */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A line that is no row, and why. `text` begins as the line does. */
export interface BrokenLine {
  readonly line: number;
  readonly text: string;
  readonly message: Sentence;
}

/** A table as it came: every line that holds something is in one of the two. */
export interface CsvTable {
  readonly records: readonly CsvRecord[];
  readonly broken: readonly BrokenLine[];
}

/**
 * Reads a table of text. Bytes: UTF-8 with or without BOM, UTF-16 with BOM, or GBK as Excel writes it; fields
 * separated by comma or tab. A stray quotation mark costs its own line only.
 * @throws Refusal of the code given, when the bytes are no text
 */
export function readCsv(bytes: Uint8Array, unreadable: RefusalCode): CsvTable {
  const text = decodeText(bytes);
  if (text === null) {
    throw new Refusal(unreadable, {
      en: 'This is not a text file. Save the table as “CSV UTF-8” (an .xlsx workbook cannot be read).',
      zh: '这不是文本文件。请在 Excel 中另存为“CSV UTF-8”后再上传（不能读取 .xlsx 工作簿）。',
    });
  }
  const delimiter = delimiterOf(text);
  const options = {
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    trim: true,
  } as const;
  const read = (part: string, offset: number): CsvRecord[] =>
    (parse(part, options) as unknown as { record: string[]; info: { lines: number } }[]).map(
      ({ record, info }) => ({ line: info.lines + offset, cells: record }),
    );
  try {
    return { records: read(text, 0), broken: [] };
  } catch {
    // A stray quote can swallow the rest of the file: line by line it costs its own row only.
    const records: CsvRecord[] = [];
    const broken: BrokenLine[] = [];
    for (const [index, one] of text.split(/\r\n|\r|\n/).entries()) {
      try {
        records.push(...read(one, index));
      } catch (error) {
        const [first = ''] = one.split(delimiter, 1);
        broken.push({ line: index + 1, text: first.slice(0, 64), message: quoteFault(error) });
      }
    }
    return { records, broken };
  }
}

/** The text of bytes in UTF-8 (BOM or not), UTF-16 with BOM or GBK; null when they are no text. */
export function decodeText(bytes: Uint8Array): string | null {
  const encodings = bytes[0] === 0xff && bytes[1] === 0xfe ? ['utf-16le'] : ['utf-8', 'gbk'];
  for (const encoding of encodings) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return text.includes('\0') ? null : text;
    } catch {
      // Not in this encoding; the next may fit.
    }
  }
  return null;
}

function quoteFault(error: unknown): Sentence {
  const code = error instanceof Error && 'code' in error ? (error as CsvError).code : '';
  return code.includes('QUOTE')
    ? { en: 'a quotation mark is not closed or stands in the wrong place', zh: '引号未成对或位置不对' }
    : { en: 'not a row', zh: '不是有效的一行' };
}

function delimiterOf(text: string): string {
  const [header = ''] = text.split(/[\r\n]/, 1);
  return header.includes('\t') && !header.includes(',') ? '\t' : ',';
}

/** A column that a table may have, by its name or its Chinese one. */
export interface CsvColumn {
  readonly name: string;
  readonly chinese: string;
  readonly required?: true;
}

/**
 * The columns that a heading names, in its order; null for one that nobody knows.
 * @throws Refusal `unreadable` when a required column is missing or one appears twice
 */
export function readHeading<C extends CsvColumn>(
  { cells }: CsvRecord,
  known: readonly C[],
  unreadable: RefusalCode,
): (C | null)[] {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const columns = names.map((name) => known.find((one) => one.name === name || one.chinese === name));
  const missing = known.filter((one) => one.required && !columns.includes(one));
  if (missing.length > 0) {
    throw new Refusal(
      unreadable,
      {
        en: `The first line must name the columns; missing: ${missing.map((one) => `${one.name} (${one.chinese})`).join(', ')}.`,
        zh: `第一行必须是列名，缺少：${missing.map((one) => `${one.chinese}（${one.name}）`).join('、')}。`,
      },
      missing.map((one) => ({
        where: one.name,
        message: { en: 'the column is missing', zh: '缺少此列' },
      })),
    );
  }
  const twice = columns.find((one, index) => one && columns.indexOf(one) !== index);
  if (twice)
    throw new Refusal(unreadable, {
      en: `The column ${twice.name} appears twice.`,
      zh: `列“${twice.chinese}”（${twice.name}）出现了两次。`,
    });
  return columns.map((one) => one ?? null);
}

/** What is wrong with a cell, or with the row as a whole when there is no column. */
export function cellFault(column: CsvColumn | undefined, { en, zh }: Sentence): Sentence {
  if (!column) return { en: `row: ${en}`, zh: `本行：${zh}` };
  return { en: `${column.name}: ${en}`, zh: `${column.chinese}（${column.name}）：${zh}` };
}

/** What a schema found wrong with a row that was read as `given`, each fault with the column of its field. */
export function rowFault(
  error: z.core.$ZodError,
  given: unknown,
  columnOf: (field: string) => CsvColumn | undefined,
): Sentence {
  const faults = partsOf(error, given).map(({ where, message }) =>
    cellFault(columnOf(where.split('.', 1)[0] ?? ''), message),
  );
  return joined([...new Map(faults.map((fault) => [fault.en, fault])).values()]);
}

/** What is said of a row that is longer than its heading. */
export const ROW_TOO_LONG: Sentence = {
  en: 'the row has more fields than the header; put fields with commas in quotes',
  zh: '本行的列数比表头多；内容中含逗号时请用引号括起来',
};

/** The refusal of a file in which nothing stands. */
export function emptyTable(unreadable: RefusalCode): Refusal {
  return new Refusal(unreadable, {
    en: 'The file is empty: it has not even a header line.',
    zh: '文件是空的，连表头也没有。',
  });
}

/** The refusal of a file with a heading alone; `wanted` names its rows. */
export function noRows(unreadable: RefusalCode, wanted: Sentence): Refusal {
  return new Refusal(unreadable, {
    en: `The file has a header line but no ${wanted.en} below it.`,
    zh: `文件只有表头，下面没有${wanted.zh}。`,
  });
}

/** The refusal of a file with more than `most` rows. */
export function tooManyRows(unreadable: RefusalCode, most: number): Refusal {
  return new Refusal(unreadable, {
    en: `A file has at most ${most} rows; divide it.`,
    zh: `一个文件最多 ${most} 行，请拆分后分别上传。`,
  });
}

/** Faults of rows as they are told in one language. */
export function told<F extends { readonly message: Sentence }>(
  faults: readonly F[],
  language: Language,
): (Omit<F, 'message'> & { message: string })[] {
  return faults.map((fault) => ({ ...fault, message: fault.message[language] }));
}
