import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changed, redone, undoable, undone } from '../../src/console/undo.ts';

describe('undoable', () => {
  test('undoing every step leads back to the start, and redoing them to the end', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 60 }), (steps) => {
        const done = steps.reduce(changed, undoable(0));
        const back = steps.reduce((state) => undone(state), done);
        expect(back.present).toBe(0);
        expect(undone(back)).toBe(back);
        const again = steps.reduce((state) => redone(state), back);
        expect(again.present).toBe(done.present);
        expect(redone(again)).toBe(again);
      }),
    );
  });

  test('a change after an undo forgets what was undone', () => {
    const state = changed(undone(changed(undoable('a'), 'b')), 'c');
    expect(state.present).toBe('c');
    expect(redone(state)).toBe(state);
  });
});
