import { type Ms, SECOND_MS } from '../base/units.ts';
import { demuxerOf } from '../catalogue/demuxer.ts';
import { MATERIAL_BYTES } from '../catalogue/import-flow.ts';
import type { MediaFiles, ScratchFile } from '../catalogue/media-files.ts';
import type { Probed } from '../catalogue/probed.ts';
import { LOUDNESS, plannedFor, screenPicture } from './rendition-plan.ts';
import type { ClaimedJob, RenditionStore } from './rendition-store.ts';
import { TranscodeFailed, type Transcoder } from './transcoder-files.ts';

/** How often a conversion says that it lives; must be well below the life of a claim. */
const RENEW_EVERY_MS: Ms = 3 * SECOND_MS;

/** Makes the files that endpoints need of uploads, one after another. */
export interface RenditionFlow {
  /** Queues what new uploads need and works until nothing is due. Without ffmpeg it only queues. */
  work(): Promise<void>;
  /** Ends the conversion at hand; another process, or the next start, begins it anew. */
  stop(): Promise<void>;
}

/** Makes the flow. `transcoder` is null where ffmpeg is not installed. */
export function renditionFlow(deps: {
  store: RenditionStore;
  files: MediaFiles;
  probe: (path: string) => Promise<Probed>;
  transcoder: Transcoder | null;
  onTrouble: (error: unknown) => void;
  renewEveryMs?: Ms;
}): RenditionFlow {
  const { store, files, probe, transcoder, onTrouble, renewEveryMs = RENEW_EVERY_MS } = deps;
  const stopping = new AbortController();
  let working: Promise<void> = Promise.resolve();

  async function queueNew(): Promise<void> {
    for (const asset of await store.unplanned())
      for (const madeFor of plannedFor(asset)) await store.queue(asset.id, madeFor);
  }

  async function convert(job: ClaimedJob, with_: Transcoder): Promise<void> {
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
      const demuxer = demuxerOf(job.type);
      if (demuxer === null) throw new TranscodeFailed('damaged', `no reader for ${job.type}`);
      const { madeFor, hasSound, widthPx, heightPx } = job;
      const source = files.pathOf(job.sha256);
      const picture =
        madeFor === 'screen' && widthPx !== null && heightPx !== null
          ? screenPicture(widthPx, heightPx)
          : null;
      const plan = { madeFor, source, demuxer, hasSound };
      const loudness = hasSound ? await with_.measure(plan, job.durationMs, signal) : null;
      await with_.make(
        { ...plan, target: scratch.path, loudness, picture },
        job.durationMs,
        (done) => {
          percent = done;
        },
        signal,
      );
      await keep(job, scratch, loudness === null ? null : LOUDNESS[madeFor].targetLufs);
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
        type: job.madeFor === 'sound' ? 'audio/mp4' : 'video/mp4',
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
    await queueNew();
    while (transcoder !== null && !stopping.signal.aborted) {
      const job = await store.claim();
      if (job === null) return;
      await convert(job, transcoder);
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
