import type { Play } from '../../src/contract/play-report.ts';
import type { OpenPlay, SaveSlot } from './player-event.ts';
import type { Memory, OutboxStorage } from './ports.ts';

/** An outbox storage that lasts as long as the process; each one is a new epoch. For simulators and tests. */
export function briefOutbox(epoch: string): OutboxStorage {
  const plays = new Map<number, Play>();
  const open = new Map<number, OpenPlay>();
  let lastSeq = 0;
  return {
    load: async () => ({
      epoch,
      lastSeq,
      plays: [...plays.values()].sort((a, b) => a.seq - b.seq),
      open: [...open.values()],
    }),
    async begin(play) {
      open.set(play.seq, play);
      lastSeq = Math.max(lastSeq, play.seq);
    },
    async append(added) {
      for (const play of added) {
        plays.set(play.seq, play);
        open.delete(play.seq);
        lastSeq = Math.max(lastSeq, play.seq);
      }
    },
    async remove(ranges) {
      for (const seq of [...plays.keys()]) {
        if (ranges.some(([from, to]) => seq >= from && seq <= to)) plays.delete(seq);
      }
    },
  };
}

/** A memory that lasts as long as the process. With `keep` false it takes in texts and drops them. */
export function briefMemory(keep = true): Memory {
  const slots = new Map<SaveSlot, string>();
  return {
    load: async () => Object.fromEntries(slots),
    async save(slot, text) {
      if (keep) slots.set(slot, text);
    },
  };
}
