import { parseArgs } from 'node:util';
import { Refusal } from '../base/refusal.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/connect.ts';
import { type ExplainAnswer, explainer } from './explain-flow.ts';
import { spoken } from './explain-routes.ts';
import { explainStore } from './explain-store.ts';
import { programmeStore } from './programme-store.ts';

const USAGE =
  'npm run explain -- --endpoint DS-001 [--at 2027-01-20T19:05] [--asset N] [--booking N] [--json]';

/*
 * What plays at an endpoint, and why everything else does not, from the database itself. An instant without
 * an offset is local to the endpoint.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      endpoint: { type: 'string' },
      at: { type: 'string' },
      asset: { type: 'string' },
      booking: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.endpoint === undefined) throw new Refusal('request.invalid', USAGE);
  const { databaseUrl, dataDir } = readConfig(process.env);
  const database = await openDatabase(databaseUrl === undefined ? { dataDir } : { url: databaseUrl });
  try {
    const explaining = explainer({
      programmes: programmeStore(database),
      store: explainStore(database),
      now: Date.now,
    });
    const answer = await explaining.explainByCode(values.endpoint, {
      ...(values.at !== undefined && { at: values.at }),
      ...(values.asset !== undefined && { assetId: idOf(values.asset) }),
      ...(values.booking !== undefined && { bookingId: idOf(values.booking) }),
    });
    process.stdout.write(values.json ? `${JSON.stringify(spoken(answer))}\n` : textOf(answer));
  } finally {
    await database.close();
  }
}

function idOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Refusal('request.invalid', `${text} is not an id. ${USAGE}`);
  return Number(text);
}

function textOf(answer: ExplainAnswer): string {
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
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n`);
  process.exitCode = error instanceof Refusal ? 2 : 1;
});
