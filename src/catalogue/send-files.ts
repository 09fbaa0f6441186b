import { close, open, read } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { Bytes } from '../base/units.ts';
import type { ByteRange } from './byte-range.ts';

/** Sizes of buffers. A slow player holds small ones, a fast one needs few steps; what fits into the last is one step. */
const SIZES: readonly [slow: Bytes, fast: Bytes, whole: Bytes] = [131_072, 524_288, 1_048_576];
/** A piece that is gone within this time was taken by a fast one. */
const FAST_MS = 20;
/** Buffers of each size that are kept for the next piece. */
const KEPT = 8;

const spare = new Map<Bytes, Buffer[]>(SIZES.map((bytes) => [bytes, []]));

function takeBuffer(wanted: Bytes): Buffer {
  const bytes = SIZES.find((size) => size >= wanted) ?? wanted;
  return spare.get(bytes)?.pop() ?? Buffer.allocUnsafeSlow(bytes);
}

function giveBack(buffer: Buffer): void {
  const kept = spare.get(buffer.length);
  if (kept !== undefined && kept.length < KEPT) kept.push(buffer);
}

/**
 * Writes a part of a file behind a head that has been written, piece by piece: the next piece is read while one is
 * under way, and a further one only once the connection has taken that. A player that goes away, or a disk that fails,
 * ends the connection. `onLost`: there is no such file.
 */
export function sendPart(
  path: string,
  { from, to }: ByteRange,
  response: ServerResponse,
  onLost: () => void = () => {},
): void {
  open(path, 'r', (error, file) => {
    if (error) {
      onLost();
      return void response.destroy();
    }
    const [slow, fast, whole] = SIZES;
    let [at, underWay, isReading, isOver] = [from, 0, false, false];
    let pieceBytes = to - from < whole ? whole : fast;

    function finish(): void {
      if (isOver) return;
      isOver = true;
      if (!isReading) close(file, () => {});
    }

    function readOn(): void {
      if (isOver || isReading || at > to || underWay > 1) return;
      const wanted = Math.min(pieceBytes, to - at + 1);
      const buffer = takeBuffer(wanted);
      isReading = true;
      read(file, buffer, 0, wanted, at, (failed, bytes) => {
        isReading = false;
        if (isOver) return void close(file, () => giveBack(buffer));
        if (failed || bytes === 0) {
          giveBack(buffer);
          return void response.destroy();
        }
        at += bytes;
        write(buffer, bytes);
        if (pieceBytes !== slow) readOn();
      });
    }

    function write(buffer: Buffer, bytes: Bytes): void {
      const since = performance.now();
      underWay += 1;
      const taken = (broken?: Error | null) => {
        giveBack(buffer);
        underWay -= 1;
        if (broken) return finish();
        if (pieceBytes !== whole) pieceBytes = performance.now() - since < FAST_MS ? fast : slow;
        readOn();
      };
      // The last piece takes the end of the answer along.
      if (at > to) response.end(buffer.subarray(0, bytes), taken);
      else response.write(buffer.subarray(0, bytes), taken);
    }

    response.once('close', finish);
    // Everyday: the close that follows says all that there is to know.
    response.on('error', finish);
    if (response.destroyed) finish();
    else readOn();
  });
}
