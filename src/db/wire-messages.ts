/**
 * The frontend half of PostgreSQL's wire protocol 3.0, as far as a server has to tell messages apart
 * (PostgreSQL manual, "Message Formats"). No I/O.
 */

/** One message of a client: an opening request, or a typed command with all its bytes. */
export type FrontendMessage =
  | { readonly kind: 'encryption' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'startup' }
  | { readonly kind: 'command'; readonly type: string; readonly bytes: Buffer };

const ENCRYPTION_REQUESTS: readonly number[] = [80877103, 80877104];
const CANCEL_REQUEST = 80877102;
const LONGEST_OPENING = 10_000;
const LONGEST_COMMAND = 1_073_741_824;

/**
 * Makes a reader for one connection: feed it what arrives, in pieces of any size, and it returns the
 * messages that are complete by now. It throws when the bytes cannot be this protocol.
 */
export function frontendReader(): (chunk: Buffer) => FrontendMessage[] {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = 8;
  let opening = true;

  return (chunk) => {
    chunks.push(chunk);
    held += chunk.length;
    // Joining only when enough has come keeps a large message linear in its size.
    if (held < wanted) return [];
    let rest = chunks.length === 1 ? chunk : Buffer.concat(chunks, held);
    const messages: FrontendMessage[] = [];
    for (;;) {
      wanted = opening ? 8 : 5;
      if (rest.length < wanted) break;
      const length = opening ? rest.readInt32BE(0) : 1 + rest.readInt32BE(1);
      if (length < wanted || length > (opening ? LONGEST_OPENING : LONGEST_COMMAND)) {
        throw new RangeError(`not a PostgreSQL message: length ${length}`);
      }
      wanted = length;
      if (rest.length < length) break;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      if (opening) {
        const code = bytes.readInt32BE(4);
        if (ENCRYPTION_REQUESTS.includes(code)) messages.push({ kind: 'encryption' });
        else if (code === CANCEL_REQUEST) messages.push({ kind: 'cancel' });
        else {
          opening = false;
          messages.push({ kind: 'startup' });
        }
      } else {
        messages.push({ kind: 'command', type: String.fromCharCode(bytes.readUInt8(0)), bytes });
      }
    }
    chunks = rest.length > 0 ? [rest] : [];
    held = rest.length;
    return messages;
  };
}

/** The name of the prepared statement that a Parse message makes; '' is the unnamed one. */
export function parsedStatementName(parse: Buffer): string {
  const end = parse.indexOf(0, 5);
  return parse.toString('utf8', 5, end < 0 ? parse.length : end);
}

function typed(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

/** A startup packet for the given account and database. */
export function startupMessage(user: string, database: string): Buffer {
  const body = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(196608, 4);
  return Buffer.concat([head, body]);
}

/** Sync: the end of a pipeline; it also ends the skipping that follows an error. */
export const SYNC: Buffer = typed('S', Buffer.alloc(0));

/** A simple query. */
export function queryMessage(text: string): Buffer {
  return typed('Q', Buffer.from(`${text}\0`));
}

/** Close for each named prepared statement, then Sync. */
export function closeStatements(names: Iterable<string>): Buffer {
  return Buffer.concat([...[...names].map((name) => typed('C', Buffer.from(`S${name}\0`))), SYNC]);
}

/** An ErrorResponse of severity FATAL: `code` is an SQLSTATE, `message` one sentence. */
export function fatalError(code: string, message: string): Buffer {
  return typed('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`));
}
