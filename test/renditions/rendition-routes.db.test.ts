import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renditionRoutes } from '../../src/renditions/rendition-routes.ts';
import { type RenditionStore, renditionStore } from '../../src/renditions/rendition-store.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';

let database: TestDatabase;
let store: RenditionStore;
let app: ReturnType<typeof roomApp>['app'];
let assetId = 0;

beforeAll(async () => {
  database = await testDatabase();
  store = renditionStore({ database, audit, now: () => 1_800_000_000_000, holder: 'one' });
  app = roomApp([renditionRoutes({ store, transcoder: null })]).app;
  const [row] = await database.sql<{ id: number }[]>`
    insert into assets (title_zh, category, media_class, sha256, file_name, type, bytes, has_sound, created_by,
      created_at, duration_ms)
    values ('x', 'psa', 'video', ${'c'.repeat(64)}, 'x', 'video/mp4', 1, true, 'li', now(), 1000) returning id`;
  assetId = row?.id ?? 0;
  await store.queue(assetId, 'sound');
});
afterAll(() => database.close());

const ask = async (method: string, path: string, role: string, language = 'en') => {
  const headers = { authorization: `Bearer li.${role}`, 'accept-language': language };
  const response = await app.request(path, { method, headers });
  return { status: response.status, body: await response.json() };
};

describe('what is made of an upload, over HTTP', () => {
  test('is listed for everybody, with the sentence that nothing can be converted here', async () => {
    const { status, body } = await ask('GET', `/api/assets/${assetId}/renditions`, 'viewer');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      transcoder: null,
      jobs: [{ madeFor: 'sound', state: 'queued', progressPercent: 0, trouble: null, endedAt: null }],
    });
  });

  test('tells why it failed in both languages', async () => {
    const job = await store.claim();
    await store.fail(job?.id ?? 0, 'damaged');
    const { body } = await ask('GET', `/api/assets/${assetId}/renditions`, 'viewer');
    expect(body.jobs[0]).toMatchObject({ state: 'failed' });
    expect(body.jobs[0].trouble.zh).toMatch(/转码/);
    expect(body.jobs[0].trouble.en).toMatch(/converted/);
  });

  test('is begun anew and cancelled by editors alone, each time with a line in the log', async () => {
    const [job] = await store.ofAsset(assetId);
    expect((await ask('POST', `/api/renditions/${job?.id}/retry`, 'viewer')).status).toBe(403);
    const retried = await ask('POST', `/api/renditions/${job?.id}/retry`, 'editor');
    expect(retried).toMatchObject({ status: 200, body: { state: 'queued', attempts: 0, trouble: null } });
    const again = await ask('POST', `/api/renditions/${job?.id}/retry`, 'editor', 'zh-CN');
    expect(again).toMatchObject({ status: 409, body: { code: 'rendition.notNow' } });
    expect(again.body.detail).toMatch(/排队中/);
    const cancelled = await ask('POST', `/api/renditions/${job?.id}/cancel`, 'editor');
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect(cancelled.body.endedAt).not.toBeNull();
    const entries =
      await database.sql`select action from audit_log where action like 'rendition.%' order by id`;
    expect(entries.map(({ action }) => action)).toEqual(['rendition.retry', 'rendition.cancel']);
  });

  test('is refused clearly where there is no such conversion', async () => {
    const { status, body } = await ask('POST', '/api/renditions/99999/cancel', 'editor');
    expect(status).toBe(404);
    expect(body.code).toBe('rendition.unknown');
  });
});
