import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../base/refusal.ts';
import { type Clock, MINUTE_MS, type Ms } from '../base/units.ts';
import { LONGEST_ALERT } from './alert-xml.ts';

/** A file must have rested so long: its writer may still be at it. */
const REST_MS: Ms = 1_000;
/** What a server that died had taken is looked at again after so long. */
const LEFT_MS: Ms = MINUTE_MS;

/** A folder into which other systems put alerts as `*.xml`. */
export interface AlertFolder {
  /**
   * Takes every file that lies there, the oldest first: `taken/` while it is worked on, `done/` afterwards,
   * `refused/` with the reason beside it when it is no alert. Several servers may share the folder: a move
   * succeeds for one of them alone.
   */
  look(): Promise<void>;
}

/** Opens the folder, making what is missing of it. */
export async function alertFolder(
  folder: string,
  take: (bytes: Uint8Array) => Promise<unknown>,
  now: Clock,
): Promise<AlertFolder> {
  const inside = (name: string) => join(folder, name);
  for (const name of ['taken', 'done', 'refused']) await mkdir(inside(name), { recursive: true });

  async function filesIn(where: string, restMs: Ms): Promise<string[]> {
    const found: { name: string; at: number }[] = [];
    for (const entry of await readdir(where, { withFileTypes: true })) {
      if (!entry.isFile() || !/\.xml$/i.test(entry.name) || entry.name.startsWith('.')) continue;
      const facts = await stat(join(where, entry.name)).catch(() => null);
      if (facts && now() - facts.mtimeMs >= restMs) found.push({ name: entry.name, at: facts.mtimeMs });
    }
    return found.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
  }

  async function takeOne(name: string): Promise<void> {
    const path = inside(join('taken', name));
    try {
      const { size } = await stat(path);
      if (size > LONGEST_ALERT)
        throw new Refusal('request.tooLarge', {
          en: `An alert has at most ${LONGEST_ALERT} bytes.`,
          zh: `预警最大 ${LONGEST_ALERT} 字节。`,
        });
      await take(await readFile(path));
    } catch (error) {
      // Anything else is a trouble of ours: the file stays in `taken/` and is tried again.
      if (!(error instanceof Refusal) || error.code === 'request.tooMany') throw error;
      await writeFile(
        inside(join('refused', `${name}.txt`)),
        `${error.code}: ${error.sentence.zh}\n${error.sentence.en}\n`,
      );
      await rename(path, inside(join('refused', name)));
      return;
    }
    await rename(path, inside(join('done', name)));
  }

  return {
    async look() {
      for (const name of await filesIn(inside('taken'), LEFT_MS)) await takeOne(name);
      for (const name of await filesIn(folder, REST_MS)) {
        const isOurs = await rename(inside(name), inside(join('taken', name))).then(
          () => true,
          () => false,
        );
        if (isOurs) await takeOne(name);
      }
    },
  };
}
