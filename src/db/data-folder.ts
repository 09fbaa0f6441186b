import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Refusal } from '../base/refusal.ts';

/**
 * Makes the data folder where there is none. Level by level, since Node's own recursive `mkdir` never returns
 * below a folder such as /proc, which says of every name that its parent does not exist.
 * @throws Refusal config.invalid when it cannot be made, is no folder, or cannot be written to
 */
export function makeDataFolder(path: string): void {
  const missing: string[] = [];
  for (let level = path; !exists(level); level = dirname(level)) missing.unshift(level);
  try {
    for (const level of missing) mkdirSync(level, { mode: 0o750 });
    if (!statSync(path).isDirectory()) throw new Error('it is a file');
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal('config.invalid', {
      en: `The data folder ${path} cannot be used: ${reason}. Set DATA_DIR to another.`,
      zh: `数据文件夹 ${path} 无法使用：${reason}。请用 DATA_DIR 另选文件夹。`,
    });
  }
}

/**
 * For commands that only read: a folder whose name is mistyped must not become an empty database.
 * @throws Refusal config.invalid when no embedded database lies in the folder
 */
export function requireDatabaseIn(dataDir: string): void {
  if (exists(join(dataDir, 'database'))) return;
  throw new Refusal('config.invalid', {
    en: `There is no database in ${dataDir}. Set DATA_DIR to the server's data folder (the demo's is data/demo), or DATABASE_URL.`,
    zh: `${dataDir} 中没有数据库。请把 DATA_DIR 设为服务器的数据文件夹（演示为 data/demo），或设置 DATABASE_URL。`,
  });
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
