import { stdout } from 'node:process';
import { Refusal, wordsOf } from './base/refusal.ts';
import { languageOfTerminal } from './base/sentence.ts';
import { readConfig } from './config.ts';
import { type Database, openDatabase } from './db/connect.ts';
import { auditSums } from './plays/sums-audit-store.ts';
import { verifyAuditChain } from './staff/audit-store.ts';

/*
 * `npm run audit`: recounts all plays and compares every sum with them, and computes the chain of the audit log anew; ends
 * with 1 where either is not right.
 */

try {
  const config = readConfig(process.env);
  const url = config.databaseUrl;
  const database = await openDatabase(
    url === undefined ? { dataDir: config.dataDir, mustExist: true } : { url },
  );
  try {
    const sumsAgree = await tellSums(database);
    const chainIsIntact = await tellChain(database);
    if (!sumsAgree || !chainIsIntact) process.exitCode = 1;
  } finally {
    await database.close();
  }
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${wordsOf(error, languageOfTerminal(process.env))}\n`);
  process.exitCode = 1;
}

async function tellSums({ sql }: Database): Promise<boolean> {
  const { plays, differences, archived } = await auditSums(sql);
  if (archived.length > 0) stdout.write(`Left out, for their plays are archived: ${archived.join(', ')}\n`);
  for (const { of, where, stored, recounted } of differences) {
    stdout.write(`${of}: ${where}: stored ${stored || 'nothing'}, recounted ${recounted || 'nothing'}\n`);
  }
  stdout.write(
    differences.length === 0
      ? `${plays} plays recounted: all sums by hour and by day agree.\n`
      : `${plays} plays recounted: the sums above DIFFER (completed, cut, failed, airtime in ms).\n`,
  );
  return differences.length === 0;
}

async function tellChain({ db }: Database): Promise<boolean> {
  const verdict = await verifyAuditChain(db);
  stdout.write(
    verdict.intact
      ? `Entries of the audit log: ${verdict.entries}. Their chain holds; its head is ${verdict.head}\n`
      : `The chain of the audit log is BROKEN at entry ${verdict.brokenAtId}, after ${verdict.entries} good ones.\n`,
  );
  return verdict.intact;
}
