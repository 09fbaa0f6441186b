import type { Language, Sentence } from '../base/sentence.ts';

/** How an attempt to send ended, in words. The English ones are what the database keeps of an attempt. */
export const ATTEMPT_WORDS = {
  noMailServer: {
    en: 'No mail server is configured (SMTP_URL).',
    zh: '没有配置邮件服务器（SMTP_URL），请联系管理员。',
  },
  mailTaken: { en: 'The mail server took it.', zh: '邮件服务器已接收。' },
  noRedirects: { en: 'redirects are not followed.', zh: '不跟随重定向，请填写最终网址。' },
  robotError: {
    en: 'The robot answered with an error code.',
    zh: '群机器人返回了错误码，请检查地址和密钥。',
  },
  tooLate: { en: 'No answer in time.', zh: '对方未及时应答。' },
  noConnection: { en: 'The connection failed.', zh: '连接失败。' },
  httpsOnly: { en: 'Only https is allowed.', zh: '只允许 https 网址。' },
  innerAddress: { en: 'The address lies in an inner network.', zh: '地址位于内部网络，不允许发送。' },
  innerName: { en: 'The name points into an inner network.', zh: '域名指向内部网络，不允许发送。' },
  sealed: {
    en: 'The address was sealed with another session secret; end this plan and make it anew.',
    zh: '地址由另一会话密钥加密，无法读取，请停止此计划并重新创建。',
  },
} as const satisfies Readonly<Record<string, Sentence>>;

/** What the database keeps of an attempt, in a language; codes of networks and of HTTP stay as they are. */
export function attemptIn(detail: string, language: Language): string {
  const [, status = '', said = ''] = /^(HTTP \d{3}: )?(.*)$/s.exec(detail) ?? [];
  const known = Object.values(ATTEMPT_WORDS).find(({ en }) => en === said);
  return known ? status + known[language] : detail;
}
