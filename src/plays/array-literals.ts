/* Arrays as PostgreSQL reads them, written here because the driver's own encoding costs several times as much. */

/** An array of numbers. */
export function numbers(values: readonly (number | null)[]): string {
  // JSON writes them fastest, and differs in its brackets alone.
  return `{${JSON.stringify(values).slice(1, -1)}}`;
}

/** An array of texts. */
export function texts(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
