import type { Sentence } from '../campaigns/booking-fit.ts';
import type { SpotReason, VerdictCode } from './compiled-hour.ts';
import type { ExclusionCode } from './eligible.ts';

/** Why a booking gets less than it asks, in general words. */
export const VERDICT_WORDS: Readonly<Record<VerdictCode, Sentence>> = {
  overFull: {
    zh: '该小时已超额，同一优先级按比例缩减',
    en: 'the hour is over-full; its tier was shrunk in proportion',
  },
  outranked: { zh: '更高优先级占满了时段', en: 'higher tiers left nothing for it' },
  noWindow: { zh: '该小时内没有可播出的时段', en: 'its windows leave no instant in the hour' },
  clipTooLong: {
    zh: '素材比可播出的最长时段还长，且影片不会被截断',
    en: 'its material is longer than the longest open time, and films are never cut',
  },
  windowFull: { zh: '时段或闭播前的时间装不下全部播放', en: 'its windows could not hold all its plays' },
  separation: { zh: '硬性间隔规则没有留下位置', en: 'a hard separation rule left no room' },
  noAirtimeLeft: { zh: '按次数播出的排期占满了时间', en: 'bookings with a rate took all the airtime' },
  badRate: { zh: '频次数值无效', en: 'its rate is not a valid number' },
  badClip: { zh: '没有有效的素材（至少一秒，权重为正整数）', en: 'it has no valid clip' },
  badHour: { zh: '该小时长度无效', en: 'the hour itself is not valid' },
};

/** Why a booking is out, in general words; `explain` has the facts beside them. */
export const EXCLUSION_WORDS: Readonly<Record<ExclusionCode, Sentence>> = {
  otherEndpoints: { zh: '未选中该终端', en: 'it is booked for other endpoints' },
  notYet: { zh: '尚未开始', en: 'it has not begun' },
  over: { zh: '已经结束', en: 'it is over' },
  closed: { zh: '终端在该时段不播出', en: 'the endpoint is closed' },
  notThisDate: { zh: '循环规则不包含该日期', en: 'its recurrence leaves this date out' },
  outsideDaypart: { zh: '不在播出时段内', en: 'outside its dayparts' },
  nothingApproved: { zh: '播放列表中没有审核通过的素材', en: 'nothing in its playlist is approved' },
  nothingPlayable: {
    zh: '播放列表中没有该终端能播放的素材',
    en: 'nothing in its playlist can be played by this kind of endpoint',
  },
};

/** Why a spot stands where it stands. */
export const SPOT_WORDS: Readonly<Record<SpotReason, Sentence>> = {
  due: { zh: '按频次到点播出', en: 'due by its rate' },
  dueEarly: { zh: '为腾出位置比到点略早', en: 'due by its rate, a little early to make room' },
  dueLate: { zh: '前一条播完后略晚播出', en: 'due by its rate, a little late' },
  share: { zh: '按权重轮到', en: 'its turn by weight' },
  sharePulled: { zh: '按权重略微提前', en: 'before its turn by weight, within the bound' },
  shareOutOfTurn: { zh: '没有轮到的合适素材，破例播出', en: 'out of turn: nothing in turn fitted' },
  filler: { zh: '无排期时的垫片', en: 'filler: nothing else was due' },
};
