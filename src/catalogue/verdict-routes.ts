import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam } from '../base/api-routes.ts';
import type { AssetStore } from './asset-store.ts';
import type { FindingStore } from './finding-store.ts';
import { type Findings, findingsSchema, findingWords } from './findings.ts';
import { type FleetShape, judge, verdictWords } from './fleet-verdict.ts';

/** Whether a film or sound was played through. */
const LISTENING = ['none', 'noFfmpeg', 'waiting', 'failed', 'done'] as const;
const sentenceSchema = z.object({ en: z.string(), zh: z.string() });
const verdictSchema = z
  .object({
    sentence: sentenceSchema.openapi({
      example: {
        en: 'Plays on 92 of 138 endpoints; 46 need a portrait version.',
        zh: '138 个终端中有 92 个可以播放；46 个需要竖版。',
      },
    }),
    endpoints: z.int(),
    /** Where it plays as it should. */
    plays: z.int(),
    short: z.array(
      z.object({
        reason: z.enum([
          'needsPortrait',
          'needsLandscape',
          'needsConversion',
          'noPicture',
          'noSound',
          'playerCannot',
        ]),
        endpoints: z.int(),
      }),
    ),
    /** Where it plays, but enlarged to more than twice its pixels each way. */
    enlarged: z.int(),
    listening: z.enum(LISTENING).openapi({
      description:
        'Films and sounds are played through once in the background; `none`: a still; `noFfmpeg`: this server cannot',
    }),
    findings: findingsSchema.nullable(),
    /** What the findings mean; nothing where all is as it ought to be. */
    notes: z.array(sentenceSchema),
  })
  .openapi('Verdict');

/** What material means for the fleet, for signed-in staff. */
export function verdictRoutes(deps: {
  assets: Pick<AssetStore, 'get'>;
  findings: Pick<FindingStore, 'of'>;
  fleet: () => Promise<readonly FleetShape[]>;
  canListen: boolean;
}) {
  const { assets, findings, fleet, canListen } = deps;
  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/assets/{id}/verdict',
      tags: ['Material 素材'],
      summary: 'What it means for the fleet: where it plays, what is missing, what is black or silent',
      request: { params: idParam },
      responses: answers(200, verdictSchema, 'The verdict at this moment'),
    }),
    async (c) => {
      const asset = await assets.get(c.req.valid('param').id);
      const { durationMs, hasSound } = asset;
      const verdict = judge(asset, await fleet());
      const found = durationMs === null ? null : await findings.of(asset.id);
      const isFound = found !== null && typeof found === 'object';
      return c.json(
        {
          ...verdict,
          short: [...verdict.short],
          sentence: verdictWords(verdict),
          listening: listeningOf(found, canListen),
          findings: isFound ? found : null,
          notes: isFound && durationMs !== null ? findingWords(found, { durationMs, hasSound }) : [],
        },
        200,
      );
    },
  );
}

function listeningOf(
  found: Findings | 'waiting' | 'failed' | null,
  canListen: boolean,
): (typeof LISTENING)[number] {
  if (found === null) return 'none';
  if (found === 'failed') return 'failed';
  if (found === 'waiting') return canListen ? 'waiting' : 'noFfmpeg';
  return 'done';
}
