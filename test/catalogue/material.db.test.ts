import { asc } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditLog } from '../../src/db/staff-tables.ts';
import { type Desk, deskOf, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';

let running: TestServer;
let editor: Desk;
let reviewer: Desk;
let world: ReturnType<typeof worldOf>;

beforeAll(async () => {
  running = await testServer();
  editor = await deskOf(running, 'editor');
  reviewer = await deskOf(running, 'reviewer');
  world = worldOf(running.database);
});
afterAll(async () => {
  await running.stop();
  expect(running.troubles).toEqual([]);
});

const idsOf = (page: { assets: { id: number }[] }) => page.assets.map(({ id }) => id);
const look = async (query: string) => (await editor.ask('GET', `/api/material?${query}`)).body;
const act = (desk: Desk, what: string, body: unknown) => desk.ask('POST', `/api/material/${what}`, body);
const draft = (over: object = {}) =>
  world.asset({ state: 'draft', submittedBy: null, decidedBy: null, ...over });

describe('looking through material', () => {
  test('pages have every piece that was there once, newest first, whatever comes in meanwhile', async () => {
    const there: number[] = [];
    for (let n = 0; n < 25; n += 1) there.push((await world.asset({ titleZh: `分页 ${n}` })).id);
    const seen: number[] = [];
    let next: number | null = null;
    do {
      const page = await look(
        `q=${encodeURIComponent('分页')}&limit=7${next === null ? '' : `&before=${next}`}`,
      );
      seen.push(...idsOf(page));
      next = page.next;
      await world.asset({ titleZh: '分页 又来' });
    } while (next !== null);
    expect(seen).toEqual(there.toReversed());
  });

  test('a search finds every word in titles, file names and tags, in any case, and takes no sign for a pattern', async () => {
    const { id } = await world.asset({ titleEn: 'Lift 100% SAFE', fileName: 'Aufzug_7.mp4', tags: ['电梯'] });
    for (const q of ['lift safe', 'AUFZUG_7', '100%', '电梯 lift'])
      expect(idsOf(await look(`q=${encodeURIComponent(q)}`)), q).toEqual([id]);
    for (const q of ['lift boat', 'aufzug%7', '_00%'])
      expect(idsOf(await look(`q=${encodeURIComponent(q)}`)), q).toEqual([]);
  });

  test('counts tell each state of all that fits, also where one state is asked for', async () => {
    await world.asset({ titleZh: '计数 一' });
    await draft({ titleZh: '计数 二' });
    const page = await look(`q=${encodeURIComponent('计数')}&state=draft`);
    expect(page.assets).toHaveLength(1);
    expect(page.counts).toMatchObject({ draft: 1, approved: 1, submitted: 0 });
  });

  test('the versions of a piece are found from any of them', async () => {
    const first = await world.asset();
    const second = await world.asset({ versionOf: first.id });
    for (const { id } of [first, second])
      expect(idsOf(await look(`versionsOf=${id}`))).toEqual([second.id, first.id]);
  });

  test('titles are told of the pieces that exist, and a list of ids that is none is refused', async () => {
    const { id } = await world.asset({ titleZh: '名字' });
    const { body } = await editor.ask('GET', `/api/material/titles?ids=${id},999999`);
    expect(body.titles).toEqual([{ id, titleZh: '名字', titleEn: '' }]);
    expect((await editor.ask('GET', '/api/material/titles?ids=1,x')).status).toBe(422);
  });
});

describe('many pieces at once', () => {
  test('a tag is put on those that lack it, taken off again by what was told, and written to the audit log', async () => {
    const [bare, tagged] = [await world.asset(), await world.asset({ tags: ['春节', '消防月'] })];
    const ids = [bare.id, tagged.id];
    const put = await act(editor, 'tags', { ids, tag: '消防月', isOn: true });
    expect(put.body.changed).toEqual([bare.id]);
    expect(idsOf(await look(`tag=${encodeURIComponent('消防月')}`))).toEqual(ids.toReversed());
    expect((await editor.ask('GET', '/api/material/tags')).body.tags).toContain('消防月');
    const off = await act(editor, 'tags', { ids: put.body.changed, tag: '消防月', isOn: false });
    expect(off.body.changed).toEqual([bare.id]);
    expect(idsOf(await look(`tag=${encodeURIComponent('消防月')}`))).toEqual([tagged.id]);
    const written = await running.database.db.select().from(auditLog).orderBy(asc(auditLog.id));
    expect(written.slice(-2).map(({ action }) => action)).toEqual(['assets.tag', 'assets.untag']);
  });

  test('a category changes for drafts alone, since it decides how many must approve', async () => {
    const [one, approved] = [await draft(), await world.asset()];
    const { body } = await act(editor, 'category', { ids: [one.id, approved.id], category: 'warning' });
    expect(body.changed).toEqual([{ id: one.id, category: 'psa' }]);
    expect((await editor.ask('GET', `/api/assets/${one.id}`)).body.category).toBe('warning');
    expect((await editor.ask('GET', `/api/assets/${approved.id}`)).body.category).toBe('psa');
  });

  test('a step of review is taken with those that allow it, and the others are told with the reason', async () => {
    const [one, approved] = [await draft(), await world.asset()];
    const sent = await act(editor, 'review', { ids: [one.id, approved.id], step: 'submit' });
    expect(sent.body.done).toEqual([one.id]);
    expect(sent.body.refused).toMatchObject([{ id: approved.id, code: 'review.notAllowed' }]);
    const off = await act(reviewer, 'review', { ids: [approved.id], step: 'retire' });
    expect(off.body.done).toEqual([approved.id]);
  });

  test('an editor cannot take many pieces off the air at once', async () => {
    const { id } = await world.asset();
    const { body } = await act(editor, 'review', { ids: [id], step: 'retire' });
    expect(body).toMatchObject({ done: [], refused: [{ code: 'role.insufficient' }] });
  });
});
