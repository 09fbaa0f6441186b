/** Most characters that are kept of a play that was not believed. */
export const MOST_STORED = 4_000;
const DEEPEST = 8;

/**
 * A play as sent, as JSON text that PostgreSQL's jsonb accepts: without NUL and lone surrogates, at most
 * {@link MOST_STORED} characters and 8 levels. What is longer becomes `{"truncated": "…"}`.
 */
export function storedReport(raw: unknown): string {
  const text = JSON.stringify(cleaned(raw, DEEPEST));
  if (text.length <= MOST_STORED) return text;
  // Every cut character may be escaped twice, hence the half.
  return JSON.stringify({ truncated: clean(text.slice(0, MOST_STORED / 2)) });
}

function cleaned(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.slice(0, MOST_STORED).map((item) => cleaned(item, depth - 1));
  const entries = Object.entries(value).slice(0, MOST_STORED);
  return Object.fromEntries(entries.map(([key, item]) => [clean(key), cleaned(item, depth - 1)]));
}

function clean(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed();
}
