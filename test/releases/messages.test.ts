import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { acceptManifest } from '../../players/core/accept-manifest.ts';
import { verifyOnNode } from '../../players/node/verify-on-node.ts';
import { healthAnswerSchema, healthReportSchema } from '../../src/contract/health.ts';
import { MANIFEST_TYP } from '../../src/contract/manifest.ts';
import {
  overrideReceiptsSchema,
  receiptsTakenSchema,
  standingStatementsSchema,
} from '../../src/contract/override.ts';
import { enrolmentRequestSchema, pairingStateSchema } from '../../src/contract/pairing.ts';
import { playReceiptSchema, playReportSchema } from '../../src/contract/play-report.ts';

/* What a released player and its server said to each other, as cut-release.ts wrote it down: frozen, unlike the schemas. */

const exchangesSchema = z.array(
  z.object({ method: z.string(), path: z.string(), body: z.unknown(), status: z.int(), answer: z.string() }),
);
const releases = readdirSync(import.meta.dirname).filter((name) => /^\d/.test(name));
const START = '/api/player/v1';
/** By path: what the server takes, and what the player reads. */
const CONTRACT: Readonly<Record<string, { asks: z.ZodType | null; answers: z.ZodType }>> = {
  '/enrolments': { asks: enrolmentRequestSchema, answers: pairingStateSchema },
  '/health': { asks: healthReportSchema, answers: healthAnswerSchema },
  '/plays': { asks: playReportSchema, answers: playReceiptSchema },
  '/receipts': { asks: overrideReceiptsSchema, answers: receiptsTakenSchema },
  '/overrides': { asks: null, answers: standingStatementsSchema },
};

describe.each(releases)('messages of version %s', (version) => {
  const text = readFileSync(join(import.meta.dirname, version, 'messages.json'), 'utf8');
  const exchanges = exchangesSchema.parse(JSON.parse(text));
  const at = (path: string) => exchanges.filter((one) => one.path === START + path);

  test.each(Object.entries(CONTRACT))(
    'at %s are taken as they are, and understood',
    (path, { asks, answers }) => {
      expect(at(path).length).toBeGreaterThan(0);
      for (const { body, answer, status } of at(path)) {
        expect(status).toBeLessThan(300);
        if (asks) expect(asks.safeParse(body).error).toBeUndefined();
        expect(answers.safeParse(JSON.parse(answer)).error).toBeUndefined();
      }
    },
  );

  test('are all on this list', () => {
    const known = [...Object.keys(CONTRACT), '/manifest'].map((path) => START + path);
    expect(exchanges.map(({ path }) => path).filter((path) => !known.includes(path))).toEqual([]);
  });

  test('bring a signed programme that today’s player accepts', async () => {
    const paired = pairingStateSchema.parse(JSON.parse(at('/enrolments')[0]?.answer ?? ''));
    if (paired.state !== 'paired') throw new Error('the player was not paired');
    const jws = at('/manifest').find(({ status }) => status === 200)?.answer ?? '';
    const verified = await verifyOnNode(jws, MANIFEST_TYP, paired.serverKeys);
    if (!verified.ok) throw new Error(verified.fault);
    const { endpointId } = paired;
    const terms = { endpointId, highestSerial: 0, nowMs: null, shelf: null };
    const programme = acceptManifest(verified.text, terms);
    if (typeof programme === 'string') throw new Error(programme);
    expect(programme.stretches.length).toBeGreaterThan(0);
    expect(programme.loops.size).toBeGreaterThan(0);
  });
});
