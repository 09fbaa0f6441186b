import { Refusal } from '../base/refusal.ts';
import type { Bytes } from '../base/units.ts';
import type { Asset, AssetDraft } from './asset.ts';
import type { AssetStore } from './asset-store.ts';
import { plainFileName } from './file-name.ts';
import type { IncomingFile, MediaFiles } from './media-files.ts';
import { probeFile } from './probe-files.ts';
import type { Probed } from './probed.ts';
import { type ThumbnailOutcome, type ThumbnailSource, writeThumbnail } from './thumbnail-files.ts';

/** Most bytes of one piece of material: 4 GiB. */
export const MATERIAL_BYTES: Bytes = 4_294_967_296;

/** A file on its way in. */
export interface Upload {
  readonly source: AsyncIterable<Uint8Array>;
  /** The length that the sender announced, where it did. */
  readonly declaredBytes?: Bytes;
  readonly draft: AssetDraft;
  /** Comes with the product as an example. */
  readonly isSample?: boolean;
  /** Staff id, or `system`. */
  readonly actor: string;
}

/** What became of an upload. `isNew` is false when the content was there already. */
export interface Imported {
  readonly asset: Asset;
  readonly isNew: boolean;
}

/** Takes material in: stream, file, probe, thumbnail, rows. */
export interface ImportFlow {
  /**
   * Takes one file in. The same content twice gives the same asset. Whatever fails, nothing half-written
   * stays: no file without an asset, no asset without its file.
   * @throws Refusal asset.empty, asset.notMedia, asset.damaged, asset.tooLarge, disk.full
   */
  importFile(upload: Upload): Promise<Imported>;
  /** The same for a file that has come whole; it is kept or gone afterwards. */
  takeIn(incoming: IncomingFile, about: Omit<Upload, 'source' | 'declaredBytes'>): Promise<Imported>;
  /** Where the thumbnail of an asset is; makes it when it is not there. */
  thumbnailOf(asset: Asset): Promise<string>;
}

/** Makes the flow. `probe` and `thumbnail` are replaced in tests of failure only. */
export function importFlow(deps: {
  assets: AssetStore;
  files: MediaFiles;
  onTrouble: (error: unknown) => void;
  mostBytes?: Bytes;
  probe?: (path: string) => Promise<Probed>;
  thumbnail?: (source: ThumbnailSource, target: string) => Promise<ThumbnailOutcome>;
}): ImportFlow {
  const { assets, files, onTrouble, mostBytes = MATERIAL_BYTES } = deps;
  const { probe = probeFile, thumbnail = writeThumbnail } = deps;
  const making = new Map<string, Promise<string>>();

  async function makeThumbnail(asset: Asset): Promise<string> {
    const target = files.thumbnailPathOf(asset.sha256);
    if (await files.hasThumbnail(asset.sha256)) return target;
    const path = await files.local(asset.sha256);
    if (path === null)
      throw new Refusal('media.unknown', {
        en: `The file of asset ${asset.id} is not on this server.`,
        zh: `本服务器上没有素材 ${asset.id} 的文件，请告知管理员。`,
      });
    await thumbnail({ ...asset, path }, target);
    return target;
  }

  function thumbnailOf(asset: Asset): Promise<string> {
    const running = making.get(asset.sha256);
    if (running) return running;
    const made = makeThumbnail(asset).finally(() => making.delete(asset.sha256));
    making.set(asset.sha256, made);
    return made;
  }

  async function takeIn(
    incoming: IncomingFile,
    { draft, isSample = false, actor }: Omit<Upload, 'source' | 'declaredBytes'>,
  ): Promise<Imported> {
    try {
      const { sha256, bytes } = incoming;
      const there = await assets.bySha256(sha256);
      if (there) {
        // A file that got lost from the disk is healed by bringing it again.
        if (!(await files.has(sha256))) await incoming.keep();
        return { asset: there, isNew: false };
      }
      const probed = await probe(incoming.path);
      const fileName = plainFileName(draft.fileName);
      const titleZh = draft.titleZh || fileName.replace(/(?<=.)\.[A-Za-z0-9]{1,8}$/, '');
      const imported = await assets.create(
        { draft: { ...draft, fileName, titleZh, isSample }, probed, sha256, bytes, actor },
        { keepFile: () => incoming.keep(), dropFile: () => files.remove(sha256) },
      );
      if (imported.isNew) await thumbnailOf(imported.asset).catch(onTrouble);
      return imported;
    } finally {
      await incoming.discard();
    }
  }

  return {
    async importFile({ source, declaredBytes, ...about }) {
      const incoming = await files.receive(source, {
        mostBytes,
        ...(declaredBytes !== undefined && { declaredBytes }),
      });
      return takeIn(incoming, about);
    },
    takeIn,
    thumbnailOf,
  };
}
