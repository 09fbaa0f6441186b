/**
 * ffmpeg's name of the one reader that fits a type found by content. It is always named, so that content cannot choose
 * another (playlists that point elsewhere, devices).
 */
const DEMUXERS: Readonly<Record<string, string>> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'audio/mp4': 'mov',
  'video/webm': 'matroska',
  'video/x-matroska': 'matroska',
  'audio/webm': 'matroska',
  'audio/x-matroska': 'matroska',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/ogg': 'ogg',
  'video/ogg': 'ogg',
  'audio/flac': 'flac',
  'audio/aac': 'aac',
};

/** The reader for a MIME type without parameters, or null where none is allowed. */
export function demuxerOf(type: string): string | null {
  return DEMUXERS[type] ?? null;
}

/** How every ffmpeg of ours is told to read: a local file, by one reader, nothing from the terminal. */
export function readingArguments(path: string, demuxer: string): readonly string[] {
  return ['-protocol_whitelist', 'file', '-f', demuxer, '-i', `file:${path}`];
}
