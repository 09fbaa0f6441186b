import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { requireOwnerOnly } from '../base/owner-only-files.ts';
import { Refusal } from '../base/refusal.ts';

/** The file in the data folder that holds the secret with which session tokens are signed. */
export const SECRET_FILE = 'session-secret';
const SHORTEST = 32;

/**
 * The secret that signs session tokens: `given` (from the environment) where set, else the file
 * `session-secret` in the data folder, made with mode 0600 at the first start. Losing it signs everybody
 * out and does nothing worse. Several processes must share one.
 * @throws Refusal `config.invalid` when the secret has fewer than 32 characters, or when others than the
 * owner may read the file.
 */
export async function sessionSecret(dataDir: string, given: string | undefined): Promise<string> {
  if (given !== undefined && given !== '') return longEnough(given, 'The session secret in the environment');
  const path = join(dataDir, SECRET_FILE);
  return (await readSecret(path)) ?? (await makeSecret(dataDir, path));
}

async function readSecret(path: string): Promise<string | null> {
  try {
    await requireOwnerOnly(path, {
      en: ', or delete it: people then sign in again',
      zh: '，或将其删除（删除后所有人须重新登录）',
    });
    return longEnough((await readFile(path, 'utf8')).trim(), path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function makeSecret(dataDir: string, path: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(48).toString('base64url')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  // A link is made once or not at all: of two processes that start together, one secret wins, and whole.
  await link(draft, path).catch((error: unknown) => {
    if (!isExisting(error)) throw error;
  });
  await rm(draft);
  const made = await readSecret(path);
  if (made === null) throw new Error(`${path} vanished while it was made`);
  return made;
}

function longEnough(secret: string, where: string): string {
  if (secret.length >= SHORTEST) return secret;
  throw new Refusal('config.invalid', {
    en: `${where} is too short: at least ${SHORTEST} characters are needed.`,
    zh: `${where} 太短：至少需要 ${SHORTEST} 个字符。`,
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
