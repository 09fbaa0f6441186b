import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_MS, type EpochMs, type Ms } from '../base/units.ts';

/** The file in the data folder that tells the first administrator's one-time password where no terminal shows it. */
const FIRST_SIGN_IN_FILE = 'first-sign-in';
/** Nobody has come for it in so long: `staff password` gives another one. */
const KEPT_MS: Ms = 7 * DAY_MS;

/** Writes username and one-time password into a file for its owner alone, in place of an older one; gives its path. */
export async function keepFirstSignIn(
  dataDir: string,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<string> {
  const path = join(dataDir, FIRST_SIGN_IN_FILE);
  // The mode holds for a file that is made, not for one that is there.
  await rm(path, { force: true });
  await writeFile(path, `${username} / ${password}\n`, { mode: 0o600, flag: 'wx', flush: true });
  return path;
}

/** Removes that file after a week, or once `isOneTime` says that the account has a password of its own. */
export async function forgetFirstSignIn(
  dataDir: string,
  now: EpochMs,
  isOneTime: (username: string) => Promise<boolean>,
): Promise<void> {
  const path = join(dataDir, FIRST_SIGN_IN_FILE);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return;
  const isOld = (await stat(path)).mtimeMs < now - KEPT_MS;
  const [username = ''] = text.split(' / ');
  if (isOld || !(await isOneTime(username))) await rm(path, { force: true });
}
