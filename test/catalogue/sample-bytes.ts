import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';

/** A WAV file of one tone: 8 kHz, 16 bit, mono. */
export function wav(seconds: number, hertz = 440): Buffer {
  const samples = Math.round(seconds * 8_000);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples * 2, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples * 2, 40);
  const data = Buffer.alloc(samples * 2);
  for (let i = 0; i < samples; i += 1)
    data.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * hertz * i) / 8_000)), i * 2);
  return Buffer.concat([header, data]);
}

/** A still of noise that no other call makes, so that its hash is its own. */
export async function still(
  format: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif',
  width = 64,
  height = 48,
  orientation?: number,
): Promise<Buffer> {
  const noise = randomBytes(width * height * 3);
  const picture = sharp(noise, { raw: { width, height, channels: 3 } });
  return (orientation === undefined ? picture : picture.withMetadata({ orientation }))
    .toFormat(format)
    .toBuffer();
}

/** A sample film, H.264 and AAC, index first; 15 s, 1920 × 1080. */
export const film = (): Buffer => readFileSync('media/samples/psa-ebike-charging.mp4');
/** A sample film in portrait; 16 s, 720 × 1280. */
export const portraitFilm = (): Buffer => readFileSync('media/samples/psa-escape-portrait.mp4');
/** A sample announcement, AAC in MP4; 19.5 s. */
export const speech = (): Buffer => readFileSync('media/samples/notice-spring-festival-audio.m4a');

/** The bytes as a stream of chunks. */
export async function* streamOf(bytes: Uint8Array, chunk = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Files that are not what they claim, with the code that each is refused by. */
export async function badFiles(): Promise<[what: string, bytes: Buffer, code: string][]> {
  const whole = film();
  const jpeg = await still('jpeg', 400, 300);
  const png = await still('png', 400, 300);
  const sound = wav(2);
  return [
    ['a file of 0 bytes', Buffer.alloc(0), 'asset.empty'],
    ['a text', ascii('this is not a film\n'.repeat(50)), 'asset.notMedia'],
    ['a Chinese text', Buffer.from('这不是视频\n'.repeat(50)), 'asset.notMedia'],
    [
      'a playlist that points at local files',
      ascii('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'),
      'asset.notMedia',
    ],
    ['an ffmpeg concat list', ascii("ffconcat version 1.0\nfile '/etc/passwd'\n"), 'asset.notMedia'],
    ['an SVG', ascii('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'), 'asset.notMedia'],
    ['an SVG after an XML line', ascii('<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg/>'), 'asset.notMedia'],
    ['a web page', ascii('<!doctype html><title>x</title>'), 'asset.notMedia'],
    ['a PDF', ascii('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), 'asset.notMedia'],
    ['an archive', Buffer.concat([ascii('PK\x03\x04'), Buffer.alloc(100)]), 'asset.notMedia'],
    ['a program', Buffer.concat([ascii('\x7fELF\x02\x01'), Buffer.alloc(100)]), 'asset.notMedia'],
    ['zeros', Buffer.alloc(100_000), 'asset.notMedia'],
    ['one byte', Buffer.from([0xff]), 'asset.notMedia'],
    [
      'a HEIC picture',
      Buffer.concat([Buffer.from([0, 0, 0, 24]), ascii('ftypheic\0\0\0\0mif1heic'), Buffer.alloc(500)]),
      'asset.notMedia',
    ],
    ['the first 20 kB of a film', whole.subarray(0, 20_000), 'asset.damaged'],
    ['the first half of a film', whole.subarray(0, whole.length / 2), 'asset.damaged'],
    ['a film without its last kilobyte', whole.subarray(0, whole.length - 1_024), 'asset.damaged'],
    ['a film’s first 32 bytes', whole.subarray(0, 32), 'asset.damaged'],
    [
      'a film of zeros after its type',
      Buffer.concat([whole.subarray(0, 32), Buffer.alloc(50_000)]),
      'asset.damaged',
    ],
    ['half a JPEG', jpeg.subarray(0, jpeg.length / 2), 'asset.damaged'],
    ['half a PNG', png.subarray(0, png.length / 2), 'asset.damaged'],
    ['half a WAV', sound.subarray(0, sound.length / 2), 'asset.damaged'],
    ['an Ogg without anything in it', ascii('OggS').subarray(0, 4), 'asset.damaged'],
    [
      'a Matroska header with nothing behind it',
      Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.alloc(200)]),
      'asset.damaged',
    ],
  ];
}

const CONTAINERS = ['moov', 'trak', 'mdia', 'minf', 'stbl'];

/**
 * The film with four million durations of pictures in its index, each of which a reader keeps as an object: 32 MB become some
 * 400 MB of heap.
 */
export function greedyFilm(bytes: Buffer = film()): Buffer {
  const boxes: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const content = bytes.subarray(at + 8, at + length);
    const more =
      type === 'stts' ? manyDurations() : CONTAINERS.includes(type) ? greedyFilm(content) : content;
    boxes.push(box(type, more.length + 8), more);
    at += length;
  }
  return Buffer.concat(boxes);
}

/** The beginning of an MP4 of `bytes` whose index is all of them. */
export function indexOf(bytes: number): Buffer {
  return Buffer.concat([Buffer.from('\0\0\0\x14ftypisom\0\0\0\x01isom', 'latin1'), box('moov', bytes - 20)]);
}

function manyDurations(): Buffer {
  const entries = Buffer.alloc(8 + 4_000_000 * 8, 1);
  entries.writeUInt32BE(0, 0);
  entries.writeUInt32BE(4_000_000, 4);
  return entries;
}

function box(type: string, length: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(length);
  head.write(type, 4, 'latin1');
  return head;
}
