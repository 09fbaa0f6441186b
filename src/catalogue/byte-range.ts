import type { Bytes } from '../base/units.ts';

/** Bytes `from` to `to` of a file, both included, as HTTP counts. */
export interface ByteRange {
  readonly from: Bytes;
  readonly to: Bytes;
}

/**
 * What a Range header asks of a file of `size` bytes: one range, `whole` (no header, several ranges, another
 * unit or nonsense: RFC 9110 §14.2 lets a server ignore those), or `unsatisfiable` when it lies behind the end.
 */
export function readByteRange(
  header: string | undefined,
  size: Bytes,
): ByteRange | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? '') ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { from: size - length, to: size - 1 };
  }
  const from = Number(first);
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < from) return 'whole';
  return from >= size ? 'unsatisfiable' : { from, to };
}
