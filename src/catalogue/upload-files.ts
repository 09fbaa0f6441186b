import { mkdir, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes, EpochMs } from '../base/units.ts';
import { diskRefusal, requireSpace, writeAll } from './disk-files.ts';

/** So often it is looked whether the disk still has room for the rest of the system. */
const LOOK_EVERY_BYTES: Bytes = 33_554_432;

/** Files as far as they have come, beside the store of media, so that a whole one is moved and never copied. */
export interface UploadFiles {
  /** @throws Refusal disk.full when the disk cannot take `bytes` */
  create(id: string, bytes: Bytes): Promise<void>;
  pathOf(id: string): string;
  /** How much has come and when the last of it did; null when there is no file. */
  facts(id: string): Promise<{ bytes: Bytes; changedAt: EpochMs } | null>;
  /**
   * Writes a stream behind what has come and gives the new length. What was written before the stream breaks off or
   * the disk is full stays, and the next piece goes on behind it.
   * @throws Refusal disk.full
   */
  append(id: string, at: Bytes, source: AsyncIterable<Uint8Array>, left: Bytes): Promise<Bytes>;
  remove(id: string): Promise<void>;
  /** The ids of all that lie here. */
  list(): Promise<string[]>;
}

/** Opens the folder `<dataDir>/media/uploads`; makes it. */
export async function uploadFiles(dataDir: string): Promise<UploadFiles> {
  const folder = join(dataDir, 'media', 'uploads');
  await mkdir(folder, { recursive: true });
  const pathOf = (id: string): string => {
    if (!/^[0-9a-f]{32}$/.test(id)) throw new RangeError('an upload is named by 32 hex digits');
    return join(folder, id);
  };
  return {
    async create(id, bytes) {
      await requireSpace(folder, bytes);
      await writeFile(pathOf(id), '', { flag: 'wx', mode: 0o640 });
    },
    pathOf,
    async facts(id) {
      const found = await stat(pathOf(id)).catch(() => null);
      return found && { bytes: found.size, changedAt: found.mtimeMs };
    },
    async append(id, at, source, left) {
      let end = at;
      try {
        await requireSpace(folder, left);
        const file = await open(pathOf(id), 'r+');
        try {
          let unseen = 0;
          for await (const chunk of source) {
            unseen += chunk.byteLength;
            if (unseen >= LOOK_EVERY_BYTES) {
              await requireSpace(folder, 0);
              unseen = 0;
            }
            await writeAll(file, chunk, end);
            end += chunk.byteLength;
          }
          await file.datasync();
        } finally {
          await file.close();
        }
      } catch (error) {
        throw diskRefusal(error) ?? error;
      }
      return end;
    },
    remove: (id) => rm(pathOf(id), { force: true }),
    async list() {
      return (await readdir(folder)).filter((name) => /^[0-9a-f]{32}$/.test(name));
    },
  };
}
