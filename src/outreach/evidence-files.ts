import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256Hex } from '../base/digest.ts';
import { Refusal } from '../base/refusal.ts';

/** Files of evidence, named by the SHA-256 of their bytes, written once, never changed. */
export interface EvidenceFiles {
  /** Writes the bytes so that they survive a power cut. Again with the same bytes: nothing happens. */
  keep(bytes: Uint8Array): Promise<{ readonly sha256: string }>;
  /** The bytes, checked against their name. @throws Refusal evidence.unknown when they are gone or damaged */
  read(sha256: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** Opens the store under `<dataDir>/evidence`; makes its folder. */
export async function evidenceFiles(dataDir: string): Promise<EvidenceFiles> {
  const root = join(dataDir, 'evidence');
  await mkdir(root, { recursive: true, mode: 0o750 });
  const pathOf = (sha256: string): string => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError('evidence is named by a SHA-256');
    return join(root, sha256.slice(0, 2), sha256);
  };
  const intact = async (sha256: string): Promise<Uint8Array<ArrayBuffer> | null> => {
    const bytes = await readFile(pathOf(sha256)).catch(() => null);
    return bytes !== null && sha256Hex(bytes) === sha256 ? new Uint8Array(bytes) : null;
  };
  return {
    async keep(bytes) {
      const sha256 = sha256Hex(bytes);
      if ((await intact(sha256)) !== null) return { sha256 };
      const target = pathOf(sha256);
      await mkdir(dirname(target), { recursive: true, mode: 0o750 });
      const part = join(root, `${randomUUID()}.part`);
      try {
        const file = await open(part, 'wx', 0o640);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(part, target);
        const folder = await open(dirname(target), 'r');
        await folder.sync().finally(() => folder.close());
      } finally {
        await rm(part, { force: true });
      }
      return { sha256 };
    },
    async read(sha256) {
      const bytes = await intact(sha256);
      if (bytes === null) {
        throw new Refusal('evidence.unknown', {
          en: 'The file of this evidence is not, or no longer whole, on this server.',
          zh: '本服务器上没有此佐证文件，或文件已不完整。',
        });
      }
      return bytes;
    },
  };
}
