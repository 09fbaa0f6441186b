import { describe, expect, test } from 'vitest';
import { lockedPackages, SAID_ELSEWHERE } from './support/lockfile.ts';

/** Licences under which a library may be passed on with a product under Apache-2.0. */
const TAKEN = new Set([
  ...['MIT', 'MIT-0', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Unlicense', 'CC0-1.0'],
  ...['BlueOak-1.0.0', 'Python-2.0', 'OFL-1.1', 'Zlib'],
  // Files of it stay under it; ours are not touched by that.
  'MPL-2.0',
]);
/** libvips, LGPL: a shared library in packages of its own, which whoever likes may put another in place of. */
const SHARED_LIBRARY = /^@img\/sharp-/;

/** Whether an SPDX expression leaves a choice that is taken, or asks for nothing that is not. */
function isTaken(expression: string): boolean {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  if (plain.includes(' OR ')) return plain.split(' OR ').some((part) => isTaken(part));
  return plain.split(' AND ').every((part) => TAKEN.has(part.replace(/^\(|\)$/g, '')));
}

/* Also those of developers: what browsers get is built from them. */
describe('every library that the product is made of or with', () => {
  test('has a licence that we may pass on', () => {
    const shipped = lockedPackages();
    expect(shipped.length).toBeGreaterThan(100);
    const odd = shipped.flatMap(({ name, license = 'none' }) => {
      const isShared = SHARED_LIBRARY.test(name) && isTaken(license.replace('LGPL-3.0-or-later', 'MIT'));
      return isShared || isTaken(SAID_ELSEWHERE[name] ?? license) ? [] : [`${name}: ${license}`];
    });
    expect(odd).toEqual([]);
  });
});
