import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../src/db/connect.ts';
import { listAudit } from '../src/staff/audit-store.ts';
import { type StaffedPlace, staffedPlace } from './support/staffed-place.ts';

let place: StaffedPlace;
beforeAll(async () => {
  place = await staffedPlace();
});
afterAll(() => place.remove());

/** Runs `npm run audit` as a person at the server does. */
function audit(): Promise<{ code: number; out: string; err: string }> {
  const { DATABASE_URL: _, ...environment } = process.env;
  const env = {
    ...{ ...environment, LANG: 'en_GB.UTF-8', DATA_DIR: place.dataDir },
    ...('url' in place.options && { DATABASE_URL: place.options.url }),
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ['src/audit-cli.ts'], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

describe('npm run audit', () => {
  test('recounts the plays, computes the chain anew, and names its head to compare later', async () => {
    const database = await openDatabase(place.options);
    const [newest] = await listAudit(database.db, { limit: 1 });
    await database.close();
    const told = await audit();
    expect(told).toMatchObject({ code: 0, err: '' });
    expect(told.out).toContain('0 plays recounted: all sums by hour and by day agree.\n');
    expect(told.out).toContain(`Their chain holds; its head is ${newest?.hash}\n`);
  });

  test('ends with 1 and names the entry where somebody changed the log behind the trigger', async () => {
    const database = await openDatabase(place.options);
    const [newest] = await listAudit(database.db, { limit: 1 });
    await database.sql`alter table audit_log disable trigger user`;
    await database.sql`update audit_log set actor = 'somebody else' where id = ${newest?.id ?? 0}`;
    await database.sql`alter table audit_log enable trigger user`;
    await database.close();
    const told = await audit();
    expect(told).toMatchObject({ code: 1, err: '' });
    expect(told.out).toContain(`The chain of the audit log is BROKEN at entry ${newest?.id}`);
    expect(told.out).toContain('all sums by hour and by day agree');
  });
});
