import { Refusal } from '../base/refusal.ts';
import type { Dispatch } from './dispatch-flow.ts';

/**
 * The same flow with its mouth shut, for a restored copy that is tried out (`DRILL=yes`): to it all players are silent, and
 * who would be told of that, or get the reports once more, are real people. What waits goes on waiting.
 */
export function inDrill({ rollCall }: Dispatch): Dispatch {
  return {
    rollCall,
    async run() {},
    async sendWaiting() {},
    async tryNow() {
      throw new Refusal('dispatch.drill', {
        en: 'This server is a drill (DRILL=yes): nothing is sent out.',
        zh: '本服务器正在演练（DRILL=yes），不对外发送任何内容。',
      });
    },
  };
}
