import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closeStatements,
  frontendReader,
  queryMessage,
  SYNC,
  startupMessage,
} from '../../src/db/wire-messages.ts';

describe('frontendReader', () => {
  it('finds the same messages however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
        (queries, cuts) => {
          const sent = queries.map((text) => queryMessage(text.replaceAll('\0', '')));
          const all = Buffer.concat([startupMessage('a', 'b'), ...sent, SYNC]);
          const read = frontendReader();
          const got = [];
          for (let at = 0, turn = 0; at < all.length; turn += 1) {
            const size = cuts[turn % cuts.length] ?? 1;
            got.push(...read(all.subarray(at, at + size)));
            at += size;
          }
          expect(got[0]).toEqual({ kind: 'startup' });
          expect(got.slice(1).map((m) => (m.kind === 'command' ? m.bytes.toString('hex') : m.kind))).toEqual(
            [...sent, SYNC].map((bytes) => bytes.toString('hex')),
          );
        },
      ),
    );
  });

  it('refuses bytes that are not the protocol', () => {
    expect(() => frontendReader()(Buffer.from('GET / HTTP/1.1\r\n'))).toThrow(RangeError);
  });
});

describe('closeStatements', () => {
  it('ends in exactly one Sync, whatever the names', () => {
    const bytes = closeStatements(['one', 'two']);
    const read = frontendReader();
    read(startupMessage('a', 'b'));
    expect(read(bytes).map((m) => (m.kind === 'command' ? m.type : m.kind))).toEqual(['C', 'C', 'S']);
  });
});
