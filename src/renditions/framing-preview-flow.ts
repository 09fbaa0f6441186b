import { inTurn } from '../base/in-turn.ts';
import { Refusal } from '../base/refusal.ts';
import type { Asset, Framing } from '../catalogue/asset.ts';
import { demuxerOf } from '../catalogue/demuxer.ts';
import type { MediaFiles } from '../catalogue/media-files.ts';
import { type PictureSize, screenPicture } from './rendition-plan.ts';
import { framedPreview } from './still-files.ts';
import { framingFilter } from './transcode.ts';
import { TranscodeFailed, type Transcoder } from './transcoder-files.ts';

/** Longer side of a preview, in pixels. */
const PREVIEW_PX = 480;
/** How many previews may wait for one that is made. */
const MOST_WAITING = 24;
/** Films like to begin in black. */
const INTO_FILM_MS = 1_000;

/** Shows how an asset's picture meets a screen before anything is converted. */
export interface FramingPreview {
  /**
   * A WebP of at most 480 pixels in the shape of the screen, made by the filters that make the file itself.
   * @throws Refusal media.unknown without a picture, its file or ffmpeg; request.tooMany
   */
  show(asset: Asset, size: PictureSize, framing: Framing): Promise<Uint8Array<ArrayBuffer>>;
}

/** Makes the flow. `transcoder` is null where ffmpeg is not installed. */
export function framingPreview(deps: { files: MediaFiles; transcoder: Transcoder | null }): FramingPreview {
  const { files, transcoder } = deps;
  const turns = inTurn(MOST_WAITING, {
    en: 'Too many previews are being made; try again in a moment.',
    zh: '正在生成的预览过多，请稍后重试。',
  });

  async function ofFilm(asset: Asset, source: string, size: PictureSize, framing: Framing) {
    const demuxer = demuxerOf(asset.type);
    if (transcoder === null || demuxer === null) throw none(asset.id);
    const frame = files.scratchFile();
    try {
      await transcoder.frame({
        ...{ source, demuxer, target: frame.path },
        atMs: Math.min(INTO_FILM_MS, (asset.durationMs ?? 0) / 2),
        filter: framingFilter({ ...size, framing }),
      });
      return await framedPreview(frame.path, size, 'fit');
    } catch (error) {
      if (error instanceof TranscodeFailed) throw none(asset.id);
      throw error;
    } finally {
      await frame.discard();
    }
  }

  return {
    async show(asset, size, framing) {
      const source = asset.mediaClass === 'audio' ? null : await files.local(asset.sha256);
      if (source === null) throw none(asset.id);
      const small = screenPicture(size, { longerPx: PREVIEW_PX, shorterPx: PREVIEW_PX });
      return turns.run(() =>
        asset.mediaClass === 'video'
          ? ofFilm(asset, source, small, framing)
          : framedPreview(source, small, framing).catch(() => Promise.reject(none(asset.id))),
      );
    },
  };
}

function none(id: number): Refusal {
  return new Refusal('media.unknown', {
    en: `No preview of asset ${id} can be made on this server.`,
    zh: `本服务器无法为素材 ${id} 生成预览。`,
  });
}
