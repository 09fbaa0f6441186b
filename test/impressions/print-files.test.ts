import { describe, expect, test } from 'vitest';
import { chromiumPrinter, findChromium } from '../../src/impressions/print-files.ts';

const PAGE = { html: '<p>x</p>', header: '', footer: '' };

describe('chromiumPrinter', () => {
  test('says in a sentence that Chromium is missing', async () => {
    await expect(chromiumPrinter(null).print(PAGE)).rejects.toMatchObject({
      code: 'report.noPrinter',
      message: expect.stringContaining('Chromium'),
    });
  });

  test('tells a Chromium that does not start as a refusal, and is ready for the next print', async () => {
    const printer = chromiumPrinter('/bin/false');
    for (const _ of [1, 2])
      await expect(printer.print(PAGE)).rejects.toMatchObject({ code: 'report.noPrinter' });
  });
});

describe('findChromium', () => {
  test('takes the file that was named or nothing, else looks along the search path', async () => {
    expect(await findChromium('/nowhere/chromium', '/usr/bin')).toBeNull();
    expect(await findChromium('/bin/sh', '')).toBe('/bin/sh');
    expect(await findChromium(undefined, '/nowhere:/proc')).toBeNull();
  });
});
