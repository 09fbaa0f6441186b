import type { EndpointKind } from '../../src/contract/media-type.ts';
import { endpointKindSchema } from '../../src/contract/media-type.ts';

/** What the page's address may ask for; all of it optional. */
export interface PageOptions {
  /** `contain` shows the whole picture, `cover` fills the screen and crops. */
  readonly fit: 'contain' | 'cover';
  /** How far the picture is turned, clockwise, for screens hung on their side. */
  readonly rotate: 0 | 90 | 180 | 270;
  /** What the endpoint is; told to the server at pairing. */
  readonly kind: EndpointKind;
  /** Separates the storage of several players in one browser. */
  readonly player: string;
  /** Loudest volume, 0 to 1. */
  readonly volume: number;
}

/** Reads `?fit=cover&rotate=90&kind=tv&player=left&volume=60`; anything unreadable counts as absent. */
export function readPageOptions(query: string): PageOptions {
  const asked = new URLSearchParams(query);
  const degrees = Number(asked.get('rotate'));
  const percent = Number.parseFloat(asked.get('volume') ?? '');
  const player = asked.get('player') ?? '';
  return {
    fit: asked.get('fit') === 'cover' ? 'cover' : 'contain',
    rotate: degrees === 90 || degrees === 180 || degrees === 270 ? degrees : 0,
    kind: endpointKindSchema.safeParse(asked.get('kind')).data ?? 'screen',
    player: /^[a-z0-9-]{1,32}$/.test(player) ? player : 'main',
    volume: percent >= 0 && percent <= 100 ? percent / 100 : 1,
  };
}

/** The single-use enrolment token of an address such as `/player/#enrol=…`, or null. It never reaches a server log. */
export function readEnrolment(hash: string): string | null {
  return /^#enrol=([A-Za-z0-9_-]{20,200})$/.exec(hash)?.[1] ?? null;
}
