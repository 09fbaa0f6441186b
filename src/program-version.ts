import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const PACKAGE = new URL('../package.json', import.meta.url);

/** The version of this program, as its package says. */
export async function programVersion(): Promise<string> {
  return z.object({ version: z.string() }).parse(JSON.parse(await readFile(PACKAGE, 'utf8'))).version;
}
