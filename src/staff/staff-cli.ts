import { stderr, stdout } from 'node:process';
import { Refusal, wordsOf } from '../base/refusal.ts';
import { languageOfTerminal, verbatim } from '../base/sentence.ts';
import { composeStaff } from '../compose-staff.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/connect.ts';
import { sessionSecret } from './secret-files.ts';

/* `npm run staff`: for whoever has the server, when the last administrator has lost the way in. */

const USAGE = `Gives an account its way in back.

  npm run staff -- password NAME         a new one-time password; its sign-ins end
  npm run staff -- second-factor NAME    two-step sign-in off
  npm run staff -- passkeys NAME         no passkeys; the sign-ins made by them end

On the embedded database the server must not run.
`;

const language = languageOfTerminal(process.env);

try {
  const [act, username, ...more] = process.argv.slice(2);
  if (
    (act !== 'password' && act !== 'second-factor' && act !== 'passkeys') ||
    username === undefined ||
    more.length > 0
  )
    throw new Refusal('request.invalid', verbatim(USAGE));
  const { databaseUrl: url, ...config } = readConfig(process.env);
  const database = await openDatabase(
    url === undefined ? { dataDir: config.dataDir, mustExist: true } : { url },
  );
  try {
    const { people, secondFactors, passkeys } = composeStaff({
      ...{ db: database.db, publicUrl: config.publicUrl, now: Date.now, addressOf: () => '' },
      secret: await sessionSecret(config.dataDir, config.sessionSecret),
    });
    if (act === 'password') {
      const { password } = await people.renewPassword('system', username);
      stdout.write(`${username} / ${password}\n`);
    } else if (act === 'passkeys') {
      await passkeys.reset('system', username);
      stdout.write({ en: 'No passkeys are left.\n', zh: '通行密钥已全部删除。\n' }[language]);
    } else {
      await secondFactors.reset('system', username);
      stdout.write({ en: 'Two-step sign-in is off.\n', zh: '两步验证已关闭。\n' }[language]);
    }
  } finally {
    await database.close();
  }
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  stderr.write(`${wordsOf(error, language)}\n`);
  process.exitCode = 1;
}
