import { stdout } from 'node:process';
import { Refusal, wordsOf } from '../base/refusal.ts';
import { languageOfTerminal } from '../base/sentence.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/connect.ts';
import { auditSums } from './sums-audit-store.ts';

/* `npm run audit`: recounts all plays and compares every sum with them; ends with 1 where they differ. */

try {
  const config = readConfig(process.env);
  const url = config.databaseUrl;
  const database = await openDatabase(
    url === undefined ? { dataDir: config.dataDir, mustExist: true } : { url },
  );
  try {
    const { plays, differences, archived } = await auditSums(database.sql);
    if (archived.length > 0) stdout.write(`Left out, for their plays are archived: ${archived.join(', ')}\n`);
    for (const { of, where, stored, recounted } of differences) {
      stdout.write(`${of}: ${where}: stored ${stored || 'nothing'}, recounted ${recounted || 'nothing'}\n`);
    }
    stdout.write(
      differences.length === 0
        ? `${plays} plays recounted: all sums by hour and by day agree.\n`
        : `${plays} plays recounted: the sums above DIFFER (completed, cut, failed, airtime in ms).\n`,
    );
    if (differences.length > 0) process.exitCode = 1;
  } finally {
    await database.close();
  }
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${wordsOf(error, languageOfTerminal(process.env))}\n`);
  process.exitCode = 1;
}
