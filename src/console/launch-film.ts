import type { Rate, Selection } from '../campaigns/booking.ts';
import type { BookingFit } from '../campaigns/booking-fit.ts';
import type { PlaylistDraft } from '../campaigns/playlist.ts';
import type { Asset } from '../catalogue/asset.ts';
import { answer, api } from './api.ts';
import type { Dates } from './calendar.ts';
import { madeOnce } from './made-once.ts';
import { STILL_MS } from './playlist-draft.ts';
import { sendFile } from './send-file.ts';

/** The steps from a file to a booking, in their order. */
export const LAUNCH_STEPS = ['upload', 'submit', 'playlist', 'campaign', 'book'] as const;
/** One of the {@link LAUNCH_STEPS}. */
export type LaunchStep = (typeof LAUNCH_STEPS)[number];

/** What is to become of a film. */
export interface Launch {
  readonly file: File;
  readonly category: Asset['category'];
  readonly campaignId: number | null;
  readonly endpoints: Selection;
  readonly fromDate: string;
  readonly toDate: string;
  readonly rate: Rate;
}

/** What became of it. */
export interface Launched {
  readonly asset: Asset;
  readonly isNew: boolean;
  readonly fit: BookingFit | null;
}

/** Launches one film; `onStep` is told the step that begins and, while sending, the share that is sent. @throws Trouble */
type LaunchFilm = (launch: Launch, onStep: (step: LaunchStep, share: number) => void) => Promise<Launched>;

/**
 * Uploads, submits, makes the playlist (and the campaign where none is chosen) and books, in this order. What was
 * done before a step that fails stays done: the server knows the file again, and another try with what this gave goes on
 * with the playlist and the campaign that were made.
 */
export function filmLaunch(): LaunchFilm {
  const playlistOf = madeOnce((json: PlaylistDraft) => answer(api.campaigns.playlists.$post({ json })));
  const campaignOf = madeOnce((json: Dates & { name: string }) =>
    answer(api.campaigns.campaigns.$post({ json })),
  );
  return async ({ file, category, campaignId, endpoints, fromDate, toDate, rate }, onStep) => {
    onStep('upload', 0);
    const sent = await sendFile(file, {
      category,
      onSent: (bytes) => onStep('upload', bytes / Math.max(1, file.size)),
    });
    onStep('submit', 0);
    const mustSubmit = ['draft', 'rejected', 'withdrawn', 'retired'].includes(sent.asset.state);
    const asset = mustSubmit
      ? await answer(api.review.assets[':id'].submit.$post({ param: { id: String(sent.asset.id) } }))
      : sent.asset;
    const name = asset.titleZh || asset.fileName;
    onStep('playlist', 0);
    const item = {
      assetId: asset.id,
      weight: 1,
      ...(asset.mediaClass === 'image' && { durationMs: STILL_MS }),
    };
    const playlist = await playlistOf({ name, items: [item] });
    onStep('campaign', 0);
    const campaign = campaignId ?? (await campaignOf({ name, fromDate, toDate })).id;
    onStep('book', 0);
    const { fit } = await answer(
      api.campaigns.bookings.$post({
        json: { campaignId: campaign, playlistId: playlist.id, name, endpoints, fromDate, toDate, rate },
      }),
    );
    return { asset, isNew: sent.isNew, fit };
  };
}
