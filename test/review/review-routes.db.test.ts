import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Asset } from '../../src/catalogue/asset.ts';
import { type AssetStore, assetStore } from '../../src/catalogue/asset-store.ts';
import { assets as assetRows } from '../../src/db/catalogue-tables.ts';
import { auditLog } from '../../src/db/staff-tables.ts';
import { reviewFlow } from '../../src/review/review-flow.ts';
import { reviewRoutes } from '../../src/review/review-routes.ts';
import { audit, verifyAuditChain } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';

const NOW = Date.parse('2027-02-05T02:00:00Z');
const PROBED = {
  mediaClass: 'image',
  type: 'image/png',
  durationMs: null,
  widthPx: 10,
  heightPx: 10,
  rotationDegrees: 0,
  hasSound: false,
  videoCodec: null,
  audioCodec: null,
} as const;
let database: TestDatabase;
let assets: AssetStore;
let app: ReturnType<typeof roomApp>['app'];
let decided: Asset[] = [];
let troubles: unknown[] = [];
let last = 0;
let id: number;

beforeAll(async () => {
  database = await testDatabase();
  assets = assetStore({ database, audit, now: () => NOW });
  const review = reviewFlow({
    assets,
    now: () => NOW,
    onDecided: (asset) => {
      decided.push(asset);
      if (asset.decisionReason === 'break') throw new Error('compiler broke');
    },
    onTrouble: (error) => troubles.push(error),
  });
  ({ app } = roomApp([reviewRoutes({ review })]));
});
afterAll(async () => {
  assets.close();
  await database.close();
});
beforeEach(async () => {
  decided = [];
  troubles = [];
  const { asset } = await assets.create(
    {
      draft: { fileName: 'a.png', titleZh: '告知', titleEn: '', category: 'notice', isFiller: false },
      probed: PROBED,
      sha256: (++last).toString(16).padStart(64, '0'),
      bytes: 10,
      actor: 'wang',
    },
    { keepFile: async () => {}, dropFile: async () => {} },
  );
  ({ id } = asset);
});

async function take(step: string, as: string, body?: object) {
  const answer = await app.request(`/api/assets/${id}/${step}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${as}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: await answer.json() };
}

describe('POST /api/assets/{id}/submit to retire', () => {
  test('takes material from draft to the air and off it again, each step with its audit entry', async () => {
    expect(await take('submit', 'wang.editor')).toMatchObject({
      status: 200,
      json: { state: 'submitted', submittedBy: 'wang', submittedAt: '2027-02-05T02:00:00.000Z' },
    });
    expect(await take('approve', 'zhao.reviewer', {})).toMatchObject({
      status: 200,
      json: { state: 'approved', decidedBy: 'zhao', renditions: [{ type: 'image/png' }] },
    });
    expect(await take('retire', 'wang.administrator', { reason: 'over' })).toMatchObject({
      status: 200,
      json: { state: 'retired', decidedBy: 'zhao' },
    });
    expect(decided.map(({ state }) => state)).toEqual(['approved', 'retired']);
    const entries = await database.db
      .select()
      .from(auditLog)
      .where(eq(auditLog.subject, `asset ${id}`))
      .orderBy(asc(auditLog.id));
    expect(entries.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      'wang asset.create',
      'wang asset.submit',
      'zhao asset.approve',
      'wang asset.retire',
    ]);
    expect((await verifyAuditChain(database.db)).intact).toBe(true);
  });

  test('forgets the earlier decision when rejected material is submitted again', async () => {
    await take('submit', 'wang.editor');
    const rejected = await take('reject', 'zhao.reviewer', { reason: '画面模糊' });
    expect(rejected.json).toMatchObject({ state: 'rejected', decisionReason: '画面模糊' });
    expect((await take('submit', 'li.editor')).json).toMatchObject({
      state: 'submitted',
      submittedBy: 'li',
      decidedBy: null,
      decisionReason: null,
    });
  });

  test('lets one of two simultaneous decisions win', async () => {
    await take('submit', 'wang.editor');
    const both = await Promise.all([
      take('approve', 'zhao.reviewer', {}),
      take('reject', 'qian.reviewer', { reason: 'no' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('keeps a decision although what follows from it fails', async () => {
    await take('submit', 'wang.editor');
    expect((await take('approve', 'zhao.reviewer', { reason: 'break' })).status).toBe(200);
    expect(troubles).toEqual([new Error('compiler broke')]);
    expect((await assets.get(id)).state).toBe('approved');
  });

  test.each([
    ['approval of a draft', 'approve', 'zhao.reviewer', {}, 409, 'review.notAllowed'],
    ['retirement of a draft', 'retire', 'zhao.reviewer', {}, 409, 'review.notAllowed'],
    ['a decision by an editor', 'approve', 'li.editor', {}, 403, 'role.insufficient'],
    ['a rejection without a reason', 'reject', 'zhao.reviewer', { reason: ' ' }, 422, 'request.invalid'],
  ])('refuses %s and leaves the draft a draft', async (_, step, as, body, status, code) => {
    expect(await take(step, as, body)).toMatchObject({ status, json: { code } });
    expect((await assets.get(id)).state).toBe('draft');
  });

  test('refuses the approval of own work, as the database does', async () => {
    await take('submit', 'wang.reviewer');
    expect(await take('approve', 'wang.reviewer', {})).toMatchObject({
      status: 403,
      json: { code: 'review.ownWork' },
    });
    const forced = database.db
      .update(assetRows)
      .set({ state: 'approved', decidedBy: 'wang' })
      .where(eq(assetRows.id, id));
    await expect(forced).rejects.toMatchObject({ cause: { constraint_name: 'second_person' } });
  });

  test('refuses an asset that does not exist with asset.unknown', async () => {
    id = 987_654;
    expect(await take('submit', 'wang.editor')).toMatchObject({
      status: 404,
      json: { code: 'asset.unknown' },
    });
  });
});
