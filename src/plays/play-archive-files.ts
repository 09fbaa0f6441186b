import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

const HEADER =
  'player_id,epoch_no,seq,endpoint_id,asset_id,booking_id,override_id,started_at,duration_ms,outcome,received_at';
const LINES = 5_000;

/** A file of plays as gzipped CSV. */
export interface PlayArchiveFile {
  readonly path: string;
  /** Writes all lines under a preliminary name and forces them to the disk. */
  write(lines: AsyncIterable<readonly string[]>): Promise<void>;
  /** The lines of the preliminary file, counted after unpacking it anew, and the file's SHA-256. */
  check(): Promise<{ readonly lines: number; readonly sha256: string }>;
  /** Gives it its final name. */
  keep(): Promise<void>;
  /** The SHA-256 of the final file. */
  sha256(): Promise<string>;
  /** The lines of the final file, some thousand at a time. */
  read(): AsyncGenerator<string[]>;
}

/** The file of a name in a folder, which is made when it is missing. */
export async function playArchiveFile(folder: string, name: string): Promise<PlayArchiveFile> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const part = `${path}.part`;
  return {
    path,
    async write(lines) {
      await pipeline(Readable.from(textOf(lines)), createGzip(), createWriteStream(part));
      const written = await open(part, 'r+');
      await written.sync();
      await written.close();
    },
    async check() {
      let count = 0;
      for await (const lines of linesIn(part)) count += lines.length;
      return { lines: count, sha256: await hashOf(part) };
    },
    keep: () => rename(part, path),
    sha256: () => hashOf(path),
    read: () => linesIn(path),
  };
}

async function* textOf(lines: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  yield `${HEADER}\n`;
  for await (const some of lines) if (some.length > 0) yield `${some.join('\n')}\n`;
}

async function* linesIn(path: string): AsyncGenerator<string[]> {
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()), crlfDelay: Infinity });
  let together: string[] = [];
  for await (const line of lines) {
    if (line === HEADER) continue;
    together.push(line);
    if (together.length < LINES) continue;
    yield together;
    together = [];
  }
  if (together.length > 0) yield together;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}
