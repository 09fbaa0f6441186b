import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** One line of the truth: what one simulated player had on, by its own clock. */
export interface TruthLine {
  readonly hardwareId: string;
  readonly endpointId: number;
  readonly sha256: string;
  readonly assetId: number;
  readonly bookingId: number | null;
  readonly overrideId: number | null;
  /** Of the first frame, by the clock of the machine that simulates. */
  readonly startedAt: string;
  readonly shownMs: number;
}

/** A file of JSON lines that grows while the fleet plays. */
export interface TruthFile {
  write(line: TruthLine): void;
  /** Resolves when every line is in the file. */
  close(): Promise<void>;
}

/** Opens (and empties) the file. */
export function truthFile(path: string): TruthFile {
  const stream = createWriteStream(path, { flags: 'w' });
  return {
    write(line) {
      stream.write(`${JSON.stringify(line)}\n`);
    },
    async close() {
      stream.end();
      await once(stream, 'close');
    },
  };
}
