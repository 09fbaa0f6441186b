import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { Refusal, wordsOf } from '../base/refusal.ts';
import { languageOfTerminal, type Sentence, verbatim } from '../base/sentence.ts';
import { type Config, readConfig } from '../config.ts';
import { programVersion } from '../program-version.ts';
import { SECRET_FILE } from '../staff/secret-files.ts';
import type { Backup } from './backup.ts';
import { type Done, makeBackup, type OnTable, restoreBackup } from './backup-flow.ts';
import type { Place } from './database-copy-store.ts';
import type { Home } from './home-files.ts';

/* `npm run backup`, `npm run restore`, `npm run move`. */

const USAGE = `Copies the whole database, and proves that the copy is one.

  npm run backup [-- --folder <new folder>]
  npm run restore -- --from <backup>
  npm run move -- --to <postgres://… or a data folder>

backup writes one moment of the database (DATABASE_URL or DATA_DIR) into a folder, also while the server runs: every table,
the signing key, the secret of sessions and the evidence. Archived months of plays go into the folder archive beside it, each
once. Media are named, not copied: keep DATA_DIR/media or the bucket by itself. The folder is as secret as the server.

restore fills an empty database (DATABASE_URL or DATA_DIR) from a backup of this or any older version, reads every row again
and compares, and puts the files into DATA_DIR. Numbers that players have seen since are passed over, so that they believe what
comes next.

move does both at once, between the embedded database and PostgreSQL, both ways; the server must not run. Media and keys stay
where they are; to another data folder the keys are copied.
`;

const language = languageOfTerminal(process.env);
const say = (sentence: Sentence): void => void stdout.write(`${sentence[language]}\n`);
const numbers = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en');

const onTable: OnTable = ({ name, rows }) => {
  if (rows > 0) stdout.write(`  ${name}: ${numbers.format(rows)}\n`);
};

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { folder: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
  });
  const config = readConfig(process.env);
  const [command] = positionals;
  if (command === 'backup' && positionals.length === 1) await backup(config, values.folder);
  else if (command === 'restore' && values.from !== undefined) await restore(config, resolve(values.from));
  else if (command === 'move' && values.to !== undefined) await move(config, values.to);
  else throw new Refusal('request.invalid', verbatim(USAGE));
} catch (error) {
  const isOption =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (!(error instanceof Refusal) && !isOption) throw error;
  process.stderr.write(`${wordsOf(error, language)}\n`);
  process.exitCode = 2;
}

function placeOf({ databaseUrl: url, dataDir }: Config): Place {
  return url === undefined ? { dataDir } : { url };
}

async function backup(config: Config, wanted: string | undefined): Promise<void> {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const folder = resolve(wanted ?? join('backups', `beacon-${stamp}`));
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const made = await makeBackup({
    place: placeOf(config),
    folder,
    version: await programVersion(),
    now: Date.now,
    home: homeOf(config),
    isQuiet: false,
    onTable,
  });
  const rows = numbers.format(made.tables.reduce((sum, table) => sum + table.rows, 0));
  say({
    en: `${folder}: ${rows} rows, ${made.files.length} files. It holds the signing key: keep it as safe as the server.`,
    zh: `${folder}：${rows} 行数据，${made.files.length} 个文件。其中含有签名密钥，请与服务器同等保管。`,
  });
  tellMissing(made);
}

async function restore(config: Config, folder: string): Promise<void> {
  const restored = await restoreBackup({
    folder,
    place: placeOf(config),
    placeOf: (path) => (path === 'keys/signing.json' ? config.signingKeyFile : join(config.dataDir, path)),
    liftAt: Date.now(),
    onTable,
  });
  tellSame(restored);
  tellMissing(restored);
  say({
    en: `Players take what this server tells from now on. Not in the copy is what was done after ${restored.madeAt}: look through programmes and emergencies.`,
    zh: `播放器将接受本服务器此后下发的内容。${restored.madeAt} 之后的操作不在备份中，请核对节目与应急插播。`,
  });
  if (config.bucket !== undefined) {
    say({
      en: `The bucket must have ${restored.media.length} media files. Whether it has, tells: npm run media -- check`,
      zh: `存储桶中应有 ${restored.media.length} 个媒体文件，请运行 npm run media -- check 核对。`,
    });
    return;
  }
  const here = await Promise.all(
    restored.media.map((sha256) =>
      stat(join(config.dataDir, 'media', sha256.slice(0, 2), sha256)).then(
        () => true,
        () => false,
      ),
    ),
  );
  const missing = here.filter((is) => !is).length;
  say({
    en: `${here.length - missing} of ${here.length} media files are in ${config.dataDir}. ${missing > 0 ? 'Bring the others, then run: npm run media -- check' : ''}`,
    zh: `${config.dataDir} 中有 ${here.length - missing} 个媒体文件，共需 ${here.length} 个。${missing > 0 ? '请补齐后运行：npm run media -- check' : ''}`,
  });
}

async function move(config: Config, to: string): Promise<void> {
  const from = placeOf(config);
  const target: Place = /^postgres(ql)?:\/\//.test(to) ? { url: to } : { dataDir: resolve(to) };
  await mkdir(config.dataDir, { recursive: true });
  const scratch = await mkdtemp(join(config.dataDir, 'moving-'));
  try {
    const isElsewhere = 'dataDir' in target && target.dataDir !== config.dataDir;
    const home = isElsewhere ? homeOf(config) : undefined;
    const folder = join(scratch, 'copy');
    const version = await programVersion();
    await makeBackup({ place: from, folder, version, now: Date.now, home, isQuiet: true });
    const targetDir = 'dataDir' in target ? target.dataDir : config.dataDir;
    const moved = await restoreBackup({
      folder,
      place: target,
      placeOf: (path) => join(targetDir, path),
      onTable,
    });
    tellSame(moved);
    tellMissing(moved);
  } catch (error) {
    throw new Refusal(error instanceof Refusal ? error.code : 'config.invalid', {
      en: `${wordsOf(error, 'en')}\nThe move broke off. The old database was not changed: the server may go on with it.`,
      zh: `${wordsOf(error, 'zh')}\n迁移已中止。原数据库未作更改，服务器可继续使用。`,
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  say(
    'url' in target
      ? {
          en: 'Start the server with DATABASE_URL set to the new one. The old database was not changed.',
          zh: '请将 DATABASE_URL 设为新数据库后启动服务器。原数据库未作更改。',
        }
      : {
          en: `Start the server without DATABASE_URL and with DATA_DIR=${target.dataDir}. The old database was not changed.`,
          zh: `请去掉 DATABASE_URL，并以 DATA_DIR=${target.dataDir} 启动服务器。原数据库未作更改。`,
        },
  );
}

function homeOf({ dataDir, signingKeyFile }: Config): Home {
  return { dataDir, signingKeyFile, secretFile: SECRET_FILE };
}

/** What lies on another server's disk, or nowhere any more. */
function tellMissing({ missing }: Done): void {
  for (const path of missing)
    say({ en: `Not found, bring it by hand: ${path}`, zh: `未找到，请另行复制：${path}` });
}

function tellSame({ tables }: Backup): void {
  const rows = numbers.format(tables.reduce((sum, table) => sum + table.rows, 0));
  const plays = numbers.format(tables.find(({ name }) => name === 'plays')?.rows ?? 0);
  say({
    en: `${tables.length} tables, ${rows} rows, ${plays} plays among them: every row was read again and is the same.`,
    zh: `共 ${tables.length} 张表、${rows} 行（其中播放记录 ${plays} 条）：已逐行回读，内容一致。`,
  });
}
