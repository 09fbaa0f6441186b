import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { film, still, wav } from '../catalogue/sample-bytes.ts';
import { ffmpeg, picture, tone } from '../renditions/ffmpeg-films.ts';

/** How a file must end: taken as a class of media, refused with one of the codes, or either (both are safe). */
export type Expected = 'video' | 'image' | 'audio' | `asset.${string}` | readonly string[];

/** A file made to do harm, or only odd. */
export interface HostileFile {
  readonly what: string;
  readonly bytes: Buffer;
  readonly expected: Expected;
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** A chunk of PNG with its right checksum. */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([ascii(type), data]);
  return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
}

/** A PNG of 8-bit greys whose header may lie. */
function png(width: number, height: number, data: Buffer, more: readonly Buffer[] = []): Buffer {
  const header = Buffer.concat([u32(width), u32(height), Buffer.from([8, 0, 0, 0, 0])]);
  return Buffer.concat([
    ascii('\x89PNG\r\n\x1a\n'),
    ...[chunk('IHDR', header), ...more, chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))],
  ]);
}

/** A box of MP4; `length` may lie. */
function box(type: string, content: Buffer, length = content.length + 8): Buffer {
  return Buffer.concat([u32(length), ascii(type), content]);
}

const FTYP = box('ftyp', ascii('isom\0\0\0\x01isomavc1'));

/** Boxes within boxes. */
function nested(type: string, depth: number): Buffer {
  const head = Buffer.alloc(depth * 8);
  for (let n = 0; n < depth; n += 1) {
    head.writeUInt32BE((depth - n) * 8, n * 8);
    head.write(type, n * 8 + 4, 'latin1');
  }
  return head;
}

/** A copy in which the bytes at a distance behind a mark are others. */
function patched(bytes: Buffer, mark: string, behind: number, value: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(mark, 0, 'latin1');
  if (at < 0) throw new Error(`there is no ${mark}`);
  value.copy(copy, at + behind);
  return copy;
}

function wavWith(at: number, value: Buffer): Buffer {
  const bytes = Buffer.from(wav(1));
  value.copy(bytes, at);
  return bytes;
}

async function pictures(): Promise<HostileFile[]> {
  const jpeg = await still('jpeg', 64, 48);
  const sof = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  const hugeJpeg = Buffer.from(jpeg);
  hugeJpeg.fill(0xff, sof + 5, sof + 9);
  const gif = await still('gif', 8, 8);
  const hugeGif = Buffer.from(gif);
  hugeGif.fill(0xff, 6, 10);
  const webp = await still('webp', 64, 48);
  const avif = await still('avif', 64, 48);
  const zeros = (size: number) => deflateSync(Buffer.alloc(size));
  const long = await sharp({ create: { width: 100_000, height: 20, channels: 3, background: '#c00' } })
    .png()
    .toBuffer();
  const frames = await sharp(Buffer.alloc(8 * 8 * 400 * 3), {
    raw: { width: 8, height: 8 * 400, channels: 3, pageHeight: 8 },
  })
    .gif()
    .toBuffer();
  const damaged = ['asset.damaged', 'asset.tooLarge'] as const;
  return [
    {
      what: 'a PNG bomb of 95 megapixels in 95 kB',
      bytes: png(9_700, 9_800, zeros(9_701 * 9_800)),
      expected: 'image',
    },
    {
      what: 'a PNG that claims 100,000 × 100,000',
      bytes: png(100_000, 100_000, zeros(1_000)),
      expected: 'asset.tooLarge',
    },
    {
      what: 'a PNG of the most that a header can claim',
      bytes: png(0x7fff_ffff, 0x7fff_ffff, zeros(10)),
      expected: damaged,
    },
    { what: 'a PNG of no size', bytes: png(0, 0, zeros(10)), expected: damaged },
    { what: 'a PNG 100,000 pixels long and 20 high', bytes: long, expected: 'image' },
    {
      what: 'a PNG of 10 × 10 that unpacks to 200 MB',
      bytes: png(10, 10, zeros(200_000_000)),
      expected: ['image', ...damaged],
    },
    {
      what: 'a PNG with a text that unpacks to 200 MB',
      bytes: png(10, 10, zeros(110), [chunk('zTXt', Buffer.concat([ascii('a\0\0'), zeros(200_000_000)]))]),
      expected: ['image', ...damaged],
    },
    {
      what: 'a PNG with a colour profile that unpacks to 200 MB',
      bytes: png(10, 10, zeros(110), [chunk('iCCP', Buffer.concat([ascii('a\0\0'), zeros(200_000_000)]))]),
      expected: ['image', ...damaged],
    },
    {
      what: 'a PNG whose packed pixels are noise',
      bytes: png(500, 500, ascii('x'.repeat(5_000))),
      expected: 'asset.damaged',
    },
    {
      what: 'a PNG with 50,000 empty chunks',
      bytes: png(10, 10, zeros(110), Array(50_000).fill(chunk('tEXt', ascii('a\0b')))),
      expected: ['image', ...damaged],
    },
    { what: 'a JPEG that claims 65,535 × 65,535', bytes: hugeJpeg, expected: damaged },
    {
      what: 'a JPEG with a web page behind it',
      bytes: Buffer.concat([jpeg, ascii('<script>alert(1)</script>'.repeat(100))]),
      expected: 'image',
    },
    {
      what: 'a GIF that claims a canvas of 65,535 × 65,535',
      bytes: hugeGif,
      expected: ['image', ...damaged],
    },
    { what: 'a GIF of 400 pictures', bytes: frames, expected: 'image' },
    {
      what: 'a WebP with its length gone',
      bytes: patched(webp, 'RIFF', 4, u32(0)),
      expected: ['image', ...damaged],
    },
    {
      what: 'an AVIF that claims 4,294,967,295 pixels a side',
      bytes: patched(avif, 'ispe', 8, Buffer.concat([u32(0xffff_ffff), u32(0xffff_ffff)])),
      expected: damaged,
    },
    { what: 'half an AVIF', bytes: avif.subarray(0, avif.length / 2), expected: 'asset.damaged' },
  ];
}

