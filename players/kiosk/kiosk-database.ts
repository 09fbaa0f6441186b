import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Play } from '../../src/contract/play-report.ts';
import type { OpenPlay, SavedTexts, SaveSlot } from '../core/player-event.ts';
import type { Memory, OutboxStorage } from '../core/ports.ts';

interface KioskTables extends DBSchema {
  /** `epoch` and `lastSeq`: outlive every play. */
  life: { key: string; value: string | number };
  plays: { key: number; value: Play };
  open: { key: number; value: OpenPlay };
  texts: { key: SaveSlot | 'hardwareId'; value: string };
}

/** What this storage keeps for the player. */
export interface KioskDatabase {
  readonly outbox: OutboxStorage;
  readonly memory: Memory;
  /** What the box calls itself; made once in the life of the storage. */
  hardwareId(): Promise<string>;
  close(): Promise<void>;
}

// Chromium otherwise answers before the disk has it, and a power cut would hand out a number twice.
const STRICT = { durability: 'strict' } as const;

/**
 * Opens the player's IndexedDB. A connection that the browser closes (storage cleared, disk trouble) is
 * opened anew at the next call. @throws DOMException when the browser gives no storage at all.
 */
export async function openKioskDatabase(player: string, makeId: () => string): Promise<KioskDatabase> {
  let opening: Promise<IDBPDatabase<KioskTables>> | null = null;
  let epoch = makeId();

  function database(): Promise<IDBPDatabase<KioskTables>> {
    opening ??= openDB<KioskTables>(`beacon-${player}`, 1, {
      upgrade(db) {
        db.createObjectStore('life');
        db.createObjectStore('plays', { keyPath: 'seq' });
        db.createObjectStore('open', { keyPath: 'seq' });
        db.createObjectStore('texts');
      },
      blocking: () => void letGo(),
      terminated: () => {
        opening = null;
      },
    });
    opening.catch(() => {
      opening = null;
    });
    return opening;
  }

  async function letGo(): Promise<void> {
    const closing = opening;
    opening = null;
    (await closing)?.close();
  }

  const outbox: OutboxStorage = {
    async load() {
      const tx = (await database()).transaction(['life', 'plays', 'open'], 'readwrite', STRICT);
      const life = tx.objectStore('life');
      const known = await life.get('epoch');
      if (typeof known === 'string') epoch = known;
      else await life.put(epoch, 'epoch');
      const lastSeq = Number((await life.get('lastSeq')) ?? 0);
      const plays = await tx.objectStore('plays').getAll();
      const open = await tx.objectStore('open').getAll();
      await tx.done;
      return { epoch, lastSeq, plays, open };
    },
    async begin(play) {
      const tx = (await database()).transaction(['life', 'open'], 'readwrite', STRICT);
      const life = tx.objectStore('life');
      // Also the epoch: storage that was cleared in mid-run must not give these numbers another name.
      await life.put(epoch, 'epoch');
      await life.put(Math.max(play.seq, Number((await life.get('lastSeq')) ?? 0)), 'lastSeq');
      await tx.objectStore('open').put(play);
      await tx.done;
    },
    async append(plays) {
      const tx = (await database()).transaction(['life', 'plays', 'open'], 'readwrite', STRICT);
      const life = tx.objectStore('life');
      let lastSeq = Number((await life.get('lastSeq')) ?? 0);
      for (const play of plays) {
        lastSeq = Math.max(lastSeq, play.seq);
        await tx.objectStore('plays').put(play);
        await tx.objectStore('open').delete(play.seq);
      }
      await life.put(epoch, 'epoch');
      await life.put(lastSeq, 'lastSeq');
      await tx.done;
    },
    async remove(ranges) {
      const tx = (await database()).transaction('plays', 'readwrite');
      for (const [from, to] of ranges) await tx.store.delete(IDBKeyRange.bound(from, to));
      await tx.done;
    },
  };

  const memory: Memory = {
    async load() {
      const db = await database();
      const slots: readonly SaveSlot[] = [
        'identity',
        'week',
        'clock',
        'summary',
        'manifest',
        'overrides',
        'receipts',
        'commands',
      ];
      const texts: { [slot in SaveSlot]?: string | undefined } = {};
      for (const slot of slots) texts[slot] = await db.get('texts', slot);
      return texts satisfies SavedTexts;
    },
    async save(slot, text) {
      const tx = (await database()).transaction('texts', 'readwrite', STRICT);
      await tx.store.put(text, slot);
      await tx.done;
    },
  };

  await database();
  return {
    outbox,
    memory,
    async hardwareId() {
      const tx = (await database()).transaction('texts', 'readwrite', STRICT);
      const known = await tx.store.get('hardwareId');
      const id = known ?? `kiosk-${makeId()}`;
      if (known === undefined) await tx.store.put(id, 'hardwareId');
      await tx.done;
      return id;
    },
    close: letGo,
  };
}
