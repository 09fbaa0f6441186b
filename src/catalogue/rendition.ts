import type { EndpointKind, MediaClass } from '../contract/media-type.ts';

/** What the choice of a file for an endpoint needs to know of it. */
export interface PlayableFile {
  readonly sha256: string;
  readonly mediaClass: MediaClass;
  /** Null for stills. */
  readonly durationMs: number | null;
  readonly hasSound: boolean;
  /** MIME type, without parameters. */
  readonly type?: string;
  /** Which of several files for one use, such as `fill-1080x1920`, `thin` or `mp3`; empty: the one for all. */
  readonly variant?: string;
}

/** What makes one file of an asset suit a place better than another; absent where nothing does. */
export interface Takes {
  /** Of its picture, such as `1080x1920`, where files were made for that size. */
  readonly size: string | null;
  /** It has a thin line and takes the low rate where there is one. */
  readonly thinLine: boolean;
  /** Its player sounds MP3 and nothing else. */
  readonly mp3Only: boolean;
}

/** Endpoints with one of these tags have a thin line. */
export const THIN_LINE_TAGS: readonly string[] = ['窄带', 'thin-line'];

/** A place, as far as the choice of a file goes. */
export interface TakingPlace {
  readonly kind: EndpointKind;
  readonly takes?: Takes | undefined;
}

/** What probing found out about codecs; null where the file has no such part, `unknown` where it has a strange one. */
export interface Codecs {
  /** MIME type, without parameters. */
  readonly type: string;
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
}

/** Why players cannot play a file as it is. */
export type UnplayableReason = 'container' | 'videoCodec' | 'audioCodec';
/** Why an endpoint cannot play a file that players can. */
export type UnsuitableReason = 'noPicture' | 'noSound';

/** What every player shows and sounds; Debian's Chromium is the measure. HEVC, for one, it does not play. */
const CONTAINERS = new Set([
  ...['video/mp4', 'video/quicktime', 'video/webm'],
  ...['audio/mp4', 'audio/mpeg', 'audio/webm', 'audio/wav', 'audio/ogg', 'audio/flac', 'audio/aac'],
  ...['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'],
]);
const VIDEO_CODECS = new Set(['avc', 'vp8', 'vp9', 'av1']);
const AUDIO_CODECS = new Set([
  'aac',
  'mp3',
  'opus',
  'vorbis',
  'flac',
  'pcm-s16',
  'pcm-u8',
  'pcm-s24',
  'pcm-f32',
]);

/** Why players cannot play a file as it is, or null when they can. Such a file needs another rendition. */
export function whyUnplayable(file: Codecs): UnplayableReason | null {
  if (!CONTAINERS.has(file.type)) return 'container';
  if (file.videoCodec !== null && !VIDEO_CODECS.has(file.videoCodec)) return 'videoCodec';
  if (file.audioCodec !== null && !AUDIO_CODECS.has(file.audioCodec)) return 'audioCodec';
  return null;
}

/** Why an endpoint cannot play a playable file, or null when it can: screens need a picture, loudspeakers sound. */
export function whyUnsuitable(
  kind: EndpointKind,
  file: Pick<PlayableFile, 'mediaClass' | 'hasSound'>,
): UnsuitableReason | null {
  if (kind === 'loudspeaker') return file.hasSound ? null : 'noSound';
  return file.mediaClass === 'audio' ? 'noPicture' : null;
}

/**
 * The file of an asset that an endpoint plays, or null when none suits. A screen takes the low rate for its thin line,
 * else what was made for the size of its picture; a loudspeaker takes sound alone before the sound of a film;
 * otherwise the first in the given order that is for all, so that every server agrees.
 */
export function renditionFor<F extends PlayableFile>(
  { kind, takes }: TakingPlace,
  files: readonly F[],
): F | null {
  const suited = files.filter((file) => whyUnsuitable(kind, file) === null);
  const forAll = suited.filter(({ variant = '' }) => variant === '');
  if (kind === 'loudspeaker') {
    if (takes?.mp3Only) return suited.find(({ type }) => type === 'audio/mpeg') ?? null;
    return forAll.find(({ mediaClass }) => mediaClass === 'audio') ?? forAll[0] ?? null;
  }
  const thin = takes?.thinLine ? suited.find(({ variant }) => variant === 'thin') : undefined;
  const sized =
    takes?.size == null ? undefined : suited.find(({ variant }) => variant?.endsWith(`-${takes.size}`));
  return thin ?? sized ?? forAll[0] ?? null;
}
