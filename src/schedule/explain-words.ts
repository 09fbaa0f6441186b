import { type DayClass, localDateOf, type WeeklyWindow, wallClockOf } from '../base/local-time.ts';
import type { EpochMs } from '../base/units.ts';
import type { Sentence } from '../campaigns/booking-fit.ts';
import { type StoredDaypart, wallTimeOf } from '../campaigns/wall-time.ts';
import { STATE_NAMES } from '../catalogue/state-names.ts';
import type { VerdictCode } from './compiled-hour.ts';
import type { BookingFacts, EndpointFacts, ExclusionCode } from './eligible.ts';
import { VERDICT_WORDS } from './reason-words.ts';

/** The facts that a sentence about an exclusion names. */
export interface ExclusionFacts {
  readonly endpoint: EndpointFacts;
  readonly booking: BookingFacts;
  readonly at: EpochMs;
  /** The recurrence as written, or null. */
  readonly rule: string | null;
}

const DAYS_ZH = ['一', '二', '三', '四', '五', '六', '日'];
const DAYS_EN = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const DAY_CLASSES: Readonly<Record<DayClass, Sentence>> = {
  workdays: { zh: '工作日', en: 'workdays' },
  holidays: { zh: '节假日', en: 'holidays' },
  notHolidays: { zh: '节假日除外', en: 'not on holidays' },
};
const STATES: Readonly<Record<string, Sentence>> = STATE_NAMES;

/** Why a booking is out of an instant, with the facts: "rejected: outside daypart 07:00–21:00, local time 21:04". */
export function exclusionWords(code: ExclusionCode, facts: ExclusionFacts): Sentence {
  const { endpoint, booking, at } = facts;
  const date = localDateOf(at, endpoint.timeZone);
  const time = timeOf(at, endpoint.timeZone);
  switch (code) {
    case 'otherEndpoints':
      return rejected(
        `未选中该终端（${endpoint.name}，类型 ${endpoint.kind}）`,
        `booked for other endpoints, not ${endpoint.name} (${endpoint.kind}, area ${endpoint.areaId})`,
      );
    case 'notYet':
      return rejected(
        `${booking.fromDate} 才开始，当地日期 ${date}`,
        `begins ${booking.fromDate}, local date ${date}`,
      );
    case 'over':
      return rejected(
        `已于 ${booking.toDate} 结束，当地日期 ${date}`,
        `ended ${booking.toDate}, local date ${date}`,
      );
    case 'closed': {
      const { zh, en } = closedWords(endpoint, at, false);
      return rejected(zh, en);
    }
    case 'notThisDate': {
      const next = [...(booking.dates ?? [])].filter((one) => one > date).sort()[0];
      const rule = facts.rule ?? 'EXDATE';
      return rejected(
        `循环规则 ${rule} 不包含 ${date}${next ? `，下一个日期 ${next}` : '，之后不再有日期'}`,
        `its recurrence ${rule} leaves out ${date}; ${next ? `next date ${next}` : 'no date follows'}`,
      );
    }
    case 'outsideDaypart': {
      const [zh, en] = daypartWords(booking.dayparts);
      return rejected(`不在播出时段 ${zh} 内，当地时间 ${time}`, `outside daypart ${en}, local time ${time}`);
    }
    case 'nothingApproved': {
      const states = booking.entries.slice(0, 5).map(({ material }) => {
        const words = STATES[material.state];
        return [
          `素材 ${material.assetId} ${words?.zh ?? material.state}`,
          `asset ${material.assetId} ${words?.en ?? material.state}`,
        ];
      });
      const zh = states.map(([one]) => one).join('，') || '列表为空';
      const en = states.map(([, one]) => one).join(', ') || 'it is empty';
      return rejected(`播放列表中没有审核通过的素材（${zh}）`, `nothing in its playlist is approved (${en})`);
    }
    case 'nothingPlayable':
      return rejected(
        `播放列表中没有 ${endpoint.kind} 能播放的素材`,
        `nothing in its playlist can be played by a ${endpoint.kind}`,
      );
  }
}

/** Whether and why an endpoint is open at an instant, with its hours of that weekday. */
export function closedWords(endpoint: EndpointFacts, at: EpochMs, isOpen: boolean): Sentence {
  const time = timeOf(at, endpoint.timeZone);
  const weekday = Temporal.PlainDate.from(localDateOf(at, endpoint.timeZone)).dayOfWeek;
  const hours = hoursWords(endpoint.openingHours, weekday);
  const quiet = endpoint.kind === 'loudspeaker' ? hoursWords(endpoint.quietHours, weekday) : '';
  const quietZh = quiet ? `，静音时段 ${quiet}` : '';
  const quietEn = quiet ? `, quiet hours ${quiet}` : '';
  return isOpen
    ? {
        zh: `终端在播（播出时间 ${hours}${quietZh}，当地时间 ${time}）`,
        en: `the endpoint is open (hours ${hours || 'none'}${quietEn}, local time ${time})`,
      }
    : {
        zh: `终端不播（当日播出时间 ${hours || '无'}${quietZh}，当地时间 ${time}）`,
        en: `the endpoint is closed: hours ${hours || 'none'}${quietEn}, local time ${time}`,
      };
}

