import { Refusal } from '../base/refusal.ts';

/** Seconds after which somebody whom the database kept waiting may ask again. */
export const DATABASE_AWAY_RETRY_S = 5;

/**
 * Data exceptions of PostgreSQL that tell of a value from outside, and of nothing that we compute: out of range, a
 * character that no text can hold, an instant that no calendar has.
 */
const UNSTORABLE: readonly unknown[] = ['22003', '22021', '22P05', '22008'];

/**
 * The database is not there: its sockets' errors beside those of connecting, the driver's own, and what PostgreSQL says
 * while it stops, starts, or has no connection left.
 */
const AWAY: readonly unknown[] = [
  ...['ECONNRESET', 'EPIPE', 'ERR_SOCKET_CLOSED'],
  ...['CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', 'CONNECT_TIMEOUT'],
  ...['57P01', '57P02', '57P03', '53300', '08000', '08001', '08003', '08004', '08006'],
];

/** PostgreSQL could not write for want of room. */
const FULL: readonly unknown[] = ['53100'];

/** What an error of the database means to who asked, or null for a bug. Looks through the whole chain of causes. */
export function databaseRefusal(error: unknown): Refusal | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? cause.code : undefined;
    if (UNSTORABLE.includes(code)) {
      return new Refusal('request.invalid', {
        en: 'A number is too large, or a text holds a character (such as U+0000) that cannot be kept. Change it and try again.',
        zh: '某个数值过大，或文字中含有无法保存的字符（如 U+0000），请修改后重试。',
      });
    }
    if (FULL.includes(code)) {
      return new Refusal('disk.full', {
        en: 'The disk of the database is full; nothing was changed. Tell the administrator, who must make room.',
        zh: '数据库所在磁盘已满，未作任何更改。请通知管理员清理空间。',
      });
    }
    if (AWAY.includes(code) || ('syscall' in cause && cause.syscall === 'connect')) {
      return new Refusal('database.away', {
        en: 'The database does not answer at this moment; screens play on. Try again in a few seconds.',
        zh: '数据库暂时无应答，终端照常播放。请几秒后重试。',
      });
    }
  }
  return null;
}
