import { hash } from 'node:crypto';
import { z } from 'zod';
import { sha256Schema } from '../contract/media-type.ts';

/** The form of the folder that a backup is; another form gets another number. */
const FORM = 1;

const nameSchema = z.string().regex(/^[a-z_][a-z0-9_]*$/);
const countSchema = z.int().nonnegative();

/** What a table held: how many rows, and a digest of them that does not ask for their order. */
export const contentSchema = z.object({ rows: countSchema, digest: z.string().regex(/^[0-9a-f]{16}$/) });
/** See {@link contentSchema}. */
export type Content = z.infer<typeof contentSchema>;

const tableSchema = contentSchema.extend({
  name: nameSchema,
  columns: z.array(nameSchema).min(1),
  /** Of a table in parts: each part with its bounds, as PostgreSQL writes them. */
  parts: z.array(
    z.object({
      name: nameSchema,
      bounds: z.string().regex(/^FOR VALUES FROM \('[\d :.+-]+'\) TO \('[\d :.+-]+'\)$/),
    }),
  ),
});
/** One table of a backup. */
export type BackupTable = z.infer<typeof tableSchema>;

/** The list of contents of a backup: its file `backup.json`, written last. */
export const backupSchema = z.object({
  form: z.literal(FORM),
  /** Of the program that made it. */
  version: z.string(),
  madeAt: z.iso.datetime(),
  /** The database that it is of. */
  kind: z.enum(['postgres', 'embedded']),
  /** The newest migration that the database had, by its time stamp in milliseconds. */
  schema: countSchema,
  tables: z.array(tableSchema),
  /** The next numbers: what each sequence gave last, and whether it gave that already. */
  sequences: z.array(z.object({ name: nameSchema, last: countSchema, isCalled: z.boolean() })),
  /** Media that the database names; their bytes are not in the backup. */
  media: z.array(sha256Schema),
  /** Archived months of plays, which all backups beside this one share; older backups do not name them. */
  archive: z
    .array(z.object({ fileName: z.string().regex(/^plays-\d{4}-\d{2}\.csv\.gz$/), sha256: sha256Schema }))
    .default([]),
  /** Every other file of the folder, by its path there. */
  files: z.array(z.object({ path: z.string(), sha256: sha256Schema, bytes: countSchema })),
});
/** See {@link backupSchema}. */
export type Backup = z.infer<typeof backupSchema>;

/** See {@link backupSchema}. */
export const BACKUP_FORM = FORM;

/**
 * Sums up rows as they pass: the first 64 bits of each row's SHA-256, added modulo 2^64. Equal rows in any order give
 * equal sums; rows that differ do not, but for a chance of 2^-64. It proves that a copy is a copy, not that nobody meant harm.
 */
export function contentSum(): { add(line: string): void; content(): Content } {
  let rows = 0;
  let sum = 0n;
  return {
    add(line) {
      rows += 1;
      sum = BigInt.asUintN(64, sum + hash('sha256', line, 'buffer').readBigUInt64BE());
    },
    content: () => ({ rows, digest: sum.toString(16).padStart(16, '0') }),
  };
}
