import { EVENT, manifestEventSchema, resendEventSchema } from '../../src/contract/events.ts';
import type { Happening } from './player-event.ts';
import type { StreamMessage } from './ports.ts';
import { readJson } from './read-json.ts';
import type { StatementEar } from './signed-statements.ts';

/** How many signed statements may wait for their check; a flood beyond it is dropped and told. */
const MOST_STATEMENTS = 64;

/** Turns messages of the event stream into happenings. */
export interface StreamEar {
  /** The id of the last message that had one, for the next opening. */
  readonly lastEventId: string | null;
  hear(message: StreamMessage): void;
}

/** Makes an ear; `statements` checks one at a time, in the order in which they came. */
export function streamEar(
  dispatch: (happening: Happening) => void,
  statements: Pick<StatementEar, 'override' | 'command'>,
): StreamEar {
  let lastEventId: string | null = null;
  let waiting = 0;
  let checks: Promise<void> = Promise.resolve();

  function queueStatement(hear: () => Promise<void>): void {
    if (waiting >= MOST_STATEMENTS) {
      const detail = 'more statements than can be checked were dropped';
      dispatch({ type: 'trouble', code: 'stream.flood', detail });
      return;
    }
    waiting += 1;
    checks = checks.then(hear).finally(() => {
      waiting -= 1;
    });
  }

  return {
    get lastEventId() {
      return lastEventId;
    },
    hear(message) {
      if (message.id !== null) lastEventId = message.id;
      if (message.event === EVENT.manifest) {
        dispatch({ type: 'bell', revision: readJson(manifestEventSchema, message.data)?.revision ?? null });
      } else if (message.event === EVENT.resend) {
        const resend = readJson(resendEventSchema, message.data);
        if (resend) dispatch({ type: 'resend', ranges: resend.ranges });
      } else if (message.event === EVENT.override) {
        queueStatement(() => statements.override(message.data.trim()));
      } else if (message.event === EVENT.command) {
        queueStatement(() => statements.command(message.data.trim()));
      }
    },
  };
}