function texts(): HostileFile[] {
  const notMedia = 'asset.notMedia';
  const entity = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
  const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join(
    '',
  );
  const one = (what: string, text: string): HostileFile => ({
    what,
    bytes: Buffer.from(text),
    expected: notMedia,
  });
  return [
    one(
      'an SVG with a script',
      '<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("/api/staff")</script></svg>',
    ),
    one(
      'an SVG with an entity of the local disk',
      `<?xml version="1.0"?>${entity}<svg><text>&x;</text></svg>`,
    ),
    one(
      'an SVG with entities that grow a billionfold',
      `<!DOCTYPE svg [<!ENTITY l0 "ha">${laughs}]><svg>&l9;</svg>`,
    ),
    one('an SVG with a picture from elsewhere', '\ufeff  <svg><image href="http://169.254.169.254/"/></svg>'),
    { what: 'a packed SVG', bytes: gzipSync('<svg/>'), expected: notMedia },
    one(
      'an HLS playlist of a local file',
      '#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n',
    ),
    one(
      'an HLS playlist of an inner address',
      '\ufeff#EXTM3U\n#EXTINF:1,\nhttp://169.254.169.254/latest/meta-data\n',
    ),
    one(
      'an HLS playlist that puts files together',
      '#EXTM3U\n#EXTINF:1,\nconcat:http://127.0.0.1/a|file:///etc/passwd\n',
    ),
    one(
      'an HLS playlist with a key of the local disk',
      '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="file:///etc/shadow"\n',
    ),
    one('an ffconcat list', "ffconcat version 1.0\nfile '/etc/passwd'\n"),
    one('a concat list without its mark', "file '/etc/passwd'\n"),
    one(
      'a DASH manifest',
      '<?xml version="1.0"?><MPD><Period><BaseURL>file:///etc/passwd</BaseURL></Period></MPD>',
    ),
    one('a session description', 'v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n'),
    one('a PLS playlist', '[playlist]\nFile1=file:///etc/passwd\n'),
    one('a filter graph', 'movie=/etc/passwd'),
    {
      what: 'an AVI with a playlist as its subtitles',
      bytes: Buffer.concat([
        ascii('RIFF'),
        Buffer.from([255, 255, 0, 0]),
        ascii('AVI LIST\0\0\0\0GAB2\0#EXTM3U\nfile:///etc/passwd'),
      ]),
      expected: notMedia,
    },
    {
      what: 'an archive that unpacks to gigabytes',
      bytes: gzipSync(Buffer.alloc(50_000_000)),
      expected: notMedia,
    },
    { what: 'a program', bytes: Buffer.concat([ascii('MZ'), Buffer.alloc(500)]), expected: notMedia },
  ];
}

