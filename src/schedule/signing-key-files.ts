import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { requireOwnerOnly } from '../base/owner-only-files.ts';
import { Refusal } from '../base/refusal.ts';
import type { EpochMs } from '../base/units.ts';
import { type KeyRotation, keyRotationSchema, ROTATION_TYP } from '../contract/key-rotation.ts';
import { publicKeySchema } from '../contract/media-type.ts';
import { makeSigningKey, type PrivateKey, publicPartOf, signStatement } from '../contract/signing.ts';

const storedKeySchema = publicKeySchema.extend({
  d: z.string().length(43),
  /** Absent in files from before there were rotations. */
  rotations: z.array(z.string()).default([]),
});
type StoredKey = z.infer<typeof storedKeySchema>;

/** The server's signing key and how it came to be: in one file, so that neither is ever there without the other. */
export interface SigningKeys {
  readonly file: string;
  /** The key that signs now. */
  current(): PrivateKey;
  /** Every rotation so far, oldest first, each signed by the key that it gave up. */
  rotations(): readonly string[];
  /** The names of the keys that were given up, oldest first. */
  formers(): readonly string[];
  /**
   * Replaces the key by a new one; the old private part is gone from the disk afterwards. Two at once, or at a key that
   * another process has replaced meanwhile, would break the chain: who calls has read the file and is alone.
   */
  rotate(at: EpochMs): Promise<void>;
  /** Reads the file again, after another server process has written it. */
  reload(): Promise<void>;
}

/**
 * The server's signing key from a file that only its owner can read; made at the first start.
 * @throws Refusal config.invalid when the file is there but holds no key: losing the pinned key silently
 * would cut off every paired player. The same when others than the owner may read it.
 */
export async function openSigningKeys(path: string): Promise<SigningKeys> {
  let held = (await readKey(path)) ?? (await makeKey(path));
  /** Every poll asks for it. */
  let current: PrivateKey = privatePartOf(held);

  function hold(key: StoredKey): void {
    held = key;
    current = privatePartOf(key);
  }

  async function reload(): Promise<void> {
    hold((await readKey(path)) ?? held);
  }

  return {
    file: path,
    current: () => current,
    rotations: () => held.rotations,
    formers: () => held.rotations.map(replacedBy),
    reload,
    async rotate(at) {
      const next = await makeSigningKey();
      const statement: KeyRotation = {
        version: 1,
        replaces: held.kid,
        key: publicPartOf(next),
        issuedAt: new Date(at).toISOString(),
      };
      const { rotations, ...old } = held;
      const jws = await signStatement(JSON.stringify(statement), ROTATION_TYP, old);
      const grown = { ...next, rotations: [...rotations, jws] };
      await writeKey(path, grown);
      hold(grown);
    },
  };
}

function privatePartOf(key: StoredKey): PrivateKey {
  return { ...publicPartOf(key), d: key.d };
}

/** The key that a rotation of our own gave up; the file is trusted, so nothing is verified. */
function replacedBy(jws: string): string {
  const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8');
  return keyRotationSchema.parse(parseJson(payload)).replaces;
}

async function readKey(path: string): Promise<StoredKey | null> {
  await requireOwnerOnly(path);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const parsed = storedKeySchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Refusal('config.invalid', {
    en: `${path} holds no Ed25519 signing key. Restore it from a backup.`,
    zh: `${path} 中没有 Ed25519 签名密钥，请从备份恢复。`,
  });
}

/** Of several processes that start together one makes the key, and all have it. */
async function makeKey(path: string): Promise<StoredKey> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  const made = { ...(await makeSigningKey()), rotations: [] };
  await writeFile(draft, `${JSON.stringify(made)}\n`, { mode: 0o600, flush: true });
  // A link is made once or not at all.
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return (await readKey(path)) ?? made;
}

async function writeKey(path: string, key: StoredKey): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(key)}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
