import { describe, expect, test } from 'vitest';
import { renditionFor, type Takes, whyUnplayable, whyUnsuitable } from '../../src/catalogue/rendition.ts';

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
    expect(renditionFor({ kind: 'tv' }, [audio, silent, video])).toBe(silent);
  });

  test('takes sound alone before the sound of a film for a loudspeaker', () => {
    expect(renditionFor({ kind: 'loudspeaker' }, [video, audio])).toBe(audio);
    expect(renditionFor({ kind: 'loudspeaker' }, [silent, video])).toBe(video);
  });

  test('gives null when no file suits', () => {
    expect(renditionFor({ kind: 'screen' }, [audio])).toBeNull();
    expect(renditionFor({ kind: 'loudspeaker' }, [image, silent])).toBeNull();
    expect(renditionFor({ kind: 'tv' }, [])).toBeNull();
  });

  const takes = { size: null, thinLine: false, mp3Only: false };
  const sized = { ...video, sha256: 'z', variant: 'fill-1080x1920' };
  const thin = { ...video, sha256: 't', variant: 'thin' };
  const mp3 = { ...audio, sha256: 'm', variant: 'mp3', type: 'audio/mpeg' };

  test('takes what was made for the size of the picture, and the low rate before it on a thin line', () => {
    const files = [sized, thin, video, audio];
    const screen = (over: Partial<Takes>) =>
      renditionFor({ kind: 'screen', takes: { ...takes, ...over } }, files);
    expect(screen({ size: '1080x1920' })).toBe(sized);
    expect(screen({ size: '80x1920' })).toBe(video);
    expect(screen({ thinLine: true, size: '1080x1920' })).toBe(thin);
    expect(renditionFor({ kind: 'screen', takes: { ...takes, thinLine: true } }, [sized, video])).toBe(video);
  });

  test('gives what was made for one size, line or player to nobody else', () => {
    expect(renditionFor({ kind: 'tv' }, [sized, thin])).toBeNull();
    expect(renditionFor({ kind: 'loudspeaker' }, [sized, thin, mp3])).toBeNull();
    expect(renditionFor({ kind: 'loudspeaker' }, [mp3, sized, audio])).toBe(audio);
  });

  test('gives a loudspeaker that plays only MP3 nothing else', () => {
    const place = { kind: 'loudspeaker', takes: { ...takes, mp3Only: true } } as const;
    expect(renditionFor(place, [audio, mp3])).toBe(mp3);
    expect(renditionFor(place, [audio, video])).toBeNull();
  });
});
