import { openDatabase } from '../../src/db/connect.ts';

/** For tests of sudden ends: commits numbers one after another and prints each once it is acknowledged. */
const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('usage: committing-program <data folder>');
const { sql, enginePid } = await openDatabase({ dataDir });
await sql`create table if not exists marks (n int primary key)`;
const [row] = await sql<{ n: number }[]>`select coalesce(max(n), 0)::int as n from marks`;
process.stdout.write(`engine ${enginePid}\n`);
for (let n = (row?.n ?? 0) + 1; ; n += 1) {
  await sql`insert into marks values (${n})`;
  process.stdout.write(`ack ${n}\n`);
}
