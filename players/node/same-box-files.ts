import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { writeWhole } from './whole-files.ts';

/**
 * What tells this box from one whose disk was copied from it: hashes of the addresses burnt into its network cards.
 * Made-up addresses (of containers, and of cards that make one at each start) say nothing and are left out.
 */
export function marksOfBox(): readonly string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((cards) => cards ?? [])
    .filter(({ internal }) => !internal)
    .map(({ mac }) => mac)
    .filter((mac) => mac !== '00:00:00:00:00:00' && (Number.parseInt(mac.slice(0, 2), 16) & 2) === 0);
  return [...new Set(addresses)]
    .toSorted()
    .map((mac) => createHash('sha256').update(mac).digest('hex').slice(0, 16));
}

/**
 * Whether the folder was made on this box. When it was not, a disk was copied: what only one box may have (pairing,
 * numbers of plays, plays not sent yet, which the first box reports itself) is removed, `only` names it inside the
 * folder; material stays. A box without marks, or with one card replaced of several, counts as the same.
 */
export async function claimFolder(
  folder: string,
  only: readonly string[],
  marks = marksOfBox(),
): Promise<'ours' | 'copied'> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'box');
  const kept = (await readFile(path, 'utf8').catch(() => '')).split('\n').filter((mark) => mark !== '');
  const isCopy = kept.length > 0 && marks.length > 0 && !kept.some((mark) => marks.includes(mark));
  if (isCopy) for (const name of only) await rm(join(folder, name), { recursive: true, force: true });
  if (marks.length > 0 && (isCopy || marks.some((mark) => !kept.includes(mark)))) {
    // The marks come last: a power cut before them repeats what was done.
    await writeWhole(path, `${(isCopy ? marks : [...new Set([...kept, ...marks])]).join('\n')}\n`);
  }
  return isCopy ? 'copied' : 'ours';
}
