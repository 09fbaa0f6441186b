import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseOptions } from '../../src/db/connect.ts';
import { testPlace } from './database.ts';
import { addEditor, type EditorAccount } from './editor-account.ts';

/** A place for a server process, with an editor in it. */
export interface StaffedPlace extends EditorAccount {
  readonly options: DatabaseOptions;
  readonly dataDir: string;
  remove(): Promise<void>;
}

/** Prepares one, in a folder that is given where its disk matters; an embedded database lies in it too. */
export async function staffedPlace(folder?: string): Promise<StaffedPlace> {
  const place = await testPlace();
  const own =
    'dataDir' in place.options ? place.options.dataDir : await mkdtemp(join(tmpdir(), 'beacon-staffed-'));
  const dataDir = folder ?? own;
  const options = 'url' in place.options ? place.options : { dataDir };
  return {
    ...(await addEditor(options)),
    options,
    dataDir,
    async remove() {
      await place.remove();
      await rm(own, { recursive: true, force: true });
    },
  };
}
