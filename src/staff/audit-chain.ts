import { createHash } from 'node:crypto';
import type { AuditEntry } from '../base/audit.ts';

/** What the first entry has in place of the hash before it. */
export const FIRST_PREVIOUS_HASH: string = '0'.repeat(64);

/** A value as JSON holds it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The value as PostgreSQL's jsonb will give it back: no undefined, no NUL character, no half surrogates
 * (jsonb refuses the last two, and a file name of a stranger must not stop an entry).
 */
export function storable(value: unknown): Json {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD').toWellFormed();
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(storable);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return null;
  const kept = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(kept.map(([key, inner]) => [String(storable(key)), storable(inner)]));
}

/** JSON with the keys of every object in code-unit order and no spaces: equal values, equal text. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`).join(',')}}`;
}

/**
 * The hash of an entry: SHA-256, lower-case hex, over the canonical JSON of
 * [previous hash, at (ISO 8601, UTC, milliseconds), actor, action, subject, detail]. The entry must already
 * be {@link storable}.
 */
export function entryHash(previousHash: string, entry: AuditEntry): string {
  const at = new Date(entry.at).toISOString();
  const detail = storable(entry.detail);
  const text = canonicalJson([previousHash, at, entry.actor, entry.action, entry.subject, detail]);
  return createHash('sha256').update(text).digest('hex');
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
