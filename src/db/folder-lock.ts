import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The lock was taken, or somebody else has it: `owner` is the number of that process, or '' if not known. */
export type LockResult =
  | { readonly taken: true; release(): void }
  | { readonly taken: false; readonly owner: string };

/**
 * Takes the lock of a data folder, waiting up to `waitMs`. It is the operating system's own lock on a file
 * (held through SQLite, which knows how on every system), so it ends with its process, kill -9 included:
 * there is no stale lock to recognise, and no process number to mistake for another's.
 */
export function lockFolder(folder: string, waitMs: number): LockResult {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const note = join(folder, 'database.pid');
  const lock = new DatabaseSync(join(folder, 'database.lock'), { timeout: waitMs });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!(error instanceof Error && 'errcode' in error && error.errcode === 5)) throw error;
    return { taken: false, owner: readNote(note) };
  }
  writeFileSync(note, `${process.ppid}\n`);
  return {
    taken: true,
    release() {
      rmSync(note, { force: true });
      lock.close();
    },
  };
}

function readNote(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
