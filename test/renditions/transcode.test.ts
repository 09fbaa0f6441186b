import { describe, expect, test } from 'vitest';
import { plannedFor, screenPicture } from '../../src/renditions/rendition-plan.ts';
import { readLoudness, readProgress } from '../../src/renditions/transcode.ts';

const film = {
  mediaClass: 'video',
  unplayable: null,
  widthPx: 1_920,
  heightPx: 1_080,
  hasSound: true,
} as const;

describe('plannedFor', () => {
  test('leaves a film alone that every screen plays, and takes its sound out for loudspeakers', () => {
    expect(plannedFor(film)).toEqual(['sound']);
    expect(plannedFor({ ...film, hasSound: false })).toEqual([]);
  });
  test('makes a film for screens of what they cannot play, or need not fetch so large', () => {
    expect(plannedFor({ ...film, unplayable: 'videoCodec' })).toEqual(['screen', 'sound']);
    expect(plannedFor({ ...film, widthPx: 3_840, heightPx: 2_160 })).toEqual(['screen', 'sound']);
    expect(plannedFor({ ...film, widthPx: 1_080, heightPx: 1_920 })).toEqual(['sound']);
    expect(plannedFor({ ...film, widthPx: 1_200, heightPx: 1_600 })).toEqual(['screen', 'sound']);
  });
  test('makes nothing of a still', () => {
    expect(plannedFor({ ...film, mediaClass: 'image', hasSound: false })).toEqual([]);
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
    expect(screenPicture(widthPx, heightPx)).toEqual(made);
  });
});

describe('readLoudness', () => {
  test('finds the measurement in what ffmpeg says, and none for silence', () => {
    const said = (input: string) =>
      `[Parsed_loudnorm_0 @ 0x1]\n{\n"input_i" : "${input}","input_tp" : "-4.47","input_lra" : "3.20",` +
      '"input_thresh" : "-38.00","output_i" : "-23.0","normalization_type" : "dynamic","target_offset" : "0.10"\n}\n';
    expect(readLoudness(said('-27.61'))).toEqual({
      ...{ integratedLufs: -27.61, peakDbtp: -4.47, rangeLu: 3.2, thresholdLufs: -38, offsetLu: 0.1 },
    });
    expect(readLoudness(said('-inf'))).toBeNull();
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
