import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { type AConsole, aConsole, expectSound, PATIENCE_MS } from './a-console.ts';
import { fleetDraft } from './a-fleet-draft.ts';

const sample = (name: string) => fileURLToPath(new URL(`../../media/samples/${name}`, import.meta.url));

describe.skipIf(!CHROMIUM)(`playlists in the console${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let there: AConsole;
  let [still, film] = [0, 0];
  beforeAll(async () => {
    there = await aConsole();
    const { server } = there.running;
    await server.endpoints.create({ ...fleetDraft(1), widthPx: 1_080, heightPx: 1_920 }, 'system');
    await server.endpoints.create({ ...fleetDraft(2), widthPx: 1_920, heightPx: 1_080 }, 'system');
    const imported = async (name: string, category: 'psa' | 'notice') => {
      const { asset } = await server.imports.importFile({
        source: new Blob([await readFile(sample(name))]).stream(),
        draft: { fileName: name, titleEn: '', category, isFiller: false },
        actor: 'system',
      });
      return asset.id;
    };
    still = await imported('notice-spring-festival.png', 'notice');
    film = await imported('psa-ebike-charging.mp4', 'psa');
  });
  afterAll(() => there?.stop());

  test('material is dragged into a playlist, whose draft keeps itself over a reload and is stored when told', async () => {
    const seat = await there.enter('editor', 'en');
    const { page } = seat;
    await seat.open('/playlists/new');
    const row = page.locator('.picker li').filter({ hasText: 'psa-ebike' });
    const ground = page.locator('.order-ground');
    await row.hover();
    await page.mouse.down();
    const place = await ground.boundingBox();
    if (!place) throw new Error('there is no place to drop');
    await page.mouse.move(place.x + 40, place.y + place.height / 2, { steps: 6 });
    await page.locator('.carried').waitFor();
    await page.mouse.up();
    await page.locator('.order li').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Kept');
    await page.getByText(/^Draft saved \d/).waitFor();
    expect(await there.running.server.playlists.list()).toEqual([]);
    await page.reload();
    await page.getByText(/You go on from your draft/).waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Kept');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(/playlists\/\d+$/);
    await seat.open('/playlists/new');
    await page.getByText('Drag material here').waitFor();
    await seat.context.close();
  });

  test('a playlist is previewed in the shape of a chosen endpoint, by its files, from play to seek', async () => {
    const { server } = there.running;
    const { id } = await server.playlists.create(
      {
        name: 'Shown',
        items: [
          { assetId: still, weight: 1, durationMs: 2_000 },
          { assetId: film, weight: 1 },
        ],
      },
      'system',
    );
    const seat = await there.enter('viewer', 'zh');
    const { page } = seat;
    await seat.open(`/playlists/${id}`);
    const picture = page.locator('.stage .picture');
    await picture.locator('img').waitFor();
    const shape = async () => {
      const box = await picture.boundingBox();
      return box ? box.width / box.height : 0;
    };
    expect(await shape()).toBeCloseTo(1_080 / 1_920, 1);
    await page.getByRole('combobox', { name: '在哪个终端上' }).click();
    await page.getByTitle('DS-002').click();
    await expect.poll(shape).toBeCloseTo(1_920 / 1_080, 1);
    await page.getByRole('button', { name: '播放', exact: true }).click();
    const video = picture.locator('video');
    await video.waitFor();
    await expect.poll(() => video.evaluate((one: HTMLVideoElement) => one.currentTime)).toBeGreaterThan(0);
    await page.getByRole('button', { name: '暂停' }).click();
    await page.getByRole('slider', { name: '播放位置' }).fill('3000');
    await expect.poll(() => video.evaluate((one: HTMLVideoElement) => one.currentTime)).toBeCloseTo(1, 1);
    await page.getByRole('group', { name: /^预览/ }).focus();
    await page.keyboard.press('.');
    await expect.poll(() => video.evaluate((one: HTMLVideoElement) => one.currentTime)).toBeCloseTo(1.04, 2);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await picture.locator('img').waitFor();
    await expectSound(seat, 'preview of a playlist');
    await seat.context.close();
  });

  test('of two editors the second sees who stored what, and keeps both', async () => {
    const { server } = there.running;
    const { id } = await server.playlists.create(
      { name: 'Shared', items: [{ assetId: still, weight: 1 }] },
      'system',
    );
    const [first, second] = [await there.enter('editor', 'en'), await there.enter('editor', 'en')];
    for (const seat of [first, second]) {
      await seat.open(`/playlists/${id}`);
      await seat.page.locator('.order li').waitFor();
    }
    await first.page.getByRole('button', { name: 'Add psa-ebike-charging' }).click();
    await first.page.getByText(/^Draft saved/).waitFor();
    await second.page.getByText(/editor name is editing this playlist too/).click();
    await second.page.getByText('added psa-ebike-charging').waitFor();
    await second.page.getByLabel('Seconds that notice-spring-festival stays').fill('25');
    await second.page.getByText(/^Draft saved/).waitFor();

    await first.page.getByRole('button', { name: 'Save', exact: true }).click();
    await first.page.getByText('Saved', { exact: true }).waitFor();
    const conflict = second.page.getByRole('alert').filter({ hasText: 'stored this playlist at' });
    await conflict.getByText('added psa-ebike-charging').waitFor();
    expect(await second.page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
    await conflict.getByRole('button', { name: 'Keep both' }).click();
    await second.page.waitForURL((url) => !url.pathname.endsWith(`/${id}`));
    const lists = await server.playlists.list();
    expect(lists.find((one) => one.id === id)?.items).toHaveLength(2);
    expect(lists.at(-1)).toMatchObject({ name: 'Shared (editor name)', items: [{ durationMs: 25_000 }] });
    await first.context.close();
    await second.context.close();
  });

  test('an entry has its title in the language of the console', async () => {
    const { server, database } = there.running;
    await database.sql`update assets set title_en = 'Ride safely' where id = ${film}`;
    const items = [{ assetId: film, weight: 1 }];
    const { id } = await server.playlists.create({ name: 'Rides', items }, 'system');
    const seat = await there.enter('editor', 'en');
    await seat.open(`/playlists/${id}`);
    await seat.page.locator('.order li').filter({ hasText: 'Ride safely' }).waitFor();
    await seat.context.close();
  });

  test('what is changed while a save is on its way stays a change, and is stored by the next save', async () => {
    const { server } = there.running;
    const { id } = await server.playlists.create(
      { name: 'Slow', items: [{ assetId: still, weight: 6 }] },
      'system',
    );
    const seat = await there.enter('editor', 'en');
    const { page } = seat;
    const sent = Promise.withResolvers<void>();
    await page.route(`**/api/playlists/${id}`, async (route) => {
      if (route.request().method() === 'PUT') await sent.promise;
      await route.continue();
    });
    await seat.open(`/playlists/${id}`);
    const weight = page.getByRole('spinbutton', { name: /^Weight of/ });
    await weight.press('End');
    await weight.press('Backspace');
    await weight.press('4');
    expect(await weight.inputValue()).toBe('4');
    const save = page.getByRole('button', { name: 'Save', exact: true });
    const stored = async () => (await server.playlists.get(id)).items[0]?.weight;
    await save.click();
    await weight.fill('5000');
    await weight.blur();
    expect(await weight.inputValue()).toBe('1000');
    sent.resolve();
    await expect.poll(stored).toBe(4);
    await page.getByText('Saved', { exact: true }).waitFor();
    await save.click();
    await expect.poll(stored).toBe(1_000);
    await seat.context.close();
  });
});
