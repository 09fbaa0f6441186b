import { createHmac } from 'node:crypto';
import type { EpochMs } from '../base/units.ts';
import type { Message } from './message.ts';
import type { Channel } from './plan.ts';

/** One HTTP POST of JSON. */
export interface OutgoingPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Most bytes of text that a group robot takes; WeCom has the narrowest limit (4,096 bytes of markdown). */
const ROBOT_TEXT_BYTES = 3_800;

/**
 * A message in the form of its channel. Group robots take JSON of their own: DingTalk wants timestamp and
 * HMAC-SHA256 in the address, Feishu in the body, each over `timestamp\nsecret`. A plain webhook gets
 * `X-Beacon-Signature: sha256=…`, the HMAC-SHA256 of `timestamp.body`, and the number of the delivery, by which
 * the receiver knows one that comes again.
 */
export function outgoingPost(
  plan: {
    readonly channel: Exclude<Channel, 'email'>;
    readonly address: string;
    readonly secret: string | null;
  },
  message: Message,
  deliveryId: number,
  now: EpochMs,
): OutgoingPost {
  const { channel, address, secret } = plan;
  const text = shortened(message.lines.join('\n'), ROBOT_TEXT_BYTES);
  switch (channel) {
    case 'wecom':
      return json(address, {
        msgtype: 'markdown',
        markdown: { content: `**${plain(message.title)}**\n${plain(text)}` },
      });
    case 'dingtalk': {
      const url = new URL(address);
      if (secret !== null) {
        url.searchParams.set('timestamp', String(now));
        url.searchParams.set('sign', hmac(secret, `${now}\n${secret}`, 'base64'));
      }
      const lines = plain(text).replaceAll('\n', '  \n');
      return json(url.href, {
        msgtype: 'markdown',
        markdown: { title: message.title, text: `### ${plain(message.title)}\n${lines}` },
      });
    }
    case 'feishu': {
      const timestamp = String(Math.floor(now / 1_000));
      const sign = secret === null ? null : hmac(`${timestamp}\n${secret}`, '', 'base64');
      return json(address, {
        ...(sign !== null && { timestamp, sign }),
        msg_type: 'text',
        content: { text: `${message.title}\n${text}` },
      });
    }
    case 'webhook': {
      const body = JSON.stringify({
        delivery: deliveryId,
        title: message.title,
        text: message.lines.join('\n'),
        data: message.data,
      });
      const timestamp = String(now);
      const signature = secret === null ? null : `sha256=${hmac(secret, `${timestamp}.${body}`, 'hex')}`;
      return {
        url: address,
        body,
        headers: {
          'content-type': 'application/json',
          'x-beacon-delivery': String(deliveryId),
          'x-beacon-timestamp': timestamp,
          ...(signature !== null && { 'x-beacon-signature': signature }),
        },
      };
    }
  }
}

/** Whether a receiver took the message: 2xx, and of a group robot the code 0, which it tells in the body. */
export function wasTaken(channel: Exclude<Channel, 'email'>, status: number, body: string): boolean {
  if (status < 200 || status > 299) return false;
  if (channel === 'webhook') return true;
  try {
    const { errcode, code, StatusCode } = JSON.parse(body) as Record<string, unknown>;
    return channel === 'feishu' ? code === 0 || StatusCode === 0 : errcode === 0;
  } catch {
    return false;
  }
}

/** Text cut at a character's end, with a sign that it goes on, to at most so many bytes of UTF-8. */
export function shortened(text: string, mostBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= mostBytes) return text;
  let end = mostBytes - 4;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${bytes.subarray(0, end).toString()}…`;
}

function json(url: string, body: unknown): OutgoingPost {
  return { url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Names that look like markdown stay names: no link and no mention can be slipped in. */
function plain(text: string): string {
  return text.replaceAll(/[[\]<>`]/g, (sign) => FULL_WIDTH[sign] ?? '');
}

const FULL_WIDTH: Readonly<Record<string, string>> = {
  '[': '［',
  ']': '］',
  '<': '＜',
  '>': '＞',
  '`': '｀',
};

function hmac(key: string, text: string, encoding: 'base64' | 'hex'): string {
  return createHmac('sha256', key).update(text).digest(encoding);
}
