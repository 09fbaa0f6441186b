import { describe, expect, test } from 'vitest';
import {
  type FleetNeeds,
  filmPicture,
  type PlannedAsset,
  plannedFor,
  screenPicture,
} from '../../src/renditions/rendition-plan.ts';
import { readLoudness, readProgress } from '../../src/renditions/transcode.ts';

const film = {
  mediaClass: 'video',
  type: 'video/mp4',
  unplayable: null,
  widthPx: 1_920,
  heightPx: 1_080,
  hasSound: true,
  framing: 'fit',
} as const;
const size = (widthPx: number, heightPx: number) => ({ widthPx, heightPx });
const none = { sizes: [], thin: false, mp3: false };
const names = (asset: PlannedAsset, needs: Partial<FleetNeeds> = {}) =>
  plannedFor(asset, { ...none, ...needs }).map(({ madeFor, variant }) => `${madeFor} ${variant}`.trim());

describe('plannedFor', () => {
  test('leaves a film alone that every screen plays, and takes its sound out for loudspeakers', () => {
    expect(names(film)).toEqual(['sound']);
    expect(names({ ...film, hasSound: false })).toEqual([]);
  });
  test('makes a film for screens of what they cannot play, or need not fetch so large', () => {
    expect(names({ ...film, unplayable: 'videoCodec' })).toEqual(['screen', 'sound']);
    expect(names({ ...film, widthPx: 3_840, heightPx: 2_160 })).toEqual(['screen', 'sound']);
    expect(names({ ...film, widthPx: 1_080, heightPx: 1_920 })).toEqual(['sound']);
    expect(names({ ...film, widthPx: 1_200, heightPx: 1_600 })).toEqual(['screen', 'sound']);
  });
  test('makes a film of its own for a screen of another shape only where its picture is filled or blurred', () => {
    const sizes = [size(1_920, 1_080), size(1_080, 1_920), size(2_560, 1_440)];
    expect(names(film, { sizes })).toEqual(['screen fit-1080x1920', 'sound']);
    expect(names({ ...film, widthPx: 960, heightPx: 540 }, { sizes: [size(960, 1_080)] })).toEqual(['sound']);
    expect(names({ ...film, framing: 'fill' }, { sizes })).toEqual(['screen fill-1080x1920', 'sound']);
    expect(names({ ...film, framing: 'blur' }, { sizes })).toEqual(['screen blur-1080x1920', 'sound']);
  });
  test('makes a smaller film for a screen with less than half its pixels', () => {
    expect(names(film, { sizes: [size(1_600, 900), size(960, 540)] })).toEqual([
      'screen fit-960x540',
      'sound',
    ]);
  });
  test('makes the low rate where a screen has a thin line, and MP3 where a loudspeaker plays nothing else', () => {
    expect(names(film, { thin: true, mp3: true })).toEqual(['screen thin', 'sound', 'sound mp3']);
    const song = { ...film, mediaClass: 'audio', type: 'audio/mpeg', widthPx: null, heightPx: null } as const;
    expect(names(song, { thin: true, mp3: true })).toEqual(['sound']);
  });
  test('gives a still the exact pixels of each size that it does not have, and leaves a GIF moving', () => {
    const still = { ...film, mediaClass: 'image', type: 'image/png', hasSound: false } as const;
    const sizes = [size(1_920, 1_080), size(1_152, 192)];
    expect(names(still)).toEqual([]);
    expect(names(still, { sizes, thin: true, mp3: true })).toEqual(['screen fit-1152x192']);
    expect(names({ ...still, type: 'image/gif' }, { sizes })).toEqual([]);
  });
});

describe('screenPicture', () => {
  test.each([
    [[3_840, 2_160], { widthPx: 1_920, heightPx: 1_080 }],
    [[2_160, 3_840], { widthPx: 1_080, heightPx: 1_920 }],
    [[4_000, 1_000], { widthPx: 1_920, heightPx: 480 }],
    [[641, 359], { widthPx: 642, heightPx: 360 }],
    [[1, 5_000], { widthPx: 2, heightPx: 1_920 }],
  ])('fits %j into the box without changing its shape', ([widthPx = 0, heightPx = 0], made) => {
    expect(screenPicture({ widthPx, heightPx })).toEqual(made);
  });
});

describe('filmPicture', () => {
  test('takes the shape of the screen where it is filled, its own where players draw the bars, and is even', () => {
    const source = size(1_920, 1_080);
    expect(filmPicture(source, 'fill-1080x1920')).toEqual({ ...size(1_080, 1_920), framing: 'fill' });
    expect(filmPicture(source, 'blur-2160x3840')).toEqual({ ...size(1_080, 1_920), framing: 'blur' });
    expect(filmPicture(source, 'fit-1080x1920')).toEqual({ ...size(1_080, 608), framing: null });
    expect(filmPicture(source, 'fill-333x777')).toEqual({ ...size(334, 778), framing: 'fill' });
    expect(filmPicture(source, 'thin')).toEqual({ ...size(960, 540), framing: null });
    expect(filmPicture(source, '')).toEqual({ ...source, framing: null });
  });
});

describe('readLoudness', () => {
  test('finds the measurement in what ffmpeg says, and none for silence', () => {
    const said = (input: string) =>
      `[Parsed_loudnorm_0 @ 0x1]\n{\n"input_i" : "${input}","input_tp" : "-4.47","input_lra" : "3.20",` +
      '"input_thresh" : "-38.00","output_i" : "-23.0","normalization_type" : "dynamic","target_offset" : "0.10"\n}\n';
    expect(readLoudness(said('-27.61'))).toEqual({
      ...{
        integratedLufs: -27.61,
        peakDbtp: -4.47,
        rangeLu: 3.2,
        thresholdLufs: -38,
        offsetLu: 0.1,
        liftLu: 0,
      },
    });
    expect(readLoudness(said('-inf'))).toBeNull();
    expect(readLoudness(said('-69.9'))).toBeNull();
    expect(readLoudness('Conversion failed!')).toBeNull();
  });
});

describe('readProgress', () => {
  test('tells whole percents, and never the hundredth before the end', () => {
    expect(readProgress('out_time_us=5000000', 10_000)).toBe(50);
    expect(readProgress('out_time_us=10000000', 10_000)).toBe(99);
    expect(readProgress('out_time_us=N/A', 10_000)).toBeNull();
    expect(readProgress('frame=3', 10_000)).toBeNull();
  });
});
