import { stat } from 'node:fs/promises';
import { Refusal } from './refusal.ts';
import type { Sentence } from './sentence.ts';

/**
 * Lets a file of secrets be used only when no other account may read it; a file that is not there passes. `orElse`: what
 * may be done in place of `chmod 600`, to end a sentence that begins so.
 * @throws Refusal `config.invalid`
 */
export async function requireOwnerOnly(path: string, orElse: Sentence = { en: '', zh: '' }): Promise<void> {
  // Windows has no modes.
  if (process.platform === 'win32') return;
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found === null || (found.mode & 0o077) === 0) return;
  throw new Refusal('config.invalid', {
    en: `${path} may be read by other accounts. Run chmod 600 on it${orElse.en}.`,
    zh: `文件 ${path} 可被其他账户读取。请对它执行 chmod 600${orElse.zh}。`,
  });
}
