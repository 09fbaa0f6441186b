import { Refusal, wordsOf } from './base/refusal.ts';
import { languageOfTerminal } from './base/sentence.ts';
import { readConfig } from './config.ts';
import { runServer, stopOnSignal } from './run-server.ts';
import { keepFirstSignIn } from './staff/first-sign-in-files.ts';

/* `npm start`: the server, until it is told to stop. */

try {
  const config = readConfig(process.env);
  const running = await runServer(config);
  stopOnSignal(() => running.stop());
  const first = await running.server.people.ensureAdministrator();
  console.log(
    `Beacon Tower listens on ${running.url}  (database: ${config.databaseUrl ? 'PostgreSQL' : `embedded in ${config.dataDir}`})`,
  );
  if (first) {
    // What is no terminal is a log, which no secret may come into.
    console.log(
      process.stdout.isTTY
        ? `First sign-in: ${first.username} / ${first.password}   (shown once; change it)`
        : `First sign-in: see ${await keepFirstSignIn(config.dataDir, first)}   (gone once it was changed)`,
    );
  }
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(wordsOf(error, languageOfTerminal(process.env)));
  process.exitCode = 1;
}
