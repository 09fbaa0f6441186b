import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { DAY_MINUTES, dateAfter, localDateOf } from '../base/local-time.ts';
import type { EpochMs } from '../base/units.ts';
import type { BookingDraft } from '../campaigns/booking.ts';
import { bookingDraftSchema } from '../campaigns/booking.ts';
import type { Composition } from '../compose.ts';
import { categorySchema } from '../contract/media-type.ts';
import { readFleetCsv } from '../endpoints/fleet-csv.ts';

const SAMPLES = new URL('../../media/samples/', import.meta.url);
const sampleListSchema = z.array(
  z.object({
    file: z.string(),
    title: z.object({ zh: z.string(), en: z.string() }),
    category: categorySchema,
    filler: z.literal(true).optional(),
  }),
);

/** The name by which a later start knows that everything is there already. */
export const DEMO_CAMPAIGN = '春节消防宣传 Spring Festival fire safety';
const ZONE = 'Asia/Shanghai';
const STILL_MS = 6_000;
const AROUND_THE_CLOCK = [{ days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: DAY_MINUTES }];

/** What the samples became. */
export interface Seeded {
  readonly campaignId: number;
  /** False when an earlier start had made everything. */
  readonly isNew: boolean;
  readonly endpoints: readonly {
    readonly id: number;
    readonly code: string;
    readonly name: string;
    readonly kind: string;
  }[];
}

/**
 * Imports the sample material and fleet and books the sample campaign, through the same flows that staff use.
 * Material is submitted by a sample editor and approved by a sample reviewer. Endpoints are open around the
 * clock here, so that the demo shows something at any hour. A second call changes nothing.
 */
export async function seedDemo(
  server: Composition,
  now: EpochMs,
  say: (line: string) => void,
): Promise<Seeded> {
  const known = (await server.campaigns.list()).find((campaign) => campaign.name === DEMO_CAMPAIGN);
  if (known) return { campaignId: known.id, isNew: false, endpoints: await server.endpoints.list() };
  const { editorId, reviewerId } = await server.people.ensureSampleStaff();

  const samples = sampleListSchema.parse(
    JSON.parse(await readFile(new URL('samples.json', SAMPLES), 'utf8')),
  );
  const assetOf = new Map<string, number>();
  for (const sample of samples) {
    const { asset } = await server.imports.importFile({
      source: createReadStream(fileURLToPath(new URL(sample.file, SAMPLES))),
      draft: {
        fileName: sample.file,
        titleZh: sample.title.zh,
        titleEn: sample.title.en,
        category: sample.category,
        isFiller: sample.filler === true,
      },
      isSample: true,
      actor: editorId,
    });
    if (asset.state === 'draft')
      await server.review.take('submit', asset.id, { id: editorId, role: 'editor' });
    if (asset.state === 'draft' || asset.state === 'submitted') {
      await server.review.take(
        'approve',
        asset.id,
        { id: reviewerId, role: 'reviewer' },
        { reason: '示例素材 sample material' },
      );
    }
    assetOf.set(sample.file, asset.id);
  }
  say(`  ${samples.length} sample files imported, reviewed and approved`);

  const fleet = readFleetCsv(await readFile(new URL('fleet.csv', SAMPLES)));
  const rows = fleet.rows.map((row) => ({
    ...row,
    draft: { ...row.draft, openingHours: AROUND_THE_CLOCK, quietHours: [] },
  }));
  const report = await server.endpoints.importFleet({ ...fleet, rows }, editorId);
  say(`  ${report.created} sample endpoints imported, open around the clock for the demo`);

  const today = localDateOf(now, ZONE);
  const lanternFestival = '2027-02-20';
  const toDate = today < lanternFestival ? lanternFestival : dateAfter(today, 30);
  const campaign = await server.campaigns.create(
    { name: DEMO_CAMPAIGN, purpose: '示例 sample', fromDate: today, toDate, targetPlays: null },
    editorId,
  );
  const book = async (
    name: string,
    files: readonly string[],
    draft: Partial<z.input<typeof bookingDraftSchema>>,
  ) => {
    const items = files.map((file) => ({ assetId: assetOf.get(file) ?? 0, durationMs: STILL_MS, weight: 1 }));
    const playlist = await server.playlists.create({ name, items }, editorId);
    const asked: BookingDraft = bookingDraftSchema.parse({
      campaignId: campaign.id,
      playlistId: playlist.id,
      name,
      fromDate: today,
      toDate,
      rate: { kind: 'perHour', plays: 12 },
      ...draft,
    });
    await server.campaigns.book(asked, editorId);
  };
  const pictures = { endpoints: { kinds: ['screen' as const, 'tv' as const] } };
  await book('公益宣传片 PSA films', ['psa-ebike-charging.mp4', 'psa-escape-portrait.mp4'], {
    ...pictures,
    rate: { kind: 'perHour', plays: 120 },
  });
  await book('火灾案例警示 warning clips', ['warning-kitchen-fire.mp4', 'warning-stairwell-fire.mp4'], {
    ...pictures,
    rate: { kind: 'perHour', plays: 60 },
  });
  await book('春节安全提示 festival notice', ['notice-spring-festival.png'], {
    ...pictures,
    rate: { kind: 'share', weight: 1 },
  });
  await book('农村广播提示 spoken notice', ['notice-spring-festival-audio.m4a'], {
    endpoints: { kinds: ['loudspeaker'] },
    rate: { kind: 'perHour', plays: 30 },
  });
  say('  a Spring Festival campaign booked: films 120 and warnings 60 an hour, notices in between');
  return { campaignId: campaign.id, isNew: true, endpoints: await server.endpoints.list() };
}