function boxes(): HostileFile[] {
  const whole = film();
  const damaged = ['asset.damaged', 'asset.notMedia'] as const;
  const either = ['video', 'audio', 'asset.tooLarge', ...damaged] as const;
  const one = (what: string, bytes: Buffer, expected: Expected = damaged): HostileFile => ({
    what,
    bytes,
    expected,
  });
  return [
    one('an MP4 of 100,000 boxes within boxes', Buffer.concat([FTYP, nested('moov', 100_000)])),
    one('an MP4 of tracks within tracks', Buffer.concat([FTYP, box('moov', nested('trak', 50_000))])),
    one(
      'an MP4 of a million empty boxes',
      Buffer.concat([FTYP, ...Array(1_000_000).fill(box('free', Buffer.alloc(0)))]),
    ),
    one(
      'an MP4 whose boxes have length 0',
      Buffer.concat([FTYP, Buffer.concat(Array(1_000).fill(box('moov', Buffer.alloc(0), 0)))]),
    ),
    one(
      'an MP4 whose boxes are shorter than their head',
      Buffer.concat([FTYP, Buffer.concat(Array(1_000).fill(box('moov', Buffer.alloc(0), 4)))]),
    ),
    one(
      'an MP4 with a box of 2⁶³ bytes',
      Buffer.concat([FTYP, u32(1), ascii('moov'), u32(0x7fff_ffff), u32(0xffff_ffff)]),
    ),
    one('an MP4 with 4,294,967,295 sizes of samples', patched(whole, 'stsz', 12, u32(0xffff_ffff)), either),
    one('an MP4 with 4,294,967,295 times of samples', patched(whole, 'stts', 8, u32(0xffff_ffff)), either),
    one('an MP4 with no time between its pictures', patched(whole, 'stts', 16, u32(0)), either),
    one('an MP4 with ages between its pictures', patched(whole, 'stts', 16, u32(0x7fff_ffff)), either),
    one('an MP4 with 4,294,967,295 chunks', patched(whole, 'stco', 8, u32(0xffff_ffff)), either),
    one('an MP4 whose bytes lie behind its end', patched(whole, 'stco', 12, u32(0xffff_fff0)), either),
    one('an MP4 with a clock that stands still', patched(whole, 'mdhd', 16, u32(0)), either),
    one('an MP4 that announces 136 years', patched(whole, 'mdhd', 20, u32(0xffff_ffff)), either),
    one('an MP4 whose bytes are somewhere else', patched(whole, 'url ', 4, u32(0)), either),
    one('an MP4 with two indexes', Buffer.concat([whole, whole.subarray(whole.indexOf('moov') - 4)]), either),
    one(
      'a Matroska of 100,000 clusters within clusters',
      Buffer.concat([
        Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x80]),
        Buffer.concat(
          Array(100_000).fill(Buffer.from([0x18, 0x53, 0x80, 0x67, 0x01, 255, 255, 255, 255, 255, 255, 255])),
        ),
      ]),
    ),
    one(
      'a Matroska of nothing but void',
      Buffer.concat([
        Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x80]),
        Buffer.concat(Array(500_000).fill(Buffer.from([0xec, 0x80]))),
      ]),
    ),
  ];
}

function sounds(): HostileFile[] {
  const damaged = ['asset.damaged', 'asset.notMedia', 'asset.tooLarge'] as const;
  const either = ['audio', ...damaged] as const;
  const u16 = (value: number) => Buffer.from([value & 255, value >> 8]);
  const little = (value: number) => Buffer.from(u32(value)).reverse() as Buffer;
  return [
    { what: 'a WAV without channels', bytes: wavWith(22, u16(0)), expected: either },
    { what: 'a WAV of 65,535 channels', bytes: wavWith(22, u16(65_535)), expected: either },
    { what: 'a WAV of 0 samples a second', bytes: wavWith(24, little(0)), expected: either },
    {
      what: 'a WAV of 4,294,967,295 samples a second',
      bytes: wavWith(24, little(0xffff_ffff)),
      expected: either,
    },
    { what: 'a WAV of samples without bytes', bytes: wavWith(32, Buffer.alloc(4)), expected: either },
    { what: 'a WAV that announces 4 GiB', bytes: wavWith(40, little(0xffff_fffe)), expected: either },
    {
      what: 'an MP3 with a tag of 256 MB',
      bytes: Buffer.concat([ascii('ID3\x04\0\0\x7f\x7f\x7f\x7f'), Buffer.alloc(5_000)]),
      expected: damaged,
    },
    {
      what: 'a megabyte of the marks of MP3',
      bytes: Buffer.concat(Array(250_000).fill(Buffer.from([0xff, 0xfb, 0x90, 0x00]))),
      expected: either,
    },
    {
      what: 'an Ogg of pages without anything',
      bytes: Buffer.concat(Array(20_000).fill(Buffer.concat([ascii('OggS'), Buffer.alloc(23)]))),
      expected: damaged,
    },
    {
      what: 'a FLAC that announces 2³⁶ samples',
      bytes: Buffer.concat([ascii('fLaC'), Buffer.from([0x80, 0, 0, 34]), Buffer.alloc(34, 0xff)]),
      expected: damaged,
    },
  ];
}

