import { DrizzleQueryError } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { openLog } from '../../src/telemetry/log.ts';

function logged(level: 'debug' | 'info' | 'warn') {
  const lines: string[] = [];
  const log = openLog({ level, write: (line) => void lines.push(line) });
  return { log, lines, records: () => lines.map((line) => JSON.parse(line)) };
}

const answered = {
  requestId: 'r-1',
  method: 'GET',
  route: '/api/assets',
  status: 200,
  tookMs: 3,
  caller: 'staff-1',
};

describe('openLog', () => {
  test('writes one JSON object a line, with level, time in UTC and the request id', () => {
    const { log, lines, records } = logged('info');
    log.request(answered);
    log.trouble('job sums', new Error('no disk\nspace'));
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
    const [request, trouble] = records();
    expect(request).toMatchObject({ level: 'info', service: 'beacon-tower', requestId: 'r-1', status: 200 });
    expect(Date.parse(request.time)).not.toBeNaN();
    expect(trouble).toMatchObject({ level: 'error', msg: 'job sums', err: { message: 'no disk\nspace' } });
  });

  test('keeps requests of players for the level debug, and their failures for all', () => {
    const poll = { ...answered, route: '/api/player/v1/manifest' };
    const { log, records } = logged('info');
    log.request(poll);
    log.request({ ...poll, status: 500 });
    expect(records().map(({ status }) => status)).toEqual([500]);
  });

  test('hides secrets that got into an error', () => {
    const { log, lines } = logged('info');
    const error = Object.assign(new Error('sign-in failed'), {
      password: 'hunter2-a',
      token: 'hunter2-b',
      request: { headers: { authorization: 'hunter2-c', cookie: 'hunter2-d' } },
    });
    log.trouble('sign-in', error);
    expect(lines.join('')).toContain('sign-in failed');
    expect(lines.join('')).not.toContain('hunter2');
  });

  test('leaves the values of a failed statement out', () => {
    const { log, lines } = logged('info');
    const cause = new Error('duplicate key');
    log.trouble(
      'sessions',
      new DrizzleQueryError('insert into staff_sessions values ($1)', ['hunter2'], cause),
    );
    expect(lines.join('')).toContain('insert into staff_sessions');
    expect(lines.join('')).toContain('duplicate key');
    expect(lines.join('')).not.toContain('hunter2');
  });
});
