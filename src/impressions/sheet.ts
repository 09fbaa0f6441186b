/** A cell with its type. Text stays text whatever it begins with: nothing here can become a formula. */
export type SheetCell =
  | { readonly is: 'text'; readonly value: string }
  | { readonly is: 'count'; readonly value: number }
  /** With one decimal. */
  | { readonly is: 'decimal'; readonly value: number }
  /** 0 to 1, shown as per cent. */
  | { readonly is: 'share'; readonly value: number }
  /** A calendar date, YYYY-MM-DD. */
  | { readonly is: 'date'; readonly value: string }
  | { readonly is: 'empty' };

/** One sheet: a header line, rows, and perhaps a line of totals. */
export interface SheetModel {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly SheetCell[])[];
  readonly totals?: readonly SheetCell[];
  /** Widths of the columns in characters. */
  readonly widths: readonly number[];
}
