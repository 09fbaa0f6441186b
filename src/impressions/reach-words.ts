import type { Lang } from './formula-words.ts';
import type { Reach } from './reach.ts';

const ZH = {
  reachTitle: '触达人数（估算）',
  reach: (reach: Reach, n: (value: number) => string) =>
    reach.best === null
      ? `至少触达一次的人数在 ${n(reach.low)} 至 ${n(reach.high)} 之间；辖区人口未填，无法给出最可能值。`
      : `约 ${n(reach.best)} 人至少触达一次（范围 ${n(reach.low)} – ${n(reach.high)}），人均 ${reach.frequency ?? '—'} 次；辖区人口 ${n(reach.population ?? 0)}。`,
  withoutPeople: (endpoints: number) => `其中 ${endpoints} 个终端未知有多少不同的人经过，未计入。`,
  reachText: '终端触达人数 = N ×（1 −（1 + c ÷（N k））^−k）；多个终端 = P ×（1 − Π（1 − 触达人数 ÷ P））',
  reachInputs: [
    ['N', '一周内经过终端的不同人数：168 个小时人流之和 ÷ 每人每周到访次数'],
    ['c', '期间内该终端的触达人次（大屏与电视）'],
    ['k', '人与人之间的差异（伽马分布形状）：低 0.5、中 1、高 2，为假定值'],
    ['P', '辖区人口；未填时只给出范围'],
  ] as readonly (readonly [string, string])[],
  reachAssumptions: [
    '每人触达次数按负二项分布（人均频率因人而异的泊松分布）。',
    '终端人群按一周计；只在之后经过的人未计，时间越长越偏低。',
    '同一人遇到多个终端按辖区内随机计；下限为全部重叠，上限为全不重叠。',
    '农村广播不计入触达人数。',
  ],
  reachVersion: '触达人数模型版本',
  uptime: (share: string, up: string, promised: string, unknown: string) =>
    `终端在线率（实测，以有播放上报的整点计）：${share}（${up} / ${promised} 小时）；另有 ${unknown} 小时因播放器未再联系而未知。`,
  shortfallTitle: '欠播及原因',
  shortfall: (short: string, asked: string, owed: string) =>
    `要求播放 ${asked} 次中欠播 ${short} 次，按日核算；其中 ${owed} 次可补播。`,
  noShortfall: '期间内没有欠播。',
  cause: '原因',
  plays: '次数',
  worst: '欠播最多',
  booking: '排期',
  endpoint: '终端',
  short: '欠播',
  takenOver: '已安排补播',
  owed: '可补播',
  sheetShortfalls: '欠播',
  shortfallColumns: ['要求', '应播', '完成', '欠播'] as readonly string[],
  total: '合计',
  uptimeTitle: '终端在线率',
  omitted: (rows: number) => `另有 ${rows} 行未列出`,
};

/** The words of reach, uptime and shortfalls in printed reports. */
export type ReachWords = typeof ZH;

const EN: ReachWords = {
  reachTitle: 'People reached (estimated)',
  reach: (reach, n) =>
    reach.best === null
      ? `Between ${n(reach.low)} and ${n(reach.high)} people were reached at least once; the population of the district is not known, so there is no best value.`
      : `About ${n(reach.best)} people were reached at least once (range ${n(reach.low)} – ${n(reach.high)}), ${reach.frequency ?? '—'} times each on average; population of the district ${n(reach.population ?? 0)}.`,
  withoutPeople: (endpoints) =>
    `Of ${endpoints} endpoints nobody knows how many different people come by; they are left out.`,
  reachText: 'reach of an endpoint = N × (1 − (1 + c ÷ (N k))^−k); of several = P × (1 − Π(1 − reach ÷ P))',
  reachInputs: [
    [
      'N',
      'different people who come by the endpoint in a week: the sum of its 168 hours ÷ visits per person and week',
    ],
    ['c', 'impressions of the endpoint in the period (screens and televisions)'],
    [
      'k',
      'how unevenly contacts spread over people (shape of a gamma distribution): 0.5 low, 1 best, 2 high; assumed',
    ],
    ['P', 'people in the whole district; without it only the range is told'],
  ],
  reachAssumptions: [
    'Contacts of one person are negative-binomial: Poisson, with rates that differ between people.',
    'The people of an endpoint are those of one week; reach over months is rather too low.',
    'Meeting several endpoints is taken as chance in the district; the bounds have all overlap and none.',
    'Loudspeakers are left out.',
  ],
  reachVersion: 'Version of the model of reach',
  uptime: (share, up, promised, unknown) =>
    `Uptime of endpoints (measured by hours with a reported play): ${share} (${up} of ${promised} h); ${unknown} h are unknown, because the player has not called since.`,
  shortfallTitle: 'Shortfalls and their causes',
  shortfall: (short, asked, owed) =>
    `Of ${asked} plays asked for ${short} are short, balanced by day; ${owed} of them can be made good.`,
  noShortfall: 'Nothing is short in this period.',
  cause: 'Cause',
  plays: 'Plays',
  worst: 'Most short',
  booking: 'Booking',
  endpoint: 'Endpoint',
  short: 'Short',
  takenOver: 'Made good',
  owed: 'Owed',
  sheetShortfalls: 'Shortfalls',
  shortfallColumns: ['Asked', 'Promised', 'Completed', 'Short'],
  total: 'Total',
  uptimeTitle: 'Uptime',
  omitted: (rows) => `${rows} more rows are left out`,
};

/** The words of a language. */
export function reachWordsOf(lang: Lang): ReachWords {
  return lang === 'zh' ? ZH : EN;
}
