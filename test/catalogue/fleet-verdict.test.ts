import { describe, expect, test } from 'vitest';
import {
  type FleetShape,
  type FleetVerdict,
  type JudgedAsset,
  judge,
  verdictWords,
} from '../../src/catalogue/fleet-verdict.ts';

const file = (over: Partial<JudgedAsset['renditions'][number]> = {}) => ({
  ...{
    sha256: 'a'.repeat(64),
    type: 'video/mp4',
    mediaClass: 'video' as const,
    bytes: 1,
    durationMs: 15_000,
  },
  ...{ widthPx: 1_920, heightPx: 1_080, hasSound: true, madeFor: 'original' as const, variant: '' },
  ...over,
});
const film = (...renditions: JudgedAsset['renditions']): JudgedAsset => ({
  mediaClass: 'video',
  hasSound: true,
  renditions,
});
const lying: FleetShape = { kind: 'screen', widthPx: 1_536, heightPx: 768, plays: null, endpoints: 90 };
const standing: FleetShape = { kind: 'tv', widthPx: 1_080, heightPx: 1_920, plays: null, endpoints: 46 };
const horn: FleetShape = { kind: 'loudspeaker', widthPx: null, heightPx: null, plays: null, endpoints: 2 };
const fleet = [lying, standing, horn];
const told = (asset: JudgedAsset, shapes: readonly FleetShape[] = fleet) => {
  const { plays, short, enlarged } = judge(asset, shapes);
  return {
    plays,
    enlarged,
    ...Object.fromEntries(short.map(({ reason, endpoints }) => [reason, endpoints])),
  };
};

describe('what an asset means for the fleet', () => {
  test('is counted for every endpoint once', () => {
    for (const asset of [film(), film(file()), { ...film(), hasSound: false }]) {
      const verdict = judge(asset, fleet);
      expect(verdict.endpoints).toBe(138);
      expect(verdict.short.reduce((sum, { endpoints }) => sum + endpoints, verdict.plays)).toBe(138);
    }
  });

  test.each<[string, JudgedAsset, object]>([
    ['a lying film', film(file()), { plays: 92, needsPortrait: 46 }],
    ['a standing film', film(file({ widthPx: 1_080, heightPx: 1_920 })), { plays: 48, needsLandscape: 90 }],
    ['a film in both shapes', film(file(), file({ widthPx: 1_080, heightPx: 1_920 })), { plays: 138 }],
    ['a square film', film(file({ widthPx: 1_000, heightPx: 1_000 })), { plays: 138 }],
    ['a film that waits for its conversion', film(), { plays: 0, needsConversion: 138 }],
    [
      'a silent film',
      { ...film(file({ hasSound: false })), hasSound: false },
      { plays: 90, needsPortrait: 46, noSound: 2 },
    ],
    [
      'a recording',
      { ...film(file({ mediaClass: 'audio', widthPx: null, heightPx: null })), mediaClass: 'audio' },
      { plays: 2, noPicture: 136 },
    ],
  ])('follows its shapes and its sound: %s', (_, asset, expected) => {
    expect(told(asset)).toEqual({ enlarged: 0, ...expected });
  });

  test('follows what the paired players say that they can play', () => {
    const stillsOnly = { ...lying, plays: { video: false, image: true, audio: false } };
    expect(told(film(file()), [stillsOnly])).toEqual({ plays: 0, enlarged: 0, playerCannot: 90 });
    const still = file({ mediaClass: 'image', hasSound: false, durationMs: null });
    expect(told({ mediaClass: 'image', hasSound: false, renditions: [still] }, [stillsOnly]).plays).toBe(90);
  });

  test('counts where a small picture is enlarged to more than twice its pixels each way', () => {
    expect(told(film(file({ widthPx: 640, heightPx: 360 })), [lying])).toEqual({ plays: 90, enlarged: 90 });
    const both = film(file({ widthPx: 640, heightPx: 360 }), file());
    expect(told(both, [lying])).toEqual({ plays: 90, enlarged: 0 });
  });

  test.each<[Partial<FleetVerdict>, string, string]>([
    [{ endpoints: 0 }, 'There are no endpoints to judge it by yet.', '还没有终端，无法判断播出效果。'],
    [{ plays: 138 }, 'Plays on all 138 endpoints.', '全部 138 个终端均可播放。'],
    [
      {
        plays: 90,
        short: [
          { reason: 'needsPortrait', endpoints: 46 },
          { reason: 'noSound', endpoints: 2 },
        ],
      },
      'Plays on 90 of 138 endpoints; 46 need a portrait version; no sound for 2 loudspeakers.',
      '138 个终端中有 90 个可以播放；46 个需要竖版；2 个农村广播没有声音可播放。',
    ],
    [
      { plays: 137, short: [{ reason: 'needsConversion', endpoints: 1 }], enlarged: 3 },
      'Plays on 137 of 138 endpoints; 1 waits for its conversion; 3 enlarge it a lot.',
      '138 个终端中有 137 个可以播放；1 个需等待转码完成；3 个会明显放大、画面发虚。',
    ],
  ])('is told in one sentence of either language, case %#', (verdict, en, zh) => {
    expect(verdictWords({ endpoints: 138, plays: 0, short: [], enlarged: 0, ...verdict })).toEqual({
      en,
      zh,
    });
  });
});
