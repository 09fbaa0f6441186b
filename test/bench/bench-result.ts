/** What a benchmark prints as its last line. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same measure for the best yardstick, or the stated limit where there is none. */
  readonly yardstick: number;
  /** value / yardstick. */
  readonly ratio: number;
  /** How many cases, sets or runs. */
  readonly n: number;
  /** Further measures, beside the value. */
  readonly [more: string]: unknown;
}

/** The p-th quantile (0 to 1) of unsorted numbers, by nearest rank; 0 for none. */
export function quantile(numbers: readonly number[], p: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? 0;
}

/** Rounded to four places, for reading. */
export function rounded(number: number): number {
  return Math.round(number * 10_000) / 10_000;
}
