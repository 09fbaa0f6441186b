import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Refusal } from '../base/refusal.ts';
import type { Ms } from '../base/units.ts';

/** Turns words into sound. */
export interface Speaker {
  /**
   * Says a Chinese text into a WAV file.
   * @throws Refusal notice.noSpeech where espeak-ng is not installed or fails
   */
  say(text: string, target: string): Promise<void>;
}

const SAID_WITHIN_MS: Ms = 60_000;
/** Calm, for people who pass by: words a minute. */
const PACE = 150;

/** Speech by espeak-ng, as a child process; the text goes in by its standard input. */
export function espeakSpeaker(program = 'espeak-ng'): Speaker {
  return {
    async say(text, target) {
      const child = spawn(program, ['-v', 'cmn', '-s', String(PACE), '-b', '1', '-w', target, '--stdin'], {
        ...{ stdio: ['pipe', 'ignore', 'ignore'], timeout: SAID_WITHIN_MS, killSignal: 'SIGKILL' },
      });
      // A program that is not there closes its input.
      child.stdin.on('error', () => {});
      child.stdin.end(text);
      const isSaid = await once(child, 'close').then(
        ([code]) => code === 0,
        () => false,
      );
      if (!isSaid) {
        throw new Refusal('notice.noSpeech', {
          en: 'Speech is made by espeak-ng, which is not installed on this server or failed; upload a recording instead.',
          zh: '合成语音由 espeak-ng 生成，但本服务器没有安装或运行失败；请上传录音。',
        });
      }
    },
  };
}
