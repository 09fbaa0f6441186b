import { type CsvError, parse } from 'csv-parse/sync';
import { Refusal, type RefusalCode } from './refusal.ts';

/** A row of a table, with its line in the file (from 1). */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A line that is no row, and why. `text` begins as the line does. */
export interface BrokenLine {
  readonly line: number;
  readonly text: string;
  readonly message: string;
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
    throw new Refusal(
      unreadable,
      'This is not a text file. Save the table as “CSV UTF-8” (an .xlsx workbook cannot be read).',
    );
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

function quoteFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? (error as CsvError).code : '';
  return code.includes('QUOTE') ? 'a quotation mark is not closed or stands in the wrong place' : 'not a row';
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
      `The first line must name the columns; missing: ${missing.map((one) => `${one.name} (${one.chinese})`).join(', ')}.`,
      missing.map((one) => ({ where: one.name, message: 'the column is missing' })),
    );
  }
  const twice = columns.find((one, index) => one && columns.indexOf(one) !== index);
  if (twice) throw new Refusal(unreadable, `The column ${twice.name} appears twice.`);
  return columns.map((one) => one ?? null);
}
