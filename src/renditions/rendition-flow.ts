import { Refusal } from '../base/refusal.ts';
import { type Ms, SECOND_MS } from '../base/units.ts';
import { demuxerOf } from '../catalogue/demuxer.ts';
import { diskRefusal } from '../catalogue/disk-files.ts';
import { MATERIAL_BYTES } from '../catalogue/import-flow.ts';
import type { MediaFiles, ScratchFile } from '../catalogue/media-files.ts';
import type { Probed } from '../catalogue/probed.ts';
import { filmPicture, LOUDNESS, type MadeFor, type PictureSize, stillPicture } from './rendition-plan.ts';
import type { ClaimedJob, RenditionStore } from './rendition-store.ts';
import { framedStill, writeStill } from './still-files.ts';
import type { Loudness } from './transcode.ts';
import { TranscodeFailed, type Transcoder, type TranscodeTrouble } from './transcoder-files.ts';

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

  /** What was measured of the last upload, by use: its files are made one after another. */
  const measured = { sha256: '', loudness: new Map<MadeFor, Loudness | null>() };

  async function loudnessOf(
    job: ClaimedJob,
    plan: Parameters<Transcoder['measure']>[0],
    measure: Transcoder['measure'],
    signal: AbortSignal,
  ): Promise<Loudness | null> {
    if (!job.hasSound) return null;
    if (measured.sha256 !== job.sha256) measured.loudness.clear();
    measured.sha256 = job.sha256;
    const known = measured.loudness.get(job.madeFor);
    if (known !== undefined) return known;
    const loudness = await measure(plan, job.durationMs, signal);
    measured.loudness.set(job.madeFor, loudness);
    return loudness;
  }

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
    const plan = { madeFor, source: await sourceOf(job), demuxer, hasSound };
    const loudness = await loudnessOf(job, plan, transcoder.measure, signal);
    await transcoder.make({ ...plan, variant, target, loudness, picture }, durationMs, onPercent, signal);
    return loudness === null ? null : LOUDNESS[madeFor].targetLufs;
  }

  async function sourceOf({ sha256 }: ClaimedJob): Promise<string> {
    const path = await files.local(sha256);
    if (path === null) throw new TranscodeFailed('damaged', `${sha256} is not in the store`);
    return path;
  }

  async function still(job: ClaimedJob, target: string): Promise<void> {
    const picture = stillPicture(job.variant);
    if (picture === null) throw new TranscodeFailed('damaged', `no size in ${job.variant}`);
    const slide = (await slideOf?.(job.assetId, picture)) ?? null;
    if (slide !== null) return writeStill(slide, target);
    await framedStill(await sourceOf(job), picture, picture.framing, target);
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
      if (error instanceof Refusal && error.code === 'storage.unreachable') {
        // It says nothing of the file, and the next look comes soon.
        await store.giveBack(job.id);
        throw error;
      }
      const trouble = troubleIn(error);
      if (trouble === null) onTrouble(error);
      await store.fail(job.id, trouble ?? 'damaged');
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

/** Why a file could not be made, where the error says so. */
function troubleIn(error: unknown): TranscodeTrouble | null {
  if (error instanceof TranscodeFailed) return error.trouble;
  const isFull = error instanceof Refusal && error.code === 'disk.full';
  return isFull || diskRefusal(error) !== null ? 'diskFull' : null;
}

/** The MIME type that a player is told. */
function typeOf({ mediaClass, madeFor, variant }: ClaimedJob, probed: Probed): string {
  if (mediaClass === 'image') return probed.type;
  if (variant === 'mp3') return 'audio/mpeg';
  return madeFor === 'sound' ? 'audio/mp4' : 'video/mp4';
}
