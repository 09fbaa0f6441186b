import { Readable } from 'node:stream';
import { Refusal } from '../base/refusal.ts';
import type { Asset } from '../catalogue/asset.ts';
import { demuxerOf } from '../catalogue/demuxer.ts';
import type { ImportFlow } from '../catalogue/import-flow.ts';
import type { IncomingFile, MediaFiles } from '../catalogue/media-files.ts';
import type { Probed } from '../catalogue/probed.ts';
import { LOUDNESS } from '../renditions/rendition-plan.ts';
import type { Loudness } from '../renditions/transcode.ts';
import { TranscodeFailed, type Transcoder } from '../renditions/transcoder-files.ts';
import { type NoticeDraft, RECORDING_BYTES } from './notice.ts';
import type { NoticeStore, SoundFile, SoundSource } from './notice-store.ts';
import type { Setter, SlideSize } from './setter-files.ts';
import type { Speaker } from './speaker-files.ts';

/** The shapes that every notice must fit, beside those of the fleet. The first is the asset itself. */
const ALWAYS: readonly SlideSize[] = [
  { widthPx: 1_920, heightPx: 1_080 },
  { widthPx: 1_080, heightPx: 1_920 },
];

/** Makes material of words. */
export interface NoticeFlow {
  /** How the notice would look, at most `longestPx` on its longer side. @throws as {@link Setter.slide} */
  preview(draft: NoticeDraft, size: SlideSize, longestPx: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Sets the notice for every shape of the fleet and keeps it as a draft, to be reviewed as any material is. The same
   * words in the same template again give the asset that is there. `newVersionOf`: the asset whose place it takes in
   * playlists and bookings once it is approved.
   * @throws as {@link Setter.slide}, naming the shape that it does not fit
   */
  create(draft: NoticeDraft, actor: string, newVersionOf?: number): Promise<Asset>;
  /** The picture of an asset for one size, or null where it is no notice or does not fit there. */
  slideOf(assetId: number, size: SlideSize): Promise<Uint8Array<ArrayBuffer> | null>;
  /** An A3 poster of an approved notice. @throws Refusal notice.unknown, asset.notApproved */
  poster(asset: Asset): Promise<Uint8Array<ArrayBuffer>>;
  /** Has a program say it. @throws Refusal notice.unknown, notice.noSpeech, rendition.notNow */
  speak(assetId: number, actor: string): Promise<void>;
  /** Takes a recording of it. @throws Refusal notice.unknown, asset.*, rendition.notNow */
  record(assetId: number, source: AsyncIterable<Uint8Array>, actor: string): Promise<void>;
}

/** Makes the flow. `transcoder` is null where ffmpeg is not installed: sound is then kept as it came. */
export function noticeFlow(deps: {
  store: NoticeStore;
  setter: Setter;
  speaker: Speaker;
  imports: ImportFlow;
  files: MediaFiles;
  probe: (path: string) => Promise<Probed>;
  transcoder: Transcoder | null;
  sizes: () => Promise<readonly SlideSize[]>;
}): NoticeFlow {
  const { store, setter, speaker, imports, files, probe, transcoder, sizes } = deps;

  /** Keeps a sound as it came. */
  async function keepSound(assetId: number, source: SoundSource, raw: IncomingFile, actor: string) {
    const probed = await probe(raw.path);
    if (probed.mediaClass !== 'audio') {
      throw new Refusal('asset.notMedia', {
        en: 'That is no recording: a sound file is needed (MP3, M4A, WAV, Ogg or FLAC).',
        zh: '这不是录音：请上传声音文件（MP3、M4A、WAV、Ogg 或 FLAC）。',
      });
    }
    await raw.keep();
    await store.setSound(assetId, source, [soundFile('', raw, probed, null)], actor);
  }

  async function keepLevel(variant: SoundFile['variant'], incoming: IncomingFile, was: Loudness | null) {
    try {
      const probed = await probe(incoming.path);
      await incoming.keep();
      return soundFile(variant, incoming, probed, was === null ? null : LOUDNESS.sound.targetLufs);
    } finally {
      await incoming.discard();
    }
  }

  /** Brings a sound to AAC and MP3 at the loudness of loudspeakers and keeps both; without ffmpeg as it came. */
  async function level(assetId: number, from: SoundSource, raw: IncomingFile, actor: string): Promise<void> {
    const probed = await probe(raw.path);
    const demuxer = demuxerOf(probed.type);
    if (transcoder === null || demuxer === null || probed.mediaClass !== 'audio')
      return keepSound(assetId, from, raw, actor);
    const job = { madeFor: 'sound', source: raw.path, demuxer, hasSound: true } as const;
    const durationMs = probed.durationMs ?? 0;
    const never = new AbortController().signal;
    try {
      const loudness = await transcoder.measure(job, durationMs, never);
      const made: SoundFile[] = [];
      for (const variant of ['', 'mp3'] as const) {
        const scratch = files.scratchFile();
        try {
          const order = { ...job, variant, target: scratch.path, loudness, picture: null };
          await transcoder.make(order, durationMs, () => {}, never);
          made.push(await keepLevel(variant, await scratch.takeIn(RECORDING_BYTES), loudness));
        } finally {
          await scratch.discard();
        }
      }
      await store.setSound(assetId, from, made, actor);
    } catch (error) {
      if (!(error instanceof TranscodeFailed)) throw error;
      throw new Refusal('asset.damaged', {
        en: 'The sound cannot be read to its end; record or export it again.',
        zh: '声音文件无法完整读取，请重新录制或导出。',
      });
    }
  }

  return {
    preview: (draft, size, longestPx) => setter.slide(draft, size, longestPx),
    async create(draft, actor, newVersionOf) {
      const [first = { widthPx: 1_920, heightPx: 1_080 }, ...others] = [...ALWAYS, ...(await sizes())];
      const picture = await setFor(draft, first);
      // What does not fit somewhere is told now, and not when a screen shows it.
      for (const size of others) await setFor(draft, size);
      const { asset } = await imports.importFile({
        source: Readable.from([picture]),
        draft: {
          fileName: `${draft.titleZh}.png`,
          ...{ titleZh: draft.titleZh, titleEn: draft.titleEn, category: 'notice', isFiller: false },
          ...(newVersionOf !== undefined && { newVersionOf }),
        },
        actor,
      });
      await store.add(asset.id, draft);
      return asset;
    },
    async slideOf(assetId, size) {
      const notice = await store.find(assetId);
      if (!notice) return null;
      return setter.slide(notice.draft, size).catch((error: unknown) => {
        // A screen that came later and is too small for it shows the whole slide, small.
        if (error instanceof Refusal && error.code === 'notice.tooLong') return null;
        throw error;
      });
    },
    async poster(asset) {
      const { draft } = await store.get(asset.id);
      if (asset.state !== 'approved') {
        throw new Refusal('asset.notApproved', {
          en: 'Posters are printed of approved notices only.',
          zh: '只有审核通过的告示才能打印海报。',
        });
      }
      return setter.poster(draft);
    },
    async speak(assetId, actor) {
      const { draft } = await store.get(assetId);
      await store.requireOpen(assetId);
      const scratch = files.scratchFile();
      try {
        await speaker.say(`${draft.titleZh}。\n${draft.bodyZh}`, scratch.path);
        const raw = await scratch.takeIn(RECORDING_BYTES);
        try {
          await level(assetId, 'synthetic', raw, actor);
        } finally {
          await raw.discard();
        }
      } finally {
        await scratch.discard();
      }
    },
    async record(assetId, source, actor) {
      await store.requireOpen(assetId);
      const raw = await files.receive(source, { mostBytes: RECORDING_BYTES });
      try {
        await level(assetId, 'recording', raw, actor);
      } finally {
        await raw.discard();
      }
    },
  };

  async function setFor(draft: NoticeDraft, size: SlideSize): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await setter.slide(draft, size);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'notice.tooLong') throw error;
      const { en, zh } = error.sentence;
      const shape = `${size.widthPx} × ${size.heightPx}`;
      throw new Refusal(error.code, { en: `${shape}: ${en}`, zh: `${shape}：${zh}` }, error.parts);
    }
  }
}

function soundFile(
  variant: SoundFile['variant'],
  { sha256, bytes }: IncomingFile,
  { type, durationMs }: Probed,
  loudnessLufs: number | null,
): SoundFile {
  return {
    ...{ variant, sha256, type, mediaClass: 'audio', bytes, durationMs, hasSound: true, loudnessLufs },
    ...{ widthPx: null, heightPx: null },
  };
}
