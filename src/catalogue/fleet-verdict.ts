import { joined, type Sentence } from '../base/sentence.ts';
import type { EndpointKind } from '../contract/media-type.ts';
import type { Asset } from './asset.ts';
import { whyUnsuitable } from './rendition.ts';

/** Endpoints that are alike, as far as material is concerned. */
export interface FleetShape {
  readonly kind: EndpointKind;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  /** What their players say that they can play; null where none is paired. */
  readonly plays: { readonly video: boolean; readonly image: boolean; readonly audio: boolean } | null;
  readonly endpoints: number;
}

/** Why an endpoint does not play an asset as it should. */
export type ShortReason =
  | 'needsPortrait'
  | 'needsLandscape'
  | 'needsConversion'
  | 'noPicture'
  | 'noSound'
  | 'playerCannot';

/** What an asset means for the fleet. */
export interface FleetVerdict {
  readonly endpoints: number;
  /** Where it plays as it should. */
  readonly plays: number;
  /** The others by reason, most first. */
  readonly short: readonly { readonly reason: ShortReason; readonly endpoints: number }[];
  /** Where it plays, but enlarged to more than twice its pixels each way. */
  readonly enlarged: number;
}

/** What the verdict looks at. */
export type JudgedAsset = Pick<Asset, 'mediaClass' | 'hasSound' | 'renditions'>;

/** Nearly square pictures do for lying and standing screens alike. */
const NEARLY_SQUARE = 1.1;
const MUCH_ENLARGED = 2;

/** Judges an asset against a fleet. */
export function judge(asset: JudgedAsset, fleet: readonly FleetShape[]): FleetVerdict {
  const short = new Map<ShortReason, number>();
  let [endpoints, plays, enlarged] = [0, 0, 0];
  for (const shape of fleet) {
    endpoints += shape.endpoints;
    const reason = whyShort(asset, shape);
    if (reason !== null) {
      short.set(reason, (short.get(reason) ?? 0) + shape.endpoints);
      continue;
    }
    plays += shape.endpoints;
    if (isEnlarged(asset, shape)) enlarged += shape.endpoints;
  }
  const byReason = [...short].map(([reason, count]) => ({ reason, endpoints: count }));
  return { endpoints, plays, short: byReason.sort((a, b) => b.endpoints - a.endpoints), enlarged };
}

function whyShort(asset: JudgedAsset, shape: FleetShape): ShortReason | null {
  const suited = suitedFiles(asset, shape);
  if (shape.kind === 'loudspeaker') {
    if (!asset.hasSound) return 'noSound';
    if (suited.length === 0) return 'needsConversion';
    return shape.plays === null || shape.plays.audio ? null : 'playerCannot';
  }
  if (asset.mediaClass === 'audio') return 'noPicture';
  if (suited.length === 0) return 'needsConversion';
  if (shape.plays !== null && !suited.some((file) => shape.plays?.[file.mediaClass])) return 'playerCannot';
  const wanted = lieOf(shape);
  if (suited.some((file) => wanted === 'any' || ['any', wanted].includes(lieOf(file)))) return null;
  return wanted === 'portrait' ? 'needsPortrait' : 'needsLandscape';
}

function suitedFiles(asset: JudgedAsset, shape: FleetShape) {
  return asset.renditions.filter((file) => whyUnsuitable(shape.kind, file) === null);
}

function isEnlarged(asset: JudgedAsset, shape: FleetShape): boolean {
  const { widthPx, heightPx } = shape;
  if (widthPx === null || heightPx === null || shape.kind === 'loudspeaker') return false;
  return suitedFiles(asset, shape).every(
    (file) =>
      file.widthPx !== null &&
      file.heightPx !== null &&
      Math.min(widthPx / file.widthPx, heightPx / file.heightPx) > MUCH_ENLARGED,
  );
}

function lieOf({ widthPx, heightPx }: { widthPx: number | null; heightPx: number | null }) {
  if (widthPx === null || heightPx === null) return 'any';
  if (widthPx > heightPx * NEARLY_SQUARE) return 'landscape';
  return heightPx > widthPx * NEARLY_SQUARE ? 'portrait' : 'any';
}

const SHORT_WORDS: Readonly<Record<ShortReason, (n: number) => Sentence>> = {
  needsPortrait: (n) => ({ en: `${n} need${s(n)} a portrait version`, zh: `${n} 个需要竖版` }),
  needsLandscape: (n) => ({ en: `${n} need${s(n)} a landscape version`, zh: `${n} 个需要横版` }),
  needsConversion: (n) => ({ en: `${n} wait${s(n)} for its conversion`, zh: `${n} 个需等待转码完成` }),
  noPicture: (n) => ({
    en: `no picture for ${n} screen${n === 1 ? '' : 's'}`,
    zh: `${n} 个屏幕没有画面可显示`,
  }),
  noSound: (n) => ({
    en: `no sound for ${n} loudspeaker${n === 1 ? '' : 's'}`,
    zh: `${n} 个农村广播没有声音可播放`,
  }),
  playerCannot: (n) => ({ en: `${n} have players that cannot`, zh: `${n} 个的播放器不支持` }),
};

/** A verb's ending behind a number. */
function s(n: number): string {
  return n === 1 ? 's' : '';
}

/** The verdict in one sentence, such as “Plays on 92 of 138; 46 need a portrait version.” */
export function verdictWords({ endpoints, plays, short, enlarged }: FleetVerdict): Sentence {
  if (endpoints === 0)
    return { en: 'There are no endpoints to judge it by yet.', zh: '还没有终端，无法判断播出效果。' };
  const first =
    plays === endpoints
      ? { en: `Plays on all ${endpoints} endpoints`, zh: `全部 ${endpoints} 个终端均可播放` }
      : {
          en: `Plays on ${plays} of ${endpoints} endpoints`,
          zh: `${endpoints} 个终端中有 ${plays} 个可以播放`,
        };
  const { en, zh } = joined([
    first,
    ...short.map(({ reason, endpoints: n }) => SHORT_WORDS[reason](n)),
    ...(enlarged > 0
      ? [{ en: `${enlarged} enlarge it a lot`, zh: `${enlarged} 个会明显放大、画面发虚` }]
      : []),
  ]);
  return { en: `${en}.`, zh: `${zh}。` };
}
