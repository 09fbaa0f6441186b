import { type Ms, SECOND_MS } from '../base/units.ts';
import { demuxerOf } from '../catalogue/demuxer.ts';
import { MATERIAL_BYTES } from '../catalogue/import-flow.ts';
import type { MediaFiles, ScratchFile } from '../catalogue/media-files.ts';
import type { Probed } from '../catalogue/probed.ts';
import { filmPicture, LOUDNESS, type PictureSize, stillPicture } from './rendition-plan.ts';
import type { ClaimedJob, RenditionStore } from './rendition-store.ts';
import { framedStill, writeStill } from './still-files.ts';
import type { Loudness } from './transcode.ts';
import { TranscodeFailed, type Transcoder } from './transcoder-files.ts';

/** How often a conversion says that it lives; must be well below the life of a claim. */
const RENEW_EVERY_MS: Ms = 3 * SECOND_MS;

/** Makes the files that endpoints need of uploads, one after another. */
export interface RenditionFlow {
  /** Queues what uploads need and works until nothing is due. Without ffmpeg only stills are made. */
  work(): Promise<void>;
  /** Ends the conversion at hand; another process, or the next start, begins it anew. */
  stop(): Promise<void>;
}

/** Makes the flow. `transcoder` is null where ffmpeg is not installed. */
export function renditionFlow(deps: {
  store: RenditionStore;
  files: MediaFiles;
  probe: (path: string) => Promise<Probed>;
  /** The picture of an asset that is set of words rather than framed; null for all others. */
  slideOf?: (assetId: number, size: PictureSize) => Promise<Uint8Array | null>;
  transcoder: Transcoder | null;
  onTrouble: (error: unknown) => void;
  renewEveryMs?: Ms;
}): RenditionFlow {
  const { store, files, probe, transcoder, slideOf, onTrouble, renewEveryMs = RENEW_EVERY_MS } = deps;
  const stopping = new AbortController();
  let working: Promise<void> = Promise.resolve();

  /** What was measured last: the files of one upload are made one after another. */
  let measured: { readonly of: string; readonly loudness: Loudness | null } | null = null;

  /** Makes the file of a film or a sound; gives the loudness that it was made to have. */
  async function film(
    job: ClaimedJob,
    target: string,
    onPercent: (percent: number) => void,
    signal: AbortSignal,
  ): Promise<number | null> {
    const demuxer = demuxerOf(job.type);
    if (demuxer === null || transcoder === null)
      throw new TranscodeFailed('damaged', `no reader for ${job.type}`);
    const { madeFor, variant, hasSound, widthPx, heightPx, durationMs } = job;
    const picture =
      madeFor === 'screen' && widthPx !== null && heightPx !== null
        ? filmPicture({ widthPx, heightPx }, variant)
        : null;
    const plan = { madeFor, source: files.pathOf(job.sha256), demuxer, hasSound };
    const of = `${job.sha256} ${madeFor}`;
    if (measured?.of !== of)
      measured = { of, loudness: hasSound ? await transcoder.measure(plan, durationMs, signal) : null };
    const { loudness } = measured;
    await transcoder.make({ ...plan, variant, target, loudness, picture }, durationMs, onPercent, signal);
    return loudness === null ? null : LOUDNESS[madeFor].targetLufs;
  }

  async function still(job: ClaimedJob, target: string): Promise<void> {
    const picture = stillPicture(job.variant);
    if (picture === null) throw new TranscodeFailed('damaged', `no size in ${job.variant}`);
    const slide = (await slideOf?.(job.assetId, picture)) ?? null;
    if (slide !== null) return writeStill(slide, target);
    await framedStill(files.pathOf(job.sha256), picture, picture.framing, target);
  }

  async function convert(job: ClaimedJob): Promise<void> {
    const lost = new AbortController();
    const signal = AbortSignal.any([lost.signal, stopping.signal]);
    let percent = 0;
    const renewing = setInterval(() => {
      store.renew(job.id, percent).then((mine) => {
        if (!mine) lost.abort();
      }, onTrouble);
    }, renewEveryMs);
    const scratch = files.scratchFile();
    try {
      if (job.mediaClass === 'image') {
        await still(job, scratch.path);
        await keep(job, scratch, null);
        return;
      }
      const onPercent = (done: number) => {
        percent = done;
      };
      await keep(job, scratch, await film(job, scratch.path, onPercent, signal));
    } catch (error) {
      if (lost.signal.aborted) return;
      if (stopping.signal.aborted) return await store.giveBack(job.id);
      if (!(error instanceof TranscodeFailed)) onTrouble(error);
      await store.fail(job.id, error instanceof TranscodeFailed ? error.trouble : 'damaged');
    } finally {
      clearInterval(renewing);
      await scratch.discard();
    }
  }

  async function keep(job: ClaimedJob, scratch: ScratchFile, loudnessLufs: number | null): Promise<void> {
    const incoming = await scratch.takeIn(MATERIAL_BYTES);
    try {
      const probed = await probe(incoming.path);
      await incoming.keep();
      await store.finish(job, {
        sha256: incoming.sha256,
        type: typeOf(job, probed),
        mediaClass: probed.mediaClass,
        bytes: incoming.bytes,
        durationMs: probed.durationMs,
        widthPx: probed.widthPx,
        heightPx: probed.heightPx,
        hasSound: probed.hasSound,
        loudnessLufs,
      });
    } finally {
      await incoming.discard();
    }
  }

  async function workOff(): Promise<void> {
    await store.plan();
    while (!stopping.signal.aborted) {
      const job = await store.claim(transcoder === null ? 'stills' : 'all');
      if (job === null) return;
      await convert(job);
    }
  }

  return {
    work() {
      working = workOff();
      return working;
    },
    async stop() {
      stopping.abort();
      await working.catch(() => {});
    },
  };
}

/** The MIME type that a player is told. */
function typeOf({ mediaClass, madeFor, variant }: ClaimedJob, probed: Probed): string {
  if (mediaClass === 'image') return probed.type;
  if (variant === 'mp3') return 'audio/mpeg';
  return madeFor === 'sound' ? 'audio/mp4' : 'video/mp4';
}