/** What plays, and why. */
export function playingWords(booking: string | null, reason: Sentence | null): Sentence {
  const zh = booking === null ? '终端垫片' : `排期“${booking}”`;
  const en = booking === null ? "the endpoint's filler" : `booking “${booking}”`;
  return { zh: reason ? `${zh}：${reason.zh}` : zh, en: reason ? `${en}: ${reason.en}` : en };
}

/** What a booking gets of an hour; `asked` is null where it goes by weight. */
interface Got {
  readonly asked: number | null;
  readonly granted: number;
  readonly why: readonly VerdictCode[];
}

/** A booking that takes part and does not play at the instant. */
export function takesPartWords(got: Got, nextPlayAt: EpochMs | null, zone: string): Sentence {
  const next = nextPlayAt === null ? null : wallClockOf(nextPlayAt, zone);
  const { zh, en } = gotWords(got);
  return {
    zh: `${zh}；${next ? `下次 ${next}` : '近期不再播出'}`,
    en: `${en}; ${next ? `next at ${next}` : 'no play ahead'}`,
  };
}

/** What a booking that takes part in an hour gets of it, and why not more. */
export function gotWords({ asked, granted, why }: Got): Sentence {
  const [codesZh, codesEn] = [
    why.map((code) => VERDICT_WORDS[code].zh).join('；'),
    why.map((code) => VERDICT_WORDS[code].en).join('; '),
  ];
  const ofZh = asked === null ? `该小时按权重播 ${granted} 次` : `该小时要求 ${asked} 次，得到 ${granted} 次`;
  const ofEn =
    asked === null
      ? `gets ${granted} plays of this hour by weight`
      : `gets ${granted} of ${asked} plays this hour`;
  return {
    zh: `参与${codesZh ? `，但${codesZh}` : ''}；${ofZh}`,
    en: `takes part${codesEn ? `, but ${codesEn}` : ''}; ${ofEn}`,
  };
}

/** Sentences for what no hour decides. */
export const standingWords = {
  withdrawn: (since: string): Sentence => rejected(`排期已于 ${since} 撤下`, `withdrawn at ${since}`),
  override: (title: string, since: string): Sentence =>
    rejected(
      `应急插播“${title}”自 ${since} 起占用终端`,
      `override “${title}” holds the endpoint since ${since}`,
    ),
  notApproved: (state: string): Sentence =>
    rejected(
      `素材未处于审核通过状态（${STATES[state]?.zh ?? state}）`,
      `the asset is not approved (${STATES[state]?.en ?? state})`,
    ),
  notInPlaylist: rejected('没有排期的播放列表包含该素材', 'no booking has it in its playlist'),
  nothingThisHour: (booking: BookingFacts): Sentence => {
    const [zh, en] =
      booking.maxPerDay !== null
        ? [`每日上限 ${booking.maxPerDay} 次`, `its ${booking.maxPerDay} plays a day`]
        : ['当日应播次数', 'its plays of the day'];
    return {
      zh: `${zh}均匀分到各小时，该小时没有分到`,
      en: `${en} are spread over the hours, and this hour holds none`,
    };
  },
  assetWaits: (booking: string | null, nextPlayAt: EpochMs | null, zone: string): Sentence => {
    const next = nextPlayAt === null ? null : wallClockOf(nextPlayAt, zone);
    const zh = booking === null ? '作为垫片等待空闲时间' : `在排期“${booking}”中等待轮到`;
    const en =
      booking === null ? 'waits as filler for free time' : `waits for its turn in booking “${booking}”`;
    return {
      zh: `${zh}；${next ? `下次 ${next}` : '近期不再播出'}`,
      en: `${en}; ${next ? `next at ${next}` : 'no play ahead'}`,
    };
  },
};

function rejected(zh: string, en: string): Sentence {
  return { zh: `未播：${zh}`, en: `rejected: ${en}` };
}

function timeOf(at: EpochMs, zone: string): string {
  return wallClockOf(at, zone).slice(-5);
}

function spanOf(window: WeeklyWindow): string {
  return `${wallTimeOf(window.fromMinute)}–${wallTimeOf(window.toMinute)}`;
}

function hoursWords(windows: readonly WeeklyWindow[], weekday: number): string {
  return windows
    .filter((window) => window.days.includes(weekday))
    .map(spanOf)
    .join(', ');
}

function daypartWords(parts: readonly StoredDaypart[]): [string, string] {
  const words = parts.slice(0, 6).map((part): [string, string] => {
    const zh: string[] = [];
    const en: string[] = [];
    if (part.days.length < 7) {
      zh.push(`周${part.days.map((day) => DAYS_ZH[day - 1]).join('')}`);
      en.push(part.days.map((day) => DAYS_EN[day - 1]).join(' '));
    }
    if (part.on !== undefined) {
      zh.push(DAY_CLASSES[part.on].zh);
      en.push(DAY_CLASSES[part.on].en);
    }
    const span = spanOf(part);
    return [
      zh.length ? `${span}（${zh.join('，')}）` : span,
      en.length ? `${span} (${en.join(', ')})` : span,
    ];
  });
  return [words.map(([zh]) => zh).join('、'), words.map(([, en]) => en).join(', ')];
}
