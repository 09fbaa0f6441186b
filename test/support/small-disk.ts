import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is a small disk of its own. */
export interface SmallDisk {
  readonly path: string;
  /** Whether this account may mount; if not, `path` is a plain folder. */
  readonly isMounted: boolean;
  /** What a test that needs the disk adds to its name. */
  readonly without: string;
  /** Takes the disk away. */
  remove(): void;
}

/** Mounts a disk of so many megabytes, held in memory. */
export function smallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'beacon-small-disk-'));
  const isMounted = isMountable(path, megabytes);
  return {
    path,
    isMounted,
    without: isMounted ? '' : ' (left out: this account may not mount)',
    remove() {
      // Detached now and freed with its last open file: a stream that was cut off closes its file a moment later.
      if (isMounted) execFileSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function isMountable(path: string, megabytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
