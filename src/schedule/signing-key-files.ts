import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../base/refusal.ts';
import { publicKeySchema } from '../contract/media-type.ts';
import { makeSigningKey, type PrivateKey } from '../contract/signing.ts';

const storedKeySchema = publicKeySchema.extend({ d: z.string().length(43) });

/**
 * The server's signing key from a file that only its owner can read; made at the first start.
 * @throws Refusal config.invalid when the file is there but holds no key: losing the pinned key silently
 * would cut off every paired player.
 */
export async function openSigningKey(path: string): Promise<PrivateKey> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) {
    const parsed = storedKeySchema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new Refusal('config.invalid', `${path} holds no Ed25519 signing key. Restore it from a backup.`);
  }
  const key = await makeSigningKey();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, `${JSON.stringify(key)}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
  return key;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
