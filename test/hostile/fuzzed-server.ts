import { z } from 'zod';
import { sha256Hex } from '../../src/base/digest.ts';
import { type DatabaseOptions, openDatabase } from '../../src/db/connect.ts';
import { attemptStore } from '../../src/staff/attempt-store.ts';
import { guesses } from '../../src/staff/guesses.ts';
import { signInStore } from '../../src/staff/sign-in-store.ts';
import { staffFlow } from '../../src/staff/staff-flow.ts';
import { addFleet } from '../plays/a-fleet.ts';
import { codeAt } from '../support/authenticator.ts';
import { signIn } from '../support/editor-account.ts';
import { send } from '../support/server.ts';
import { serverProcess } from '../support/server-process.ts';
import { worldOf } from '../support/world.ts';
import type { Callers } from './fuzz.ts';

const PLAYER_TOKEN = 'token-of-the-player-that-is-fuzzed';
const PASSWORD = 'the own password of tests';

const secondStepSchema = z.object({ secret: z.string() });
const backupSchema = z.object({ backupCodes: z.array(z.string()) });

/**
 * Signs a person in who has set two-step sign-in up: one of the odd requests may ask it of every role, and would end the
 * run for all others.
 */
async function inTwoSteps(url: string, username: string): Promise<string> {
  const account = { username, password: PASSWORD };
  const token = await signIn(url, account);
  const ask = async (path: string, body: unknown) => {
    const answer = await send(`${url}/api/session/second-factor${path}`, { method: 'POST', token, body });
    return answer.body;
  };
  const { secret } = secondStepSchema.parse(await ask('', { password: PASSWORD }));
  const confirmed = await ask('/confirm', { code: codeAt(secret, Date.now()) });
  return signIn(url, account, backupSchema.parse(confirmed).backupCodes[0]);
}

/** A real server program with a little of everything in it, and people who may ask it. */
export async function fuzzedServer(place: DatabaseOptions, dataDir: string) {
  const database = await openDatabase(place);
  const fleet = await addFleet(database.sql, 3, Date.now() - 86_400_000);
  await database.sql`
    update players set token_hash = ${sha256Hex(PLAYER_TOKEN)} where id = ${fleet[0]?.playerId ?? 0}`;
  const world = worldOf(database);
  await world.asset();
  await world.asset({ state: 'draft' });
  await database.sql`
    insert into campaigns (name, from_date, to_date, created_by, created_at)
    values ('春节', '2027-01-01', '2027-12-31', 'test', now())`;
  await database.sql`insert into playlists (name, created_by, created_at) values ('list', 'test', now())`;
  await database.sql`
    insert into bookings (campaign_id, playlist_id, name, selection, from_date, to_date, dayparts, rate_kind,
      rate_value, created_by, created_at)
    values (1, 1, 'booking', '{}', '2027-01-01', '2027-12-31', '[]', 'perHour', 12, 'test', now())`;
  const accounts = signInStore(database.db, { baseUrl: 'http://localhost', secret: 's'.repeat(40) });
  const staff = staffFlow({ accounts, guesses: guesses(attemptStore(database.db), Date.now), now: Date.now });
  for (const username of ['fuzz.administrator', 'fuzz.spare'])
    await staff.addStaff(
      { id: 'system', name: 'test', role: 'administrator' },
      { username, name: username, role: 'administrator', password: PASSWORD },
    );
  await database.close();

  const troubles: string[] = [];
  let rest = '';
  const server = await serverProcess(place, dataDir, { LOG_LEVEL: 'error' }, (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    // What the program says at its start is no trouble.
    troubles.push(...lines.filter((line) => /"level":|Error|rejection|warning/i.test(line)));
  });
  await server.start();
  const callers: Callers = {
    administrator: await inTwoSteps(server.url, 'fuzz.administrator'),
    spare: await inTwoSteps(server.url, 'fuzz.spare'),
    player: PLAYER_TOKEN,
  };
  return {
    url: server.url,
    callers,
    /** Lines of the log that tell of a bug. */
    troubles,
    get pid() {
      return server.pid;
    },
    stop: () => server.stop(),
  };
}
