import { expect, test } from 'vitest';
import { codeIn } from '../../src/console/scanned-code.ts';

test.each([
  ['https://signs.example.org/console/pair?code=K7M2QX', 'K7M2QX'],
  [' k7m2qx\n', 'K7M2QX'],
  ['https://signs.example.org/console/pair', null],
  ['https://signs.example.org/?code=K7M2QX%22', null],
  ['javascript:alert(1)', null],
  ['WIFI:S:office;T:WPA;P:secret;;', null],
])('a camera that read %j takes %j for the pairing code', (text, code) => expect(codeIn(text)).toBe(code));
