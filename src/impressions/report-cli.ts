import { stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { partsOf } from '../base/issue-words.ts';
import { Refusal, wordsOf } from '../base/refusal.ts';
import { joined, languageOfTerminal } from '../base/sentence.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/connect.ts';
import { signInAt } from '../server-account.ts';
import { type PlaysReport, playsReportSchema, reportBySchema } from './report-figures.ts';
import { makeReport, type ReportQuery } from './report-flow.ts';
import { type NamedCampaign, reportStore } from './report-store.ts';
import { reportCsv, reportTable } from './report-text.ts';

const language = languageOfTerminal(process.env);
const USAGE = `Prints plays promised and counted, coverage and impressions.

  npm run report -- [--campaign <name or id>] [--by campaign|endpoint|area|day|hour]
                    [--from 2027-02-01] [--to 2027-02-15] [--endpoint <id>] [--area <id>] [--csv | --json]

Reads the database that DATABASE_URL or DATA_DIR names. The embedded database belongs to one process: while
the server runs on it, ask the server instead, with a staff account:

  BEACON_PASSWORD=… npm run report -- --server http://localhost:8080 --user <name> --campaign <name or id>
`;

const OPTIONS = {
  campaign: { type: 'string' },
  by: { type: 'string', default: 'day' },
  from: { type: 'string' },
  to: { type: 'string' },
  endpoint: { type: 'string' },
  area: { type: 'string' },
  server: { type: 'string' },
  user: { type: 'string' },
  csv: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const id = z.coerce.number<string>().int().positive().optional();
const wishSchema = z.object({
  by: reportBySchema,
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  endpointId: id,
  areaId: id,
});
type Wish = z.infer<typeof wishSchema>;

/** @throws Refusal `campaign.unknown` when no campaign, or more than one, is meant. */
function theCampaign(meant: string, campaigns: readonly Pick<NamedCampaign, 'id' | 'name'>[]): number {
  const found = campaigns.filter((campaign) => campaign.name === meant || String(campaign.id) === meant);
  const [only, another] = found;
  if (!only)
    throw new Refusal('campaign.unknown', {
      en: `There is no campaign "${meant}".`,
      zh: `没有名为“${meant}”的宣传活动。`,
    });
  if (another) {
    const ids = found.map((campaign) => campaign.id).join(', ');
    throw new Refusal('campaign.unknown', {
      en: `Several campaigns are called "${meant}": give one of the ids ${ids}.`,
      zh: `有多个宣传活动名为“${meant}”，请给出其中一个编号：${ids}。`,
    });
  }
  return only.id;
}

async function fromDatabase(wish: Wish, meant: string | undefined): Promise<PlaysReport> {
  const config = readConfig(process.env);
  const url = config.databaseUrl;
  const database = await openDatabase(
    url === undefined ? { dataDir: config.dataDir, mustExist: true } : { url },
  );
  try {
    const store = reportStore(database.sql, Date.now);
    const query: ReportQuery = { ...wish };
    if (meant === undefined) return await makeReport(store, Date.now, query);
    const named = await store.campaignsNamed(meant);
    const isId = named.length === 0 && /^[1-9]\d{0,8}$/.test(meant);
    const campaignId = theCampaign(meant, isId ? [await store.campaign(Number(meant))] : named);
    return await makeReport(store, Date.now, { ...query, campaignId });
  } finally {
    await database.close();
  }
}

async function fromServer(wish: Wish, meant: string | undefined, server: string, user: string | undefined) {
  const password = process.env.BEACON_PASSWORD;
  const account = await signInAt({ server, user, password, language });
  const wanted = new URLSearchParams({ by: wish.by });
  if (wish.from !== undefined) wanted.set('from', wish.from);
  if (wish.to !== undefined) wanted.set('to', wish.to);
  if (wish.endpointId !== undefined) wanted.set('endpointId', String(wish.endpointId));
  if (wish.areaId !== undefined) wanted.set('areaId', String(wish.areaId));
  if (meant !== undefined) {
    const { content } = await account.ask('/api/campaigns');
    const { campaigns } = z
      .object({ campaigns: z.array(z.object({ id: z.int(), name: z.string() })) })
      .parse(content);
    wanted.set('campaignId', String(theCampaign(meant, campaigns)));
  }
  return playsReportSchema.parse((await account.ask(`/api/reports/plays?${wanted}`)).content);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    stdout.write(USAGE);
    return;
  }
  const { by, from, to, endpoint: endpointId, area: areaId, campaign, server, user } = values;
  const given = { by, from, to, endpointId, areaId };
  const wish = wishSchema.safeParse(given);
  if (!wish.success) {
    const parts = partsOf(wish.error, given);
    const faults = joined(
      parts.map(({ where, message: { en, zh } }) => ({ en: `${where}: ${en}`, zh: `${where}：${zh}` })),
    );
    throw new Refusal('request.invalid', { en: `${faults.en}\n\n${USAGE}`, zh: `${faults.zh}\n\n${USAGE}` });
  }
  const report =
    server === undefined
      ? await fromDatabase(wish.data, campaign)
      : await fromServer(wish.data, campaign, server, user);
  if (values.json) stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else stdout.write(values.csv ? reportCsv(report) : reportTable(report));
}

try {
  await main();
} catch (error) {
  const isOption =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (!(error instanceof Refusal) && !isOption) throw error;
  process.stderr.write(`${wordsOf(error, language)}\n`);
  if (error instanceof Refusal && error.code === 'database.inUse') {
    const hint = {
      en: 'The server seems to run: use --server, see --help.',
      zh: '服务器似乎正在运行：请使用 --server，见 --help。',
    };
    process.stderr.write(`${hint[language]}\n`);
  }
  process.exitCode = 1;
}
