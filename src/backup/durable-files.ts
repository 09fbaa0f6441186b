import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Copies a file so that it has its name only once its bytes are on the disk; makes its folder. */
export async function copyDurably(from: string, to: string): Promise<void> {
  const home = dirname(to);
  const made = await mkdir(home, { recursive: true, mode: 0o700 });
  const part = `${to}.part`;
  try {
    await copyFile(from, part);
    await sync(part);
    await rename(part, to);
  } finally {
    await rm(part, { force: true });
  }
  await sync(home);
  // Of folders that were made, the names stand in the folders above.
  for (let at = home; made !== undefined && at.length >= made.length; at = dirname(at))
    await sync(dirname(at));
}

/** Forces a file, or the names in a folder, to the disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path === '' ? '.' : path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Forces the names in a folder and in all below it to the disk. */
export async function syncFolders(root: string): Promise<void> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true });
  for (const entry of entries) if (entry.isDirectory()) await sync(join(entry.parentPath, entry.name));
  await sync(root);
}

/** Whether anything has this name. */
export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** The SHA-256 of a file's bytes; null when it cannot be read. */
export async function sha256OfFile(path: string): Promise<string | null> {
  const sum = createHash('sha256');
  return pipeline(createReadStream(path), sum).then(
    () => sum.digest('hex'),
    () => null,
  );
}
