import { stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { Refusal, wordsOf } from '../base/refusal.ts';
import { languageOfTerminal, type Sentence, verbatim } from '../base/sentence.ts';
import { bucketOf } from '../compose-media.ts';
import { type Config, readConfig } from '../config.ts';
import { openDatabase } from '../db/connect.ts';
import type { Bucket } from './bucket-files.ts';
import { type CheckedFiles, checkedBucket, checkedFolder } from './media-check-files.ts';
import { checkMedia, isWell, type MediaCheck, removeOrphans } from './media-check-flow.ts';
import { namedFiles } from './media-check-store.ts';

/* `npm run media -- check`: whether every file is there and whole, and what lies there in vain; `fill`: into the bucket. */

const USAGE = `Looks through the store of media.

  npm run media -- check [--quick] [--delete-orphans]
  npm run media -- fill

Tells files that are missing, files whose bytes are not those that their name says (--quick: without reading them), files
older than a day that no asset, rendition, upload or manifest names (--delete-orphans removes those), and half-written
ones. Ends with 0 when all is well, else with 1. On the embedded database the server must not run.

fill sends what lies in the folder of media into the bucket (S3_BUCKET), where it is not there yet: once, when a bucket
takes the folder's place. Nothing is removed.
`;

const language = languageOfTerminal(process.env);
const say = (sentence: Sentence): void => void stdout.write(`${sentence[language]}\n`);

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean' }, 'delete-orphans': { type: 'boolean' } },
  });
  const command = positionals.join(' ');
  if (command !== 'check' && command !== 'fill') throw new Refusal('request.invalid', verbatim(USAGE));
  const config = readConfig(process.env);
  const bucket = await bucketOf(config, (error) => console.warn(error));
  const files = bucket === null ? checkedFolder(config.dataDir) : checkedBucket(bucket, config.dataDir);
  if (command === 'fill') await fill(files, bucket);
  else await check(config, files, values);
  bucket?.close();
} catch (error) {
  const isOption =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (!(error instanceof Refusal) && !isOption) throw error;
  process.stderr.write(`${wordsOf(error, language)}\n`);
  process.exitCode = 2;
}

async function check(
  { databaseUrl: url, dataDir }: Config,
  files: CheckedFiles,
  how: { quick?: boolean | undefined; 'delete-orphans'?: boolean | undefined },
): Promise<void> {
  const database = await openDatabase(url === undefined ? { dataDir, mustExist: true } : { url });
  try {
    const deps = { names: namedFiles(database.sql), files, now: Date.now };
    const found = await checkMedia(deps, { hashes: how.quick !== true });
    tell(found);
    const gone = new Set(how['delete-orphans'] ? await removeOrphans(deps, found.orphans) : []);
    for (const { path } of gone) say({ en: `removed: ${path}`, zh: `已删除：${path}` });
    const left = { ...found, orphans: found.orphans.filter((file) => !gone.has(file)) };
    say(
      isWell(left)
        ? { en: 'All is well.', zh: '一切正常。' }
        : { en: 'Not all is well.', zh: '发现问题，请处理。' },
    );
    process.exitCode = isWell(left) ? 0 : 1;
  } finally {
    await database.close();
  }
}

async function fill(files: CheckedFiles, bucket: Bucket | null): Promise<void> {
  if (bucket === null)
    throw new Refusal('config.invalid', {
      en: 'No bucket is configured: set S3_BUCKET and its keys.',
      zh: '没有配置存储桶，请设置 S3_BUCKET 及其密钥。',
    });
  let [sent, damaged] = [0, 0];
  for await (const file of files.lying()) {
    const { kind, sha256, path, bytes } = file;
    if (kind !== 'copy' || sha256 === null || (await bucket.bytesOf(sha256)) === bytes) continue;
    if (await files.isIntact(file)) {
      await bucket.put(sha256, path, bytes);
      sent += 1;
      say({ en: `sent: ${path}`, zh: `已上传：${path}` });
    } else {
      damaged += 1;
      say({ en: `corrupt, left out: ${path}`, zh: `已损坏，未上传：${path}` });
    }
  }
  say({
    en: `${sent} files sent, ${damaged} left out.`,
    zh: `已上传 ${sent} 个文件，跳过 ${damaged} 个。`,
  });
  process.exitCode = damaged === 0 ? 0 : 1;
}

function tell(found: MediaCheck): void {
  const { sound, missing, corrupt, orphans, foreign, openUploads, emptyUploads } = found;
  for (const { sha256, assetId } of missing)
    say({
      en: `missing: ${sha256} of asset ${assetId}; upload the same file again, and it is back`,
      zh: `缺失：素材 ${assetId} 的文件 ${sha256}；重新上传同一文件即可恢复`,
    });
  for (const { path } of corrupt)
    say({
      en: `corrupt: ${path}; move it away and upload the same file again`,
      zh: `损坏：${path}；请移走后重新上传同一文件`,
    });
  for (const { path } of orphans) say({ en: `orphan: ${path}`, zh: `无主文件：${path}` });
  for (const id of emptyUploads)
    say({ en: `upload without bytes: ${id}`, zh: `上传任务的数据已丢失：${id}` });
  for (const { path } of foreign)
    say({ en: `not one of ours, left alone: ${path}`, zh: `非本系统文件，未处理：${path}` });
  say({
    en: `${sound} files sound, ${missing.length} missing, ${corrupt.length} corrupt, ${orphans.length} orphans, ${openUploads} uploads on their way.`,
    zh: `${sound} 个文件正常，${missing.length} 个缺失，${corrupt.length} 个损坏，${orphans.length} 个无主文件，${openUploads} 个上传进行中。`,
  });
}
