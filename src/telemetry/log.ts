import { pino, stdSerializers } from 'pino';
import type { LogLevel } from '../config.ts';
import type { AnsweredRequest } from '../http/app.ts';

/** What the server says of itself, one JSON object a line. */
export interface Log {
  /** A bug, or a trouble of background work: somebody should look. */
  trouble(what: string, error: unknown): void;
  /** A request that was answered. */
  request(answered: AnsweredRequest): void;
}

/** Values under these names never reach the log, however they got into a record. */
const SECRETS = [
  'password',
  'oneTimePassword',
  'token',
  'secret',
  'backupCodes',
  'authorization',
  'cookie',
  'd',
];

/** Opens the log. `write` takes whole lines. */
export function openLog(parts: { readonly level: LogLevel; readonly write: (line: string) => void }): Log {
  const logger = pino(
    {
      level: parts.level,
      base: { service: 'beacon-tower' },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: withoutParameters },
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRETS.flatMap((name) => ['', '*.', '*.*.', '*.*.*.'].map((depth) => depth + name)),
        censor: '***',
      },
    },
    { write: parts.write },
  );
  return {
    trouble: (what, error) =>
      logger.error({ err: error instanceof Error ? error : new Error(String(error)) }, what),
    request(answered) {
      const level = answered.status >= 500 ? 'error' : isPlayers(answered) ? 'debug' : 'info';
      logger[level](answered, 'request');
    },
  };
}

/** The query builder writes the values of a failed statement into its error: those may be anybody's secrets. */
function withoutParameters(error: Error): unknown {
  const told = stdSerializers.errWithCause(error);
  const cut = (text: string): string => text.replace(/(\nparams: )[^\n]*/g, '$1***');
  for (let part: unknown = told; part instanceof Object; part = 'cause' in part ? part.cause : null) {
    for (const name of ['message', 'stack'] as const) {
      const text: unknown = Reflect.get(part, name);
      if (typeof text === 'string') Reflect.set(part, name, cut(text));
    }
    Reflect.deleteProperty(part, 'params');
  }
  return told;
}

/** Players ask so often that their requests would drown the others. */
function isPlayers({ route }: AnsweredRequest): boolean {
  return route.startsWith('/api/player/') || route.startsWith('/player') || route === '/metrics';
}
