import type { Sentence } from '../base/sentence.ts';

/** Why a box is not paired. */
export const pairingWords = {
  tooMany: {
    en: 'Too many boxes wait to be paired; try again in some minutes.',
    zh: '等待配对的设备过多，请几分钟后重试。',
  },
  noBoxShows: (code: string): Sentence => ({
    en: `No box shows the code ${code}. Compare it with the screen.`,
    zh: `没有设备显示配对码 ${code}，请与屏幕核对。`,
  }),
  codeExpired: (code: string): Sentence => ({
    en: `The code ${code} is no longer valid; the box shows a new one.`,
    zh: `配对码 ${code} 已失效，请使用设备上显示的新配对码。`,
  }),
  unknown: { en: 'This pairing is not known; start a new one.', zh: '没有这次配对，请重新开始配对。' },
  enrolmentUnknown: { en: 'This enrolment token is not known.', zh: '注册令牌无效，请核对。' },
  enrolmentSpent: {
    en: 'This enrolment token was used already or is too old.',
    zh: '注册令牌已被使用或已过期，请重新生成。',
  },
} as const;
