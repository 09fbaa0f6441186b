import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BookingDraft } from '../../src/campaigns/booking.ts';
import { changedParts, mergedChange } from '../../src/console/booking-difference.ts';
import {
  afterRedo,
  afterSave,
  afterUndo,
  type BookingHistory,
  NO_HISTORY,
} from '../../src/console/booking-history.ts';

const draft = (tier: number, more: Partial<BookingDraft> = {}): BookingDraft => ({
  ...{ campaignId: 1, playlistId: 1, name: 'Winter', endpoints: {}, dayparts: [], rrule: null, exdates: [] },
  ...{ fromDate: '2027-01-01', toDate: '2027-01-31', rate: { kind: 'perHour', plays: 6 } },
  ...{ maxPerHour: null, maxPerDay: null, tier },
  ...more,
});

/** A booking on a server that refuses whatever was not made from its newest version. */
class Stored {
  version = 1;
  content = draft(0);

  put(content: BookingDraft, version: number): boolean {
    if (version !== this.version) return false;
    this.content = content;
    this.version += 1;
    return true;
  }
}

/** Saves, undoes or does again as the console does; false: the server refused. */
function take(act: 'save' | 'undo' | 'redo', stored: Stored, history: BookingHistory, tier: number) {
  if (act === 'save') {
    const [before, from, after] = [stored.content, stored.version, draft(tier)];
    stored.put(after, from);
    return afterSave(history, { id: 1, before, after, from, to: stored.version });
  }
  const step = (act === 'undo' ? history.past : history.future).at(-1);
  if (!step) return history;
  const done = act === 'undo' ? stored.put(step.before, step.to) : stored.put(step.after, step.from);
  if (!done) return null;
  return act === 'undo' ? afterUndo(history, stored.version) : afterRedo(history, stored.version);
}

describe('undo of changes to bookings', () => {
  test('leads back over every own change and forward again, as long as nobody else changes the booking', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('save', 'undo', 'redo', 'undo', 'redo')), (acts) => {
        const stored = new Stored();
        let history: BookingHistory = NO_HISTORY;
        let [line, place]: [number[], number] = [[0], 0];
        for (const [at, act] of acts.entries()) {
          const next = take(act, stored, history, at + 1);
          if (next === null) throw new Error('refused');
          if (act === 'save') {
            line = [...line.slice(0, place + 1), at + 1];
            place += 1;
          } else if (act === 'undo') place = Math.max(0, place - 1);
          else place = Math.min(line.length - 1, place + 1);
          history = next;
          expect(stored.content.tier).toBe(line[place]);
        }
      }),
    );
  });

  test("is refused where somebody else's change lies between, also under a later own one", () => {
    const stored = new Stored();
    const first = take('save', stored, NO_HISTORY, 1);
    stored.put(draft(7), stored.version);
    expect(first && take('undo', stored, first, 0)).toBeNull();
    const second = first && take('save', stored, first, 2);
    const back = second && take('undo', stored, second, 0);
    expect(stored.content.tier).toBe(7);
    expect(back && take('undo', stored, back, 0)).toBeNull();
    expect(stored.content.tier).toBe(7);
  });
});

describe('mergedChange', () => {
  const before = draft(0);
  const mine = { before, after: draft(0, { fromDate: '2027-01-05' }) };

  test("puts one's own change on top of another's where they touch different parts", () => {
    const theirs = draft(3, { rate: { kind: 'share', weight: 2 } });
    expect(changedParts(before, theirs)).toEqual(['rate', 'tier']);
    expect(mergedChange(mine, theirs)).toEqual({ ...theirs, fromDate: '2027-01-05' });
  });

  test('makes nothing of two changes to the same part, of which the first and last date are one', () => {
    expect(mergedChange(mine, draft(0, { toDate: '2027-02-10' }))).toBeNull();
  });

  test('takes fields in another order for the same', () => {
    const one = draft(0, { endpoints: { areaIds: [1], kinds: ['tv'] } });
    expect(changedParts(one, draft(0, { endpoints: { kinds: ['tv'], areaIds: [1] } }))).toEqual([]);
  });
});
