import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
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

  test.each([
    [false, false],
    [true, true],
  ])('asks Chromium for its sandbox unless a container is the sandbox (bare: %j)', async (bare, isBare) => {
    const folder = await mkdtemp(join(tmpdir(), 'beacon-print-'));
    const [asked, file] = [join(folder, 'asked'), join(folder, 'chromium')];
    await writeFile(file, `#!/bin/sh\necho "$@" > ${asked}\nexit 1\n`, { mode: 0o755 });
    const account = vi.spyOn(process, 'getuid').mockReturnValue(1_000);
    await expect(chromiumPrinter(file, bare).print(PAGE)).rejects.toMatchObject({ code: 'report.noPrinter' });
    account.mockRestore();
    expect((await readFile(asked, 'utf8')).includes('--no-sandbox')).toBe(isBare);
    await rm(folder, { recursive: true });
  });
});

describe('findChromium', () => {
  test('takes the file that was named or nothing, else looks along the search path', async () => {
    expect(await findChromium('/nowhere/chromium', '/usr/bin')).toBeNull();
    expect(await findChromium('/bin/sh', '')).toBe('/bin/sh');
    expect(await findChromium(undefined, '/nowhere:/proc')).toBeNull();
  });
});
