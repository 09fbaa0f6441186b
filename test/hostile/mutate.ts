import type { BaseFile } from './base-files.ts';

/** A stream of whole numbers that a seed decides: 32 bits, xorshift. */
export function randomOf(seed: number): (below: number) => number {
  let state = (seed ^ 0x9e37_79b9) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const EDGES = [0, 1, 7, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];

type Change = (bytes: Buffer, random: (below: number) => number, other: Buffer) => Buffer;

const CHANGES: readonly Change[] = [
  // Some bytes become others.
  (bytes, random) => {
    for (let n = 1 + random(24); n > 0; n -= 1) bytes[random(bytes.length)] = random(256);
    return bytes;
  },
  // The same near the front, where headers are.
  (bytes, random) => {
    for (let n = 1 + random(8); n > 0; n -= 1) bytes[random(Math.min(256, bytes.length))] = random(256);
    return bytes;
  },
  // A number becomes an extreme one, in either order of bytes.
  (bytes, random) => {
    const at = random(Math.max(1, bytes.length - 4));
    const value = EDGES[random(EDGES.length)] ?? 0;
    if (bytes.length > 4) random(2) === 0 ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
    return bytes;
  },
  // The length of a box, a chunk or a block becomes an extreme one.
  (bytes, random) => {
    const marks = [
      ...bytes
        .toString('latin1')
        .matchAll(/moov|trak|mdia|stbl|stsz|stts|stco|mdat|ftyp|IHDR|IDAT|data|fmt /g),
    ];
    const mark = marks[random(marks.length || 1)];
    if (mark && mark.index >= 4) bytes.writeUInt32BE(EDGES[random(EDGES.length)] ?? 0, mark.index - 4);
    return bytes;
  },
  // The end is missing.
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  // The start is missing.
  (bytes, random) => bytes.subarray(random(Math.min(64, bytes.length))),
  // A piece is zero, missing, doubled or somebody else's.
  (bytes, random) => {
    const at = random(bytes.length);
    return bytes.fill(0, at, Math.min(bytes.length, at + 1 + random(512)));
  },
  (bytes, random) => {
    const at = random(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(512))]);
  },
  (bytes, random) => {
    const at = random(bytes.length);
    const piece = bytes.subarray(at, at + 1 + random(2_048));
    return Buffer.concat([bytes.subarray(0, at), piece, piece, piece, bytes.subarray(at)]);
  },
  (bytes, random, other) => {
    const [at, from] = [random(bytes.length), random(other.length)];
    return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + 4_096), bytes.subarray(at)]);
  },
  // Two files in one.
  (bytes, _, other) => Buffer.concat([bytes, other]),
];

/** The mutation of a number: one honest file, spoilt in one to three ways. Always the same for the same number. */
export function mutation(number: number, bases: readonly BaseFile[]): BaseFile {
  const random = randomOf(Math.imul(number + 1, 2_654_435_761));
  const pick = () => bases[random(bases.length)] ?? { name: 'none', bytes: Buffer.alloc(1) };
  const base = pick();
  let bytes = Buffer.from(base.bytes);
  for (let n = 1 + random(3); n > 0 && bytes.length > 0; n -= 1)
    bytes = Buffer.from(CHANGES[random(CHANGES.length)]?.(bytes, random, pick().bytes) ?? bytes);
  return { name: `${number} of ${base.name}`, bytes };
}
