import { join, resolve } from 'node:path';
import { stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { Refusal, wordsOf } from '../base/refusal.ts';
import { languageOfTerminal, verbatim } from '../base/sentence.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/connect.ts';
import { archiveMonth, restoreMonth } from './play-archive-flow.ts';
import { playArchiveStore } from './play-archive-store.ts';

/* `npm run archive`: takes the plays of an old month out into a file, or puts them back. */

const USAGE = `Takes the plays of a UTC month out of the database into a file, or puts them back.

  npm run archive -- --month 2026-01 [--folder <where>] [--restore]

The folder is DATA_DIR/archive unless another is named. Sums and reports stay as they are.
`;

try {
  const { values } = parseArgs({
    options: { month: { type: 'string' }, folder: { type: 'string' }, restore: { type: 'boolean' } },
  });
  if (values.month === undefined) throw new Refusal('request.invalid', verbatim(USAGE));
  const config = readConfig(process.env);
  const url = config.databaseUrl;
  const folder = resolve(values.folder ?? join(config.dataDir, 'archive'));
  const database = await openDatabase(
    url === undefined ? { dataDir: config.dataDir, mustExist: true } : { url },
  );
  try {
    const store = playArchiveStore(database.sql);
    const done = values.restore
      ? await restoreMonth(store, values.month, folder)
      : await archiveMonth(store, values.month, folder, Date.now());
    const what = values.restore ? 'put back from' : 'taken out into';
    stdout.write(`${done.plays} plays of ${done.month} ${what} ${done.file}\n`);
  } finally {
    await database.close();
  }
} catch (error) {
  const isOption =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (!(error instanceof Refusal) && !isOption) throw error;
  process.stderr.write(`${wordsOf(error, languageOfTerminal(process.env))}\n`);
  process.exitCode = 1;
}
