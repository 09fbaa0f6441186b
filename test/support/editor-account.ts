import { type DatabaseOptions, openDatabase } from '../../src/db/connect.ts';
import { attemptStore } from '../../src/staff/attempt-store.ts';
import { guesses } from '../../src/staff/guesses.ts';
import { signInStore } from '../../src/staff/sign-in-store.ts';
import { staffFlow } from '../../src/staff/staff-flow.ts';

/** A person who may upload. */
export interface EditorAccount {
  readonly username: string;
  readonly password: string;
}

/** Adds one to a database that no server has open. */
export async function addEditor(place: DatabaseOptions): Promise<EditorAccount> {
  const database = await openDatabase(place);
  const accounts = signInStore(database.db, { baseUrl: 'http://localhost', secret: 's'.repeat(40) });
  const account = await staffFlow({
    accounts,
    guesses: guesses(attemptStore(database.db), Date.now),
    now: Date.now,
  }).addStaff(
    { id: 'system', name: 'test', role: 'administrator' },
    { username: 'upload.editor', name: 'editor', role: 'editor', password: 'the own password of tests' },
  );
  await database.close();
  return { username: 'upload.editor', password: account.oneTimePassword };
}

/** Signs in at a server and gives the token; `code`: of the second step, where the account has one. */
export async function signIn(url: string, account: EditorAccount, code?: string): Promise<string> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: account.username, password: account.password, code }),
  });
  return ((await answer.json()) as { token: string }).token;
}
