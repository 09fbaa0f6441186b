import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BookingDraft } from '../../src/campaigns/booking.ts';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { type AConsole, aConsole, expectSound, PATIENCE_MS } from './a-console.ts';
import { fleetDraft } from './a-fleet-draft.ts';

const sample = fileURLToPath(new URL('../../media/samples/psa-ebike-charging.mp4', import.meta.url));
const DAY_MS = 86_400_000;
/** Days on from the 10th of next month, so that all lie in one month still to come. */
const dayOf = (n: number) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 10) + n * DAY_MS)
    .toISOString()
    .slice(0, 10);
};

describe.skipIf(!CHROMIUM)(`bookings in the console${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let there: AConsole;
  let assetId: number;
  beforeAll(async () => {
    there = await aConsole();
    const { server } = there.running;
    for (const n of [1, 2, 3]) await server.endpoints.create(fleetDraft(n), 'system');
    const { asset } = await server.imports.importFile({
      source: new Blob([await readFile(sample)]).stream(),
      draft: { fileName: 'psa-ebike-charging.mp4', titleEn: '', category: 'psa', isFiller: false },
      actor: 'editor',
    });
    assetId = asset.id;
    await server.review.take('submit', assetId, { id: 'editor', role: 'editor' });
    await server.review.take('approve', assetId, { id: 'reviewer', role: 'reviewer' });
  });
  afterAll(() => there?.stop());

  /** A booking of the film on all endpoints. */
  async function booked(name: string, plays = 6) {
    const { server } = there.running;
    const dates = { fromDate: dayOf(0), toDate: dayOf(4) };
    const campaign = await server.campaigns.create(
      { name, purpose: '', targetPlays: null, ...dates },
      'system',
    );
    const playlist = await server.playlists.create({ name, items: [{ assetId, weight: 1 }] }, 'system');
    return server.campaigns.book(
      {
        campaignId: campaign.id,
        playlistId: playlist.id,
        name,
        endpoints: {},
        ...dates,
        dayparts: [],
        rrule: null,
        exdates: [],
        rate: { kind: 'perHour', plays },
        maxPerHour: null,
        maxPerDay: null,
        tier: 0,
      },
      'system',
    );
  }
  const stored = (id: number) => there.running.server.campaigns.booking(id);

  /** Somebody else changes a booking at another desk. */
  async function changedByAnother(id: number, change: Partial<BookingDraft>) {
    const { id: _, withdrawnAt, changedAt, changedBy, version, ...draft } = await stored(id);
    await there.running.server.campaigns.change(
      id,
      { ...draft, ...change, version, stretchCampaign: false },
      'system',
    );
  }

  test('a bar on the calendar is dragged and moved by keyboard, checked before it is saved, and undone', async () => {
    const { id } = await booked('Winter');
    const seat = await there.enter('editor', 'en');
    const { page } = seat;
    await seat.open('/bookings');
    await page.getByRole('link', { name: 'Airtime calendar' }).click();
    await page.waitForURL(/endpoint=1/);
    await seat.open(`/bookings/calendar?endpoint=1&date=${dayOf(0)}`);
    const bar = page.getByRole('button', { name: /^Winter, / });
    await bar.waitFor();
    await expectSound(seat, 'calendar');

    const box = await bar.boundingBox();
    if (!box) throw new Error('the bar is not on the page');
    const day = box.width / 5;
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width - 3, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 3 + 2 * day, y, { steps: 4 });
    await page.mouse.up();
    await page.getByText('It fits, and nobody loses by it.').waitFor();
    await page.getByText(/the campaign “Winter” runs from/).waitFor();
    await bar.press('ArrowRight');
    await bar.press('Alt+ArrowLeft');
    expect((await stored(id)).version).toBe(1);
    await page.getByRole('button', { name: 'Save the change' }).click();
    await page.getByText('Saved; programmes follow at once').waitFor();
    expect(await stored(id)).toMatchObject({ fromDate: dayOf(0), toDate: dayOf(7), version: 2 });

    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('heading', { name: 'Undo the change of “Winter”' }).waitFor();
    await page.getByRole('button', { name: 'Save the change' }).click();
    await page.getByText('Undone', { exact: true }).waitFor();
    expect(await stored(id)).toMatchObject({ fromDate: dayOf(0), toDate: dayOf(4), version: 3 });
    await page.getByRole('button', { name: 'Redo' }).press('Control+Shift+Z');
    await page.getByRole('button', { name: 'Save the change' }).click();
    await page.getByText('Done again', { exact: true }).waitFor();
    expect((await stored(id)).toDate).toBe(dayOf(7));

    await bar.press('ArrowRight');
    await page.getByRole('button', { name: 'Save the change' }).waitFor();
    await changedByAnother(id, { toDate: dayOf(5) });
    await page.getByRole('button', { name: 'Save the change' }).click();
    const conflict = page.getByRole('alert').filter({ hasText: 'changed this booking at' });
    await conflict.getByText(/^Dates: /).waitFor();
    expect(await conflict.getByRole('button', { name: 'Keep both' }).count()).toBe(0);
    await conflict.getByRole('button', { name: 'Keep theirs' }).click();
    await page.getByRole('button', { name: /^Winter, .* to 15 / }).waitFor();
    expect((await stored(id)).version).toBe(5);
    await seat.context.close();
  });

  test("an undo never writes over another's change, and keeps both where they differ", async () => {
    const { id } = await booked('Shared');
    const seat = await there.enter('editor', 'en');
    const { page } = seat;
    await seat.open(`/bookings/calendar?endpoint=1&date=${dayOf(0)}`);
    await page.getByRole('button', { name: /^Shared, / }).press('ArrowRight');
    await page.getByRole('button', { name: 'Save the change' }).click();
    await page.getByText('Saved; programmes follow at once').waitFor();
    await changedByAnother(id, { rate: { kind: 'perHour', plays: 2 } });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Save the change' }).click();
    const conflict = page.getByRole('alert').filter({ hasText: 'changed this booking at' });
    await conflict.getByText('Rate: 6 times an hour → 2 times an hour').waitFor();
    await conflict.getByRole('button', { name: 'Keep both' }).click();
    await page.getByRole('button', { name: 'Save the change' }).click();
    await expect.poll(async () => (await stored(id)).version).toBe(4);
    expect(await stored(id)).toMatchObject({ fromDate: dayOf(0), rate: { kind: 'perHour', plays: 2 } });
    await seat.context.close();
  });

  test('a booking is changed in its form, in plain words, and comes back as it was written', async () => {
    const { id } = await booked('Weekly');
    const seat = await there.enter('editor', 'zh');
    const { page } = seat;
    await seat.open('/bookings');
    await page.getByRole('row').filter({ hasText: 'Weekly' }).getByRole('link', { name: '修改' }).click();
    await page.getByRole('heading', { name: '修改排期“Weekly”' }).waitFor();
    const sentence = page.locator('.in-words');
    await sentence.getByText(/：每天播。/).waitFor();
    await page.getByLabel('哪些天播').selectOption({ label: '每月的某几日' });
    await page.getByRole('button', { name: '12', exact: true }).click();
    await page.getByRole('button', { name: '1', exact: true }).click();
    await page.getByRole('button', { name: '13', exact: true }).click();
    await page.getByLabel('法定节假日').selectOption({ label: '不播' });
    await page.getByLabel('从', { exact: true }).fill(dayOf(3));
    await page.getByRole('button', { name: '添加', exact: true }).click();
    await sentence.getByText(/：每月 12 日和13 日播，法定节假日不播，.*除外。/).waitFor();
    await sentence.getByText(/（共 1 天）/).waitFor();
    await expectSound(seat, 'form of a booking');
    await page.getByRole('button', { name: '保存排期' }).click();
    await page.waitForURL(/bookings$/);
    expect(await stored(id)).toMatchObject({
      rrule: 'FREQ=MONTHLY;BYMONTHDAY=12,13',
      exdates: [dayOf(3)],
      dayparts: [{ from: '00:00', to: '24:00', on: 'notHolidays' }],
      version: 2,
    });
    await seat.open(`/bookings/${id}`);
    await sentence.getByText(/：每月 12 日和13 日播，法定节假日不播，.*除外。/).waitFor();
    expect(await page.getByLabel('法定节假日').inputValue()).toBe('notHolidays');
    await seat.context.close();
  });

  test('a day on the calendar opens an hour by its address, and every spot says why', async () => {
    await booked('Hourly', 10);
    const seat = await there.enter('viewer', 'zh');
    const { page } = seat;
    await seat.open(`/bookings/calendar?endpoint=1&date=${dayOf(1)}&span=day`);
    await page.getByRole('button', { name: /^9 时，已排/ }).press('Enter');
    await page.waitForURL(/hour=9/);
    const spots = page.getByRole('group', { name: '9 时的轮播单' }).getByRole('button');
    await spots.first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '判断过程' }).waitFor();
    expect(await spots.nth(1).getAttribute('aria-pressed')).toBe('true');
    await expectSound(seat, 'calendar of a day');
    await seat.context.close();
  });

  test('endpoints are chosen on the plan by click and box, and the check names those that cannot play', async () => {
    const { server } = there.running;
    await booked('Planned');
    const { asset: still } = await server.imports.importFile({
      source: new Blob([
        await readFile(sample.replace('psa-ebike-charging.mp4', 'notice-spring-festival.png')),
      ]).stream(),
      draft: { fileName: 'notice-spring-festival.png', titleEn: '', category: 'notice', isFiller: false },
      actor: 'editor',
    });
    await server.review.take('submit', still.id, { id: 'editor', role: 'editor' });
    await server.review.take('approve', still.id, { id: 'reviewer', role: 'reviewer' });
    await server.playlists.create({ name: 'Silent', items: [{ assetId: still.id, weight: 1 }] }, 'system');
    const loud = { ...fleetDraft(9), kind: 'loudspeaker' as const, longitude: 109.99, latitude: 39.9 };
    await server.endpoints.create(loud, 'system');
    const seat = await there.enter('editor', 'en');
    const { page } = seat;
    await seat.open('/bookings/new');
    const map = page.locator('.choice-plan');
    await map.getByText('4 chosen').waitFor();
    const dot = (code: string) => map.locator('.dot').filter({ hasText: code });
    const middle = async (code: string) => {
      const box = await dot(code).boundingBox();
      if (!box) throw new Error(`${code} is not on the plan`);
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    await map.locator('svg').evaluate((drawing) => drawing.scrollIntoView({ block: 'center' }));
    const first = await middle('DS-001');
    await page.mouse.click(first.x, first.y);
    await map.getByText('1 chosen').waitFor();
    const ground = await map.locator('svg').boundingBox();
    if (!ground) throw new Error('there is no plan');
    await page.mouse.move(ground.x + 2, ground.y + 2);
    await page.mouse.down();
    await page.mouse.move(ground.x + ground.width - 2, ground.y + ground.height - 2, { steps: 4 });
    await page.mouse.up();
    await map.getByText('4 chosen').waitFor();
    const again = await middle('DS-001');
    await page.mouse.click(again.x, again.y);
    await map.getByText('3 chosen').waitFor();
    // The server looks for it: there may be thousands.
    await page.getByRole('combobox', { name: 'Playlist' }).fill('sil');
    await page.locator('.ant-select-item-option', { hasText: 'Silent' }).click();
    await page.getByText('Endpoints that cannot play it').waitFor();
    await page.getByText('Which endpoints').first().click();
    await page
      .getByText(/DS-009/)
      .last()
      .waitFor();
    const seen = async () => (await map.locator('svg').getAttribute('viewBox'))?.split(' ').map(Number);
    const [, , whole = 0] = (await seen()) ?? [];
    const near = await middle('DS-001');
    await page.mouse.move(near.x, near.y);
    await page.mouse.wheel(0, -200);
    await expect.poll(async () => (await seen())?.[2]).toBeLessThan(whole * 0.7);
    const kept = await middle('DS-001');
    expect(Math.hypot(kept.x - near.x, kept.y - near.y)).toBeLessThan(2);
    const [left = 0] = (await seen()) ?? [];
    await map.getByRole('button', { name: 'Move' }).click();
    // The page grew meanwhile: the plan may stand elsewhere.
    const now = (await map.locator('svg').boundingBox()) ?? ground;
    await page.mouse.move(now.x + now.width / 2, now.y + now.height / 2);
    await page.mouse.down();
    await page.mouse.move(now.x + now.width / 2 - 60, now.y + now.height / 2, { steps: 3 });
    await page.mouse.up();
    await expect.poll(async () => (await seen())?.[0]).toBeGreaterThan(left);
    await map.getByText('3 chosen').waitFor();
    await map.getByRole('button', { name: 'Show all' }).click();
    expect((await seen())?.[2]).toBe(whole);
    await map.locator('svg').press('+');
    await map.locator('svg').press('0');

    const strip = page.getByRole('group', { name: /^An hour of .* would become this/ });
    await strip.getByRole('button').first().click();
    await page.getByText(/due by its rate|filler:|turn by weight/).waitFor();
    await page.getByRole('link', { name: 'What plays then by what is saved' }).waitFor();
    await expectSound(seat, 'choice on the plan');
    await map.getByRole('button').first().press('Enter');
    await map.getByRole('button', { name: 'Lasso' }).click();
    await seat.context.close();
  });

  test('on a phone one finger scrolls past the plan, and two fingers bring it closer', async () => {
    const seat = await there.enter('editor', 'en');
    const { page } = seat;
    const fingers = await seat.context.newCDPSession(page);
    await fingers.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });
    await page.setViewportSize({ width: 390, height: 844 });
    await seat.open('/bookings/new');
    const map = page.locator('.choice-plan');
    await map.locator('.dot').first().waitFor();
    await page.locator('svg[data-tool="look"]').waitFor();
    const centre = async () => {
      await map.locator('svg').evaluate((drawing) => drawing.scrollIntoView({ block: 'center' }));
      const box = await map.locator('svg').boundingBox();
      if (!box) throw new Error('there is no plan');
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    /** Fingers that go from their first places to the last in ten steps. */
    const touch = async (places: readonly (readonly { x: number; y: number }[])[]) => {
      for (const [at, touchPoints] of places.entries())
        await fingers.send('Input.dispatchTouchEvent', {
          type: at === 0 ? 'touchStart' : 'touchMove',
          touchPoints: touchPoints.map((place, id) => ({ ...place, id })),
        });
      await fingers.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    };
    const steps = Array.from({ length: 11 }, (_, step) => step);
    const start = await centre();
    const scrolled = () => page.evaluate(() => window.scrollY);
    const before = await scrolled();
    await touch(steps.map((step) => [{ x: start.x, y: start.y - 12 * step }]));
    await expect.poll(scrolled).toBeGreaterThan(before + 50);
    const width = async () => Number((await map.locator('svg').getAttribute('viewBox'))?.split(' ')[2]);
    const whole = await width();
    const { x, y } = await centre();
    await touch(steps.map((step) => [-1, 1].map((side) => ({ x: x + side * (20 + 4 * step), y }))));
    await expect.poll(width).toBeLessThan(whole * 0.8);
    await map.getByRole('button', { name: 'Show all' }).click();
    await seat.context.close();
  });

  test('Alt+W asks why about the page that is open, at the moment that it shows', async () => {
    const { id } = await booked('Asked');
    const seat = await there.enter('viewer', 'en');
    const { page } = seat;
    await seat.open(`/material/${assetId}`);
    await page.getByRole('heading', { name: /ebike/ }).waitFor();
    await page.keyboard.press('Alt+w');
    await page.waitForURL(new RegExp(`why\\?asset=${assetId}`));
    await page.getByText('The asset asked about').waitFor();
    await seat.open('/bookings');
    await page.getByRole('row').filter({ hasText: 'Asked' }).getByRole('link', { name: 'Why' }).click();
    await page.getByRole('heading', { name: 'Every booking' }).waitFor();
    expect(await page.locator('.reasons li').allTextContents()).toEqual([expect.stringContaining('Asked')]);
    expect(await page.getByLabel('Ask about one booking (optional)').inputValue()).toBe(String(id));
    await expectSound(seat, 'why about a booking');
    await seat.context.close();
  });
});
