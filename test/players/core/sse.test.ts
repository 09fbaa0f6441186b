import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sseReader } from '../../../players/core/sse.ts';

const STREAM = [
  ': a comment\n\n',
  'event: manifest\nid: 7\ndata: {"revision":"a"}\n\n',
  'data: one\r\ndata:two\r\n\r\n',
  'event: ping\ndata\n\n',
  'id: 8\n\n',
  'data: last\n\n',
].join('');

const MESSAGES = [
  { event: 'manifest', data: '{"revision":"a"}', id: '7' },
  { event: 'message', data: 'one\ntwo', id: '7' },
  { event: 'ping', data: '', id: '7' },
  { event: 'message', data: 'last', id: '8' },
];

describe('sseReader', () => {
  it('reads the same messages however the stream is cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: STREAM.length })), (cuts) => {
        const reader = sseReader();
        const edges = [0, ...cuts.toSorted((a, b) => a - b), STREAM.length];
        const read = edges.flatMap((edge, index) =>
          reader.push(STREAM.slice(edge, edges[index + 1] ?? edge)),
        );
        expect(read).toEqual(MESSAGES);
      }),
    );
  });

  it('drops a message that the end of the stream tore', () => {
    expect(sseReader().push('data: half')).toEqual([]);
  });

  it('says that it overflows when a line or message never ends', () => {
    const line = sseReader();
    for (let i = 0; i < 11; i += 1) line.push('x'.repeat(100_000));
    expect(line.overflown).toBe(true);
    const message = sseReader();
    for (let i = 0; i < 11; i += 1) message.push(`data: ${'x'.repeat(100_000)}\n`);
    expect(message.overflown).toBe(true);
  });
});
