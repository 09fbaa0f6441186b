import type { StreamMessage } from './ports.ts';

/** The longest line or message taken in, in characters; a signed override fits many times over. */
const LONGEST = 1_000_000;

/** Reads server-sent events from pieces of text, as the HTML standard describes (§9.2.6). */
export interface SseReader {
  /** Takes in the next piece, whatever its borders, and returns the messages that it completed. */
  push(text: string): StreamMessage[];
  /** True once a line or message was longer than any lawful one; the stream is to be closed. */
  readonly overflown: boolean;
}

/** A reader at the beginning of a stream. */
export function sseReader(): SseReader {
  let buffer = '';
  let data: string[] = [];
  let event = '';
  let id: string | null = null;
  let size = 0;
  let overflown = false;

  function takeLine(line: string): StreamMessage | null {
    if (line === '') {
      const message = data.length > 0 ? { event: event || 'message', data: data.join('\n'), id } : null;
      data = [];
      event = '';
      size = 0;
      return message;
    }
    size += line.length;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
    return null;
  }

  return {
    push(text) {
      const messages: StreamMessage[] = [];
      buffer += text;
      for (;;) {
        const end = buffer.search(/[\r\n]/);
        // A carriage return at the very end may be the first half of CR LF: wait for what follows.
        if (end < 0 || (buffer[end] === '\r' && end === buffer.length - 1)) break;
        const line = buffer.slice(0, end);
        buffer = buffer.slice(buffer[end] === '\r' && buffer[end + 1] === '\n' ? end + 2 : end + 1);
        const message = takeLine(line);
        if (message) messages.push(message);
      }
      if (buffer.length + size > LONGEST) overflown = true;
      return messages;
    },
    get overflown() {
      return overflown;
    },
  };
}
