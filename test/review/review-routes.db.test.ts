import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Asset } from '../../src/catalogue/asset.ts';
import { type AssetStore, assetStore, type NewAsset } from '../../src/catalogue/asset-store.ts';
import { playlistItems, playlists } from '../../src/db/campaign-tables.ts';
import { assets as assetRows } from '../../src/db/catalogue-tables.ts';
import { auditLog } from '../../src/db/staff-tables.ts';
import { type ReviewFlow, reviewFlow } from '../../src/review/review-flow.ts';
import { reviewRoutes } from '../../src/review/review-routes.ts';
import { followVersion } from '../../src/review/version-store.ts';
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
let clockMs = NOW;
let id: number;
let review: ReviewFlow;

beforeAll(async () => {
  database = await testDatabase();
  const now = () => clockMs;
  assets = assetStore({ database, audit, now });
  review = reviewFlow({
    ...{ assets, now, warningApprovals: 2 },
    followVersion: followVersion({ audit, now }),
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
  clockMs = NOW;
  id = await newAsset({});
});

async function newAsset(more: Partial<NewAsset['draft']>): Promise<number> {
  const plain = { fileName: 'a.png', titleZh: '告知', titleEn: '', isFiller: false } as const;
  const { asset } = await assets.create(
    {
      draft: { ...plain, category: 'notice', ...more },
      probed: PROBED,
      sha256: (++last).toString(16).padStart(64, '0'),
      bytes: 10,
      actor: 'wang',
    },
    { keepFile: async () => {}, dropFile: async () => {} },
  );
  return asset.id;
}

async function take(step: string, as: string, body?: object, assetId = id) {
  const answer = await app.request(`/api/assets/${assetId}/${step}`, {
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

  test('keeps the area that a rejection points at until the material is submitted again', async () => {
    await take('submit', 'wang.editor');
    const mark = { area: { left: 0.5, top: 0, width: 0.25, height: 0.5 } };
    const reason = '人脸未打码';
    expect((await take('reject', 'zhao.reviewer', { reason, mark })).json).toMatchObject({
      decisionReason: reason,
      decisionMark: mark,
    });
    expect((await take('submit', 'wang.editor')).json).toMatchObject({ decisionMark: null });
  });

  test.each([
    ['a moment of a still', { atMs: 0 }, 'review.badMark'],
    [
      'an area that leaves the picture',
      { area: { left: 0.9, top: 0, width: 0.2, height: 1 } },
      'request.invalid',
    ],
    ['no place at all', {}, 'request.invalid'],
  ])('refuses a rejection that points at %s', async (_, mark, code) => {
    await take('submit', 'wang.editor');
    expect(await take('reject', 'zhao.reviewer', { reason: 'no', mark })).toMatchObject({
      status: 422,
      json: { code },
    });
    expect((await assets.get(id)).state).toBe('submitted');
  });

  test('airs a warning film only after two people besides the submitter, as the database holds too', async () => {
    id = await newAsset({ category: 'warning' });
    await take('submit', 'wang.editor');
    expect((await take('approve', 'zhao.reviewer', {})).json).toMatchObject({
      state: 'submitted',
      firstApprovedBy: 'zhao',
      decidedBy: null,
    });
    expect(await take('approve', 'zhao.reviewer', {})).toMatchObject({
      status: 403,
      json: { code: 'review.ownWork' },
    });
    const forced = database.db
      .update(assetRows)
      .set({ state: 'approved', decidedBy: 'zhao' })
      .where(eq(assetRows.id, id));
    await expect(forced).rejects.toMatchObject({ cause: { constraint_name: 'third_person' } });
    expect((await take('approve', 'qian.reviewer', {})).json).toMatchObject({
      state: 'approved',
      firstApprovedBy: 'zhao',
      decidedBy: 'qian',
    });
  });

  test('forgets the first of two approvals when the material is submitted again', async () => {
    id = await newAsset({ category: 'warning' });
    await take('submit', 'wang.editor');
    await take('approve', 'zhao.reviewer', {});
    await take('withdraw', 'wang.editor');
    expect((await take('submit', 'zhao.editor')).json).toMatchObject({
      state: 'submitted',
      firstApprovedBy: null,
    });
  });

  test('plays the old version until the new one is approved, which then takes its place everywhere', async () => {
    await take('submit', 'wang.editor');
    await take('approve', 'zhao.reviewer', {});
    const [list] = await database.db
      .insert(playlists)
      .values({ name: '节目', createdBy: 'wang', createdAt: new Date(NOW) })
      .returning({ playlistId: playlists.id });
    const playlistId = list?.playlistId ?? 0;
    await database.db.insert(playlistItems).values({ playlistId, position: 0, assetId: id });
    const listed = async () =>
      (await database.db.select().from(playlistItems).where(eq(playlistItems.playlistId, playlistId))).map(
        ({ assetId }) => assetId,
      );

    const second = await newAsset({ newVersionOf: id });
    const third = await newAsset({ newVersionOf: second });
    expect(await assets.get(third)).toMatchObject({ state: 'draft', versionOf: id });
    await take('submit', 'wang.editor', undefined, third);
    expect(await listed()).toEqual([id]);
    expect((await assets.get(id)).state).toBe('approved');

    await take('approve', 'zhao.reviewer', {}, third);
    expect(await listed()).toEqual([third]);
    expect((await assets.get(id)).state).toBe('retired');
    expect((await assets.get(second)).state).toBe('draft');
    const entries = await database.db
      .select()
      .from(auditLog)
      .where(eq(auditLog.subject, `asset ${third}`))
      .orderBy(asc(auditLog.id));
    expect(entries.map(({ action }) => action)).toEqual([
      'asset.create',
      'asset.submit',
      'asset.approve',
      'asset.follow',
    ]);
  });

  test('retires what has expired by itself, with an audit entry, and nothing else', async () => {
    const other = await newAsset({});
    await take('submit', 'wang.editor', undefined, other);
    await take('approve', 'zhao.reviewer', {}, other);
    await take('expiry', 'wang.editor', { expiresAt: '2027-02-06T10:00:00+08:00' });
    await take('submit', 'wang.editor');
    await take('approve', 'zhao.reviewer', {});
    clockMs = Date.parse('2027-02-06T01:59:59.999Z');
    await review.retireExpired();
    expect((await assets.get(id)).state).toBe('approved');
    clockMs += 1;
    decided = [];
    await review.retireExpired();
    expect(decided).toMatchObject([{ id, state: 'retired', expiresAt: '2027-02-06T02:00:00.000Z' }]);
    expect((await assets.get(other)).state).toBe('approved');
    const [entry] = await database.db.select().from(auditLog).where(eq(auditLog.action, 'asset.expire'));
    expect(entry).toMatchObject({ actor: 'system', subject: `asset ${id}` });
    await take('submit', 'wang.editor');
    expect(await take('approve', 'zhao.reviewer', {})).toMatchObject({
      status: 409,
      json: { code: 'review.notAllowed' },
    });
  });

  test('refuses its submitter a later expiry of what is on the air', async () => {
    await take('expiry', 'wang.editor', { expiresAt: '2027-03-01T00:00:00Z' });
    await take('submit', 'wang.editor');
    await take('approve', 'zhao.reviewer', {});
    expect((await take('expiry', 'wang.reviewer', { expiresAt: null })).status).toBe(403);
    expect((await take('expiry', 'qian.reviewer', { expiresAt: null })).json).toMatchObject({
      expiresAt: null,
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
