import { Socket } from 'node:net';

/** ReadyForQuery, PostgreSQL's word that it is done: `Z`, the length 5, and the state of the transaction. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5]);
const OUTSIDE_TRANSACTION = 'I'.charCodeAt(0);
const PARSE = 'P'.charCodeAt(0);
const BIND = 'B'.charCodeAt(0);
const ENDING: readonly string[] = ['commit', 'rollback'];

/**
 * A socket that, lost in the middle of a transaction, tells the driver so query by query, and closes only
 * when the transaction has asked for its end.
 *
 * Why: postgres.js 3.4.9 forgets its socket on `close`, yet still sends the transaction's next query or
 * ROLLBACK: either with no socket, where the TypeError can be caught by nobody and ends the process
 * (porsager/postgres issues 1154, 1208), or on the connection made anew, inside somebody else's transaction
 * (issue 1216).
 */
export class PatientSocket extends Socket {
  /**
   * A socket that could not be connected, as the driver can bear it: it fails once the driver has written its first
   * message. One that fails earlier leaves that message in the driver's hands (postgres.js 3.4.9 takes its timer off and
   * forgets that there is none), and this connection would never send anything again, also when it is made anew.
   */
  static stillborn(reason: unknown): PatientSocket {
    const socket = new PatientSocket();
    socket.#stillborn = reason instanceof Error ? reason : new Error(String(reason));
    return socket;
  }

  #stillborn: Error | undefined;
  #tail: Buffer = Buffer.alloc(0);
  #inTransaction = false;
  /** The transaction has asked for its end and has no answer yet: nothing more will be written. */
  #isEnding = false;
  #lost: Error | undefined;
  #closed = false;
  /** Prepared statements of this connection that end a transaction: later it only names them. */
  readonly #endings = new Set<string>();

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'data' && Buffer.isBuffer(args[0])) this.#follow(args[0]);
    if (event === 'close' && !this.#closed) {
      if (this.#lost === undefined && this.#inTransaction && !this.#isEnding) {
        this.#lost = Object.assign(
          new Error('The connection to the database was lost inside a transaction.'),
          {
            code: 'CONNECTION_CLOSED',
          },
        );
        super.emit('error', this.#lost);
        return true;
      }
      this.#closed = true;
    }
    return super.emit(event, ...args);
  }

  constructor() {
    super();
    const send = Socket.prototype.write.bind(this) as (...args: unknown[]) => boolean;
    // Node sets `write` on the socket itself, when it connects and when the other side ends: an accessor
    // stays. Hence no method, which would be shadowed.
    Object.defineProperty(this, 'write', {
      get:
        () =>
        (...args: unknown[]) =>
          this.#send(send, args),
      set: () => {},
    });
  }

  #send(send: (...args: unknown[]) => boolean, args: unknown[]): boolean {
    const stillborn = this.#stillborn;
    if (stillborn !== undefined) {
      setImmediate(() => this.destroy(stillborn));
      return true;
    }
    const ends = Buffer.isBuffer(args[0]) && this.#endsTransaction(args[0]);
    const lost = this.#lost;
    if (lost === undefined) {
      this.#isEnding ||= ends;
      return send(...args);
    }
    setImmediate(() => {
      super.emit('error', lost);
      if (ends && !this.#closed) {
        this.#closed = true;
        super.emit('close', false);
      }
    });
    return true;
  }

  /** The state at the last complete answer: an answer cut short says nothing new. */
  #follow(data: Buffer): void {
    this.#tail = Buffer.concat([this.#tail, data.subarray(-6)]).subarray(-6);
    if (this.#tail.length === 6 && this.#tail.subarray(0, 5).equals(READY)) {
      this.#inTransaction = this.#tail[5] !== OUTSIDE_TRANSACTION;
      if (!this.#inTransaction) this.#isEnding = false;
    }
  }

  /** The driver writes whole messages; the startup packet, which has no type, begins with a zero. */
  #endsTransaction(bytes: Buffer): boolean {
    let ends = false;
    for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
      const type = bytes[at];
      if (type === 0) break;
      if (type !== PARSE && type !== BIND) continue;
      const first = bytes.indexOf(0, at + 5);
      const second = bytes.indexOf(0, first + 1);
      if (first < 0 || second < 0) break;
      const one = bytes.toString('utf8', at + 5, first);
      const two = bytes.toString('utf8', first + 1, Math.min(second, first + 20));
      if (type === PARSE && ENDING.includes(two)) {
        if (one !== '') this.#endings.add(one);
        ends = true;
      } else if (type === BIND && this.#endings.has(bytes.toString('utf8', first + 1, second))) ends = true;
    }
    return ends;
  }
}
