import { describe, expect, test } from 'vitest';
import { renditionFor, whyUnplayable, whyUnsuitable } from '../../src/catalogue/rendition.ts';

const video = { sha256: 'v', mediaClass: 'video', durationMs: 1, hasSound: true } as const;
const silent = { ...video, sha256: 's', hasSound: false };
const image = { sha256: 'i', mediaClass: 'image', durationMs: null, hasSound: false } as const;
const audio = { sha256: 'a', mediaClass: 'audio', durationMs: 1, hasSound: true } as const;

describe('whyUnplayable', () => {
  test.each([
    [{ type: 'video/mp4', videoCodec: 'avc', audioCodec: 'aac' }, null],
    [{ type: 'video/mp4', videoCodec: 'avc', audioCodec: null }, null],
    [{ type: 'video/webm', videoCodec: 'vp9', audioCodec: 'opus' }, null],
    [{ type: 'audio/mpeg', videoCodec: null, audioCodec: 'mp3' }, null],
    [{ type: 'image/png', videoCodec: null, audioCodec: null }, null],
    [{ type: 'video/mp4', videoCodec: 'hevc', audioCodec: 'aac' }, 'videoCodec'],
    [{ type: 'video/mp4', videoCodec: 'avc', audioCodec: 'ac3' }, 'audioCodec'],
    [{ type: 'video/mp4', videoCodec: 'unknown', audioCodec: null }, 'videoCodec'],
    [{ type: 'video/x-matroska', videoCodec: 'avc', audioCodec: 'aac' }, 'container'],
  ])('judges %j', (file, reason) => {
    expect(whyUnplayable(file)).toBe(reason);
  });
});

describe('whyUnsuitable', () => {
  test('asks for a picture on screens and televisions and for sound on loudspeakers', () => {
    expect([video, silent, image, audio].map((file) => whyUnsuitable('screen', file))).toEqual([
      null,
      null,
      null,
      'noPicture',
    ]);
    expect([video, silent, image, audio].map((file) => whyUnsuitable('loudspeaker', file))).toEqual([
      null,
      'noSound',
      'noSound',
      null,
    ]);
  });
});

describe('renditionFor', () => {
  test('takes the first file with a picture for a television', () => {
    expect(renditionFor('tv', [audio, silent, video])).toBe(silent);
  });

  test('takes sound alone before the sound of a film for a loudspeaker', () => {
    expect(renditionFor('loudspeaker', [video, audio])).toBe(audio);
    expect(renditionFor('loudspeaker', [silent, video])).toBe(video);
  });

  test('gives null when no file suits', () => {
    expect(renditionFor('screen', [audio])).toBeNull();
    expect(renditionFor('loudspeaker', [image, silent])).toBeNull();
    expect(renditionFor('tv', [])).toBeNull();
  });
});
