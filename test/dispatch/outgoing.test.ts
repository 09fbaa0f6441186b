import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { outgoingPost, shortened, wasTaken } from '../../src/dispatch/outgoing.ts';
import { planDraftSchema, shownAddress } from '../../src/dispatch/plan.ts';
import { isOuterAddress } from '../../src/dispatch/post-files.ts';

const NOW = Date.UTC(2027, 1, 5, 12);
const message = {
  title: '点名',
  lines: ['在线 1', '失联：<@all> [x](http://evil.test)'],
  data: { kind: 'rollCall' },
  attachment: null,
};
const plan = { address: 'https://robot.test/send?key=k', secret: 'a-long-secret' };

describe('outgoingPost', () => {
  it('signs DingTalk in the address, over timestamp and secret', () => {
    const { url, body } = outgoingPost({ ...plan, channel: 'dingtalk' }, message, 1, NOW);
    const sign = createHmac('sha256', plan.secret).update(`${NOW}\n${plan.secret}`).digest('base64');
    expect(new URL(url).searchParams.get('sign')).toBe(sign);
    expect(new URL(url).searchParams.get('key')).toBe('k');
    expect(JSON.parse(body)).toMatchObject({ msgtype: 'markdown', markdown: { title: '点名' } });
  });

  it('signs Feishu in the body, with timestamp and secret as the key of nothing', () => {
    const { url, body } = outgoingPost({ ...plan, channel: 'feishu' }, message, 1, NOW);
    const sign = createHmac('sha256', `${NOW / 1_000}\n${plan.secret}`)
      .update('')
      .digest('base64');
    expect(JSON.parse(body)).toMatchObject({ timestamp: String(NOW / 1_000), sign, msg_type: 'text' });
    expect(url).toBe(plan.address);
  });

  it('lets no name mention everybody or become a link', () => {
    for (const channel of ['wecom', 'dingtalk'] as const) {
      const { body } = outgoingPost({ ...plan, channel }, message, 1, NOW);
      expect(body).not.toMatch(/<@all>|\]\(/);
    }
  });

  it('gives a plain webhook the number of the delivery and a signature over time and body', () => {
    const { headers, body } = outgoingPost({ ...plan, channel: 'webhook' }, message, 7, NOW);
    const signature = createHmac('sha256', plan.secret).update(`${NOW}.${body}`).digest('hex');
    expect(headers).toMatchObject({ 'x-beacon-delivery': '7', 'x-beacon-signature': `sha256=${signature}` });
    expect(JSON.parse(body)).toMatchObject({ delivery: 7, data: { kind: 'rollCall' } });
  });

  it('stays within what a robot takes, and cuts no character in two', () => {
    const long = { ...message, lines: Array(500).fill('终端失联🔥') };
    const { body } = outgoingPost({ ...plan, channel: 'wecom' }, long, 1, NOW);
    const { content } = JSON.parse(body).markdown;
    expect(Buffer.byteLength(content)).toBeLessThan(4_096);
    expect(content).not.toContain('\ufffd');
    expect(shortened('短', 10)).toBe('短');
  });
});

describe('wasTaken', () => {
  it.each([
    ['wecom', 200, '{"errcode":0}', true],
    ['wecom', 200, '{"errcode":93000}', false],
    ['dingtalk', 200, 'not json', false],
    ['feishu', 200, '{"code":0}', true],
    ['feishu', 200, '{"code":19021}', false],
    ['webhook', 204, '', true],
    ['webhook', 302, '', false],
  ] as const)('of %s with %i %s is %s', (channel, status, body, taken) => {
    expect(wasTaken(channel, status, body)).toBe(taken);
  });
});

describe('isOuterAddress', () => {
  it.each([
    '10.1.2.3',
    '127.0.0.1',
    '169.254.169.254',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
  ])('says no to %s', (address) => expect(isOuterAddress(address)).toBe(false));
  it.each([
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '2002:7f00:1::',
    '64:ff9b::7f00:1',
    '64:ff9b:1::a00:1',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
    '::ffff:8.8.8.8',
    '2001:0:7f00:1::',
    '2001:10::1',
    '2001:db8::1',
    '3fff::1',
    'fec0::1',
    'ff02::1',
    'fe80::1%lo',
    'not an address',
  ])('says no to %s as well', (address) => expect(isOuterAddress(address)).toBe(false));
  it.each(['8.8.8.8', '172.32.0.1', '2400:3200::1'])('says yes to %s', (address) =>
    expect(isOuterAddress(address)).toBe(true),
  );
});

describe('planDraftSchema', () => {
  const draft = { name: 'x', what: 'daily', channel: 'email', address: 'a@b.cn' };
  it.each([
    [{ address: 'nobody' }],
    [{ address: 'a@b.cn\r\nBcc: c@d.cn' }],
    [{ channel: 'webhook', address: 'ftp://x' }],
    [{ channel: 'webhook', address: 'https://u:p@x.test' }],
    [{ channel: 'wecom', address: 'https://x.test', secret: 'long-enough' }],
    [{ at: '24:00' }],
    [{ timeZone: 'Mars/Base' }],
    [{ recipients: 'a@b.cn' }],
  ])('does not take a plan with %j', (over) => {
    expect(planDraftSchema.safeParse({ ...draft, ...over }).success).toBe(false);
  });

  it('shows of a webhook its host alone', () => {
    expect(shownAddress({ channel: 'wecom', address: 'https://qyapi.weixin.qq.com/cgi-bin/x?key=s' })).toBe(
      'qyapi.weixin.qq.com',
    );
  });
});
