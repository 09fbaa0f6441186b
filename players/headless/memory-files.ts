import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SaveSlot } from '../core/player-event.ts';
import type { Memory } from '../core/ports.ts';
import { writeWhole } from '../node/whole-files.ts';

const SLOTS: readonly SaveSlot[] = [
  'identity',
  'week',
  'clock',
  'summary',
  'manifest',
  'overrides',
  'receipts',
  'commands',
];

/** Small state on a disk. */
export interface MemoryFiles extends Memory {
  /** Resolves when nothing is being written. */
  settled(): Promise<void>;
}

/** The player's small state, one file a slot. Writes of one slot follow each other; the latest text wins. */
export function memoryFiles(folder: string): MemoryFiles {
  const waiting = new Map<SaveSlot, string>();
  const running = new Map<SaveSlot, Promise<void>>();

  async function drain(slot: SaveSlot): Promise<void> {
    await mkdir(folder, { recursive: true });
    for (let text = waiting.get(slot); text !== undefined; text = waiting.get(slot)) {
      waiting.delete(slot);
      await writeWhole(join(folder, `${slot}.json`), text);
    }
  }

  return {
    async load() {
      const texts: { [slot in SaveSlot]?: string } = {};
      for (const slot of SLOTS) {
        try {
          texts[slot] = await readFile(join(folder, `${slot}.json`), 'utf8');
        } catch {
          // Not there yet.
        }
      }
      return texts;
    },
    save(slot, text) {
      waiting.set(slot, text);
      const current = running.get(slot);
      if (current) return current;
      const started = drain(slot).finally(() => running.delete(slot));
      running.set(slot, started);
      return started;
    },
    settled: async () => void (await Promise.allSettled(running.values())),
  };
}
