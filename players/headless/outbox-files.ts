import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { epochSchema, type Play, playSchema, seqRangeSchema } from '../../src/contract/play-report.ts';
import type { OpenPlay } from '../core/player-event.ts';
import type { OutboxStorage } from '../core/ports.ts';
import { writeWhole } from '../node/whole-files.ts';

// One line of JSON for each thing that happened; the file is only ever appended to, and rewritten whole when
// most of it is history. A line torn by a power cut is the last one, and was never acknowledged.
const { seq, bookingId, overrideId, assetId, sha256, startedAt } = playSchema.shape;
const plannedMs = z.int().nonnegative();
const headSchema = z.object({ epoch: epochSchema, lastSeq: z.int().nonnegative() });
const beginSchema = z.object({
  begin: z.object({ seq, bookingId, overrideId, assetId, sha256, startedAt, plannedMs }),
});
const playedSchema = z.object({ play: playSchema });
const goneSchema = z.object({ gone: z.array(seqRangeSchema), lastSeq: z.int().nonnegative() });
const LINES = [headSchema, beginSchema, playedSchema, goneSchema] as const;
type Line = z.infer<(typeof LINES)[number]>;

/** Lines of history that are worth a rewrite of the file. */
const REWRITE_LINES = 2_000;

/** The outbox as an append-only file. Every promise resolves after fsync. `rewriteLines`: history worth a rewrite. */
export function outboxFile(
  path: string,
  rewriteLines = REWRITE_LINES,
): OutboxStorage & { close(): Promise<void> } {
  const plays = new Map<number, Play>();
  const begun = new Map<number, OpenPlay>();
  let epoch = '';
  let lastSeq = 0;
  let lines = 0;
  let file: FileHandle | null = null;

  function take(line: Line): void {
    if ('epoch' in line) {
      epoch = line.epoch;
      lastSeq = Math.max(lastSeq, line.lastSeq);
    } else if ('begin' in line) {
      begun.set(line.begin.seq, line.begin);
      lastSeq = Math.max(lastSeq, line.begin.seq);
    } else if ('play' in line) {
      begun.delete(line.play.seq);
      plays.set(line.play.seq, line.play);
      lastSeq = Math.max(lastSeq, line.play.seq);
    } else {
      lastSeq = Math.max(lastSeq, line.lastSeq);
      for (const seq of [...plays.keys()]) {
        if (line.gone.some(([from, to]) => seq >= from && seq <= to)) plays.delete(seq);
      }
    }
  }

  async function rewrite(): Promise<void> {
    const kept: Line[] = [
      { epoch, lastSeq },
      ...[...begun.values()].map((begin) => ({ begin })),
      ...[...plays.values()].sort((a, b) => a.seq - b.seq).map((play) => ({ play })),
    ];
    await file?.close();
    file = null;
    await writeWhole(path, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
    lines = kept.length;
    file = await open(path, 'a');
  }

  async function append(added: readonly Line[]): Promise<void> {
    // A write that failed may have left half a line: begin on a fresh one, in a fresh file.
    if (!file) await rewrite();
    try {
      await file?.appendFile(added.map((line) => `${JSON.stringify(line)}\n`).join(''));
      await file?.datasync();
    } catch (cause) {
      await file?.close().catch(() => {});
      file = null;
      throw cause;
    }
    for (const line of added) take(line);
    lines += added.length;
    if (lines > rewriteLines + 2 * plays.size) await rewrite();
  }

  return {
    async load() {
      await mkdir(dirname(path), { recursive: true });
      let text = '';
      try {
        text = await readFile(path, 'utf8');
      } catch {
        // First start, or the storage was lost: a new epoch either way.
      }
      for (const raw of text.split('\n')) {
        const line = raw === '' ? null : readLine(raw);
        if (line) take(line);
      }
      // Without its first line the file is not ours to continue: the numbers in it may be used already.
      if (epoch === '') {
        plays.clear();
        begun.clear();
        lastSeq = 0;
        epoch = randomUUID();
      }
      await rewrite();
      return {
        epoch,
        lastSeq,
        plays: [...plays.values()].sort((a, b) => a.seq - b.seq),
        open: [...begun.values()],
      };
    },
    begin: (begin) => append([{ begin }]),
    append: (added) => append(added.map((play) => ({ play }))),
    remove: (gone) => append([{ gone: gone.map(([from, to]) => [from, to]), lastSeq }]),
    async close() {
      await file?.close();
      file = null;
    },
  };
}

function readLine(text: string): Line | null {
  try {
    const json: unknown = JSON.parse(text);
    for (const schema of LINES) {
      const line = schema.safeParse(json);
      if (line.success) return line.data;
    }
  } catch {
    // Torn by a power cut.
  }
  return null;
}
