import { parseArgs } from 'node:util';
import { z } from 'zod';
import { noSuch, Refusal, wordsOf } from '../base/refusal.ts';
import { languageOfTerminal, verbatim } from '../base/sentence.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/connect.ts';
import { signInAt } from '../server-account.ts';
import { explainer } from './explain-flow.ts';
import { explanationSchema, spoken } from './explain-routes.ts';
import { explainStore } from './explain-store.ts';
import { programmeStore } from './programme-store.ts';

const language = languageOfTerminal(process.env);
const USAGE = `npm run explain -- --endpoint DS-001 [--at 2027-01-20T19:05] [--asset N] [--booking N] [--json]

Reads the database that DATABASE_URL or DATA_DIR names. The embedded database belongs to one process: while
the server runs on it, ask the server instead, with a staff account:

  BEACON_PASSWORD=… npm run explain -- --server http://localhost:8080 --user NAME --endpoint DS-001
`;

type Explanation = z.infer<typeof explanationSchema>;
interface Question {
  readonly at?: string;
  readonly assetId?: number;
  readonly bookingId?: number;
}

/*
 * What plays at an endpoint, and why everything else does not. An instant without an offset is local to the
 * endpoint.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      endpoint: { type: 'string' },
      at: { type: 'string' },
      asset: { type: 'string' },
      booking: { type: 'string' },
      server: { type: 'string' },
      user: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.endpoint === undefined) throw new Refusal('request.invalid', verbatim(USAGE));
  const question: Question = {
    ...(values.at !== undefined && { at: values.at }),
    ...(values.asset !== undefined && { assetId: idOf(values.asset) }),
    ...(values.booking !== undefined && { bookingId: idOf(values.booking) }),
  };
  const answer =
    values.server === undefined
      ? await fromDatabase(values.endpoint, question)
      : await fromServer(values.endpoint, question, values.server, values.user);
  process.stdout.write(values.json ? `${JSON.stringify(answer)}\n` : textOf(answer));
}

async function fromDatabase(code: string, question: Question): Promise<Explanation> {
  const { databaseUrl, dataDir } = readConfig(process.env);
  const database = await openDatabase(
    databaseUrl === undefined ? { dataDir, mustExist: true } : { url: databaseUrl },
  );
  try {
    const explaining = explainer({
      programmes: programmeStore(database),
      store: explainStore(database),
      now: Date.now,
    });
    return spoken(await explaining.explainByCode(code, question));
  } finally {
    await database.close();
  }
}

async function fromServer(code: string, question: Question, server: string, user: string | undefined) {
  const password = process.env.BEACON_PASSWORD;
  const account = await signInAt({ server, user, password, language });
  const { endpoints } = z
    .object({ endpoints: z.array(z.object({ id: z.int(), code: z.string() })) })
    .parse((await account.ask('/api/endpoints')).content);
  const endpoint = endpoints.find((one) => one.code === code);
  if (!endpoint) throw noSuch('endpoint.unknown', code);
  const asked = new URLSearchParams(Object.entries(question).map(([name, value]) => [name, String(value)]));
  return explanationSchema.parse(
    (await account.ask(`/api/endpoints/${endpoint.id}/explain?${asked}`)).content,
  );
}

function idOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new Refusal('request.invalid', {
      en: `${text} is not an id. ${USAGE}`,
      zh: `${text} 不是编号。${USAGE}`,
    });
  return Number(text);
}

function textOf(answer: Explanation): string {
  const { endpoint, localTime, source, unchanged, plays, chain, bookings, asset } = answer;
  const lines = [
    `${endpoint.code} ${endpoint.name}  ${localTime} (${endpoint.timeZone})`,
    `节目来源 / source: ${source === 'promised' ? '已下发 / promised' : '按当前排期编排 / compiled'}${
      unchanged === false ? '；排期此后有变 / bookings have changed since' : ''
    }`,
    plays
      ? `正在播出 / plays: ${plays.title} (#${plays.assetId})  ${plays.sentence.zh} / ${plays.sentence.en}`
      : '此刻没有播出 / nothing plays',
    '',
    ...chain.map(({ passed, sentence }) => `${passed ? '✓' : '✗'} ${sentence.zh} / ${sentence.en}`),
    '',
    ...bookings.map(
      ({ bookingId, name, code, sentence }) =>
        `排期 / booking ${bookingId} ${name} [${code}]\n    ${sentence.zh}\n    ${sentence.en}`,
    ),
    ...(asset
      ? [
          '',
          `素材 / asset ${asset.assetId} ${asset.title} [${asset.code}]`,
          `    ${asset.sentence.zh}`,
          `    ${asset.sentence.en}`,
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

main().catch((error: unknown) => {
  const message = wordsOf(error, language);
  process.stderr.write(`${message}\n`);
  if (error instanceof Refusal && error.code === 'database.inUse')
    process.stderr.write(`A server runs on it.\n${USAGE}`);
  process.exitCode = error instanceof Refusal ? 2 : 1;
});