/** Honest but odd films, made by ffmpeg in a folder: taken, or refused with words. */
export function oddFilms(folder: string): HostileFile[] {
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast'];
  const made: readonly (readonly [
    what: string,
    ending: string,
    expected: Expected,
    told: readonly string[],
  ])[] = [
    ['a film of odd size', 'mp4', 'video', [...picture('101x51', 1), ...h264, '-pix_fmt', 'yuv444p']],
    ['a film of 10 bits', 'mp4', 'video', [...picture('160x90', 1), ...h264, '-pix_fmt', 'yuv420p10le']],
    [
      'an HDR film',
      'mp4',
      'video',
      [
        ...picture('160x90', 1),
        '-c:v',
        'libx265',
        '-preset',
        'ultrafast',
        '-pix_fmt',
        'yuv420p10le',
        '-color_primaries',
        'bt2020',
        '-color_trc',
        'smpte2084',
        '-colorspace',
        'bt2020nc',
        '-tag:v',
        'hvc1',
      ],
    ],
    [
      'a film of changing rate',
      'mp4',
      'video',
      [
        ...picture('160x90', 2, 50),
        '-vf',
        "select='not(mod(n,7))+between(n,20,40)'",
        '-vsync',
        'vfr',
        ...h264,
        '-pix_fmt',
        'yuv420p',
      ],
    ],
    [
      'a film of one picture in ten seconds',
      'mp4',
      'video',
      ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=1/10:duration=20', ...h264, '-pix_fmt', 'yuv420p'],
    ],
    [
      'a film of 240 pictures a second',
      'mp4',
      'video',
      [...picture('160x90', 1, 240), ...h264, '-pix_fmt', 'yuv420p'],
    ],
    ['a film without sound', 'mp4', 'video', [...picture('160x90', 1), ...h264, '-pix_fmt', 'yuv420p']],
    [
      'a film with eight sounds',
      'mp4',
      'video',
      [
        ...picture('160x90', 1),
        ...tone(1),
        '-map',
        '0:v',
        ...Array(8).fill(['-map', '1:a']).flat(),
        ...h264,
        '-pix_fmt',
        'yuv420p',
        '-c:a',
        'aac',
      ],
    ],
    [
      'a film with sound of eight channels',
      'mkv',
      'video',
      [...picture('160x90', 1), ...tone(1), ...h264, '-pix_fmt', 'yuv420p', '-c:a', 'flac', '-ac', '8'],
    ],
    [
      'a film of pixels that are not square',
      'mp4',
      'video',
      [...picture('160x90', 1), '-vf', 'setsar=2/1', ...h264, '-pix_fmt', 'yuv420p'],
    ],
    [
      'a film of half pictures',
      'mp4',
      'video',
      [...picture('160x96', 1), '-vf', 'interlace', '-flags', '+ilme+ildct', ...h264, '-pix_fmt', 'yuv420p'],
    ],
    ['a film of JPEGs', 'mov', 'video', [...picture('160x90', 1), '-c:v', 'mjpeg']],
    ['a film of ProRes', 'mov', 'video', [...picture('160x90', 1), '-c:v', 'prores']],
    [
      'a film one can see through',
      'webm',
      'video',
      [...picture('160x90', 1), '-c:v', 'libvpx', '-pix_fmt', 'yuva420p', '-auto-alt-ref', '0'],
    ],
    [
      'a film whose sound goes on for long',
      'mp4',
      'video',
      [...picture('160x90', 1), ...tone(9), ...h264, '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
    ],
    [
      'a film of MPEG-2 in a transport stream',
      'ts',
      'asset.notMedia',
      [...picture('160x90', 1), '-c:v', 'mpeg2video'],
    ],
    [
      'a film that calls itself a sound',
      'mp4',
      'video',
      [...picture('160x90', 1), ...h264, '-pix_fmt', 'yuv420p', '-brand', 'M4A '],
    ],
  ];
  return made.map(([what, ending, expected, told], at) => {
    const path = join(folder, `${at}.${ending}`);
    ffmpeg(...told, path);
    return { what, expected, bytes: readFileSync(path) };
  });
}

/** Files made by hand to do harm. */
export async function hostileFiles(): Promise<HostileFile[]> {
  return [...(await pictures()), ...texts(), ...boxes(), ...sounds()];
}
