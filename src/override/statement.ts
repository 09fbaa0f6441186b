import type { EpochMs, Ms } from '../base/units.ts';
import { type PlayableFile, renditionFor } from '../catalogue/rendition.ts';
import type { EndpointKind } from '../contract/media-type.ts';
import type { Override, Severity } from '../contract/override.ts';
import type { Content } from './override.ts';

/** What one set of endpoints is told to show. */
export interface Part {
  readonly show: Override['show'];
  readonly endpoints: readonly number[];
  /**
   * The overrides that are meant instead of the one that this is a part of: after a restore, those that only the players
   * may still know.
   */
  readonly overrideIds?: readonly number[];
}

/** The content as each endpoint shows it, and the endpoints that can show none of it. */
export interface Apportioned {
  readonly parts: readonly Part[];
  readonly unreached: readonly { readonly endpointId: number; readonly reason: 'noSound' | 'noPicture' }[];
}

/** What decides which form of the content suits a place. */
interface TextedPlace {
  readonly id: number;
  readonly kind: EndpointKind;
  /** Its player can say a text aloud. */
  readonly speaks: boolean;
  /** Its player sounds MP3 and nothing else. */
  readonly mp3Only?: boolean;
}

/**
 * Gives every endpoint the form of the content that suits it: the material where it can play it, else the
 * words on anything that has a picture or can say them.
 */
export function apportion(
  content: Content,
  endpoints: readonly TextedPlace[],
  files: readonly PlayableFile[],
): Apportioned {
  const byShow = new Map<string, { show: Override['show']; endpoints: number[] }>();
  const unreached: { endpointId: number; reason: 'noSound' | 'noPicture' }[] = [];
  for (const { id, ...place } of endpoints) {
    const { kind } = place;
    const show = showFor(content, place, files);
    if (!show) {
      unreached.push({ endpointId: id, reason: kind === 'loudspeaker' ? 'noSound' : 'noPicture' });
      continue;
    }
    const key = JSON.stringify(show);
    const part = byShow.get(key) ?? { show, endpoints: [] };
    part.endpoints.push(id);
    byShow.set(key, part);
  }
  return { parts: [...byShow.values()], unreached };
}

function showFor(
  { text, assetId }: Content,
  { kind, speaks, mp3Only = false }: Omit<TextedPlace, 'id'>,
  files: readonly PlayableFile[],
): Override['show'] | null {
  const file =
    assetId === undefined
      ? null
      : renditionFor({ kind, takes: { size: null, thinLine: false, mp3Only } }, files);
  if (file && assetId !== undefined) return { kind: 'media', assetId, media: [file.sha256] };
  return text && (kind !== 'loudspeaker' || speaks) ? { kind: 'text', ...text } : null;
}

/** What a statement says, whatever endpoints it names. */
export interface StatementFacts {
  readonly id: number;
  readonly serial: number;
  readonly state: 'live' | 'withdrawn';
  readonly severity: Severity;
  readonly drill: boolean;
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly parts: readonly Part[];
}

/**
 * An override that begins now is told to have begun so long ago: a box whose clock is a little slow shows it at
 * once all the same.
 */
export const CLOCK_LAG_MS: Ms = 30_000;

/** Endpoints named in one statement: few enough that a statement stays near a kilobyte. */
const ENDPOINTS_A_STATEMENT = 100;

/** The statements that tell an override to all its endpoints; each endpoint is named in exactly one about each override. */
export function statementsOf(facts: StatementFacts): Override[] {
  const { id, serial, state, severity, drill, from, until, parts } = facts;
  const fleet = parts.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
  return parts.flatMap(({ show, endpoints, overrideIds = [id] }) =>
    overrideIds.flatMap((overrideId) =>
      Array.from(
        { length: Math.ceil(endpoints.length / ENDPOINTS_A_STATEMENT) },
        (_, chunk): Override => ({
          version: 1,
          overrideId,
          serial,
          action: state === 'live' ? 'raise' : 'withdraw',
          severity,
          endpoints: endpoints.slice(chunk * ENDPOINTS_A_STATEMENT, (chunk + 1) * ENDPOINTS_A_STATEMENT),
          ...(fleet > ENDPOINTS_A_STATEMENT && { fleet }),
          from: new Date(from).toISOString(),
          until: new Date(until).toISOString(),
          drill,
          show,
        }),
      ),
    ),
  );
}
