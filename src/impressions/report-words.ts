import { localDateOf } from '../base/local-time.ts';
import { NOTICE } from './impressions.ts';
import type { PlaysReport } from './report-figures.ts';
import { HOME_ZONE } from './report-zone.ts';

/** The languages of printed reports. */
export type Lang = 'zh' | 'en';

type Formula = PlaysReport['formula'];

/** A formula in words: its line, what each sign means, and what is assumed. */
export interface SaidFormula {
  readonly text: string;
  readonly inputs: readonly (readonly [string, string])[];
  readonly assumptions: readonly string[];
}

const percent = (share: number): string => `${Math.round(share * 100)}%`;

const NOTICE_ZH = `户外大屏 ${noticeText('screen')}；楼宇电视 ${noticeText('tv')}；农村广播 ${noticeText('loudspeaker')}（低–中–高）`;
const NOTICE_EN = `outdoor screen ${noticeText('screen')}; building TV ${noticeText('tv')}; loudspeaker ${noticeText('loudspeaker')} (low–best–high)`;

function noticeText(kind: keyof typeof NOTICE): string {
  const { low, best, high } = NOTICE[kind];
  return [low, best, high].map(percent).join('–');
}

/** What version 1 of the formula says, in Chinese; another version is printed as it was frozen. */
const FORMULA_1_ZH: SaidFormula = {
  text: '触达人次 = Σ 每次播放 λ ×（d + s）÷ 3600 × 注意率',
  inputs: [
    ['λ', '终端所在处每个开放小时的平均人流（人/小时）'],
    ['d', '每人平均停留时间（秒）'],
    ['s', '播放器上报的该次播放实际播出时长（秒）'],
    ['注意率', NOTICE_ZH],
  ],
  assumptions: [
    '播放次数为实测，触达人次为估算；触达人次按次计算，同一人在每次播放中各计一次。',
    '假定人流在开放时间内均匀到达：人流为 λ、停留为 d 时，s 秒内曾在场者为 λ ×（d + s）÷ 3600 人。',
    '被中断的播放只计播出期间新到的人（d 计为 0）；失败的播放不计。',
    '注意率为按终端类型设定的默认值，附上下限，未经调查校准。',
    '人流与停留时间取各终端当前设定，各开放小时相同。',
    '农村广播单列为收听人次，不并入触达人次。',
  ],
};

/** The formula in words of the language, from what was frozen with the report. */
function saidFormula(lang: Lang, formula: Formula): SaidFormula {
  if (lang === 'zh' && formula.version === '1') return FORMULA_1_ZH;
  const inputs = Object.entries(formula.inputs).map(([name, input]): [string, string] => {
    if (typeof input === 'string') return [name, input];
    return [name, formula.version === '1' ? NOTICE_EN : JSON.stringify(input)];
  });
  return { text: formula.text, inputs, assumptions: formula.assumptions };
}

const ZH = {
  report: '消防宣传播放与触达报告',
  allCampaigns: '全部宣传活动',
  number: '报告编号',
  issued: '签发',
  notIssued: '未签发（草稿，仅供查阅）',
  issuedBy: (name: string, at: string) => `${name} 于 ${at} 签发`,
  campaign: '宣传活动',
  period: '统计期间',
  periodText: (from: string, to: string) => `${from} 至 ${to}（各终端当地日期，含首尾两日）`,
  scope: '范围',
  scopeAll: '全部终端',
  scopeEndpoint: (id: number) => `终端 ${id}`,
  scopeArea: (name: string) => name,
  from: '开始日期',
  to: '结束日期',
  madeAt: '数据时刻',
  open: '统计期间在数据时刻尚未结束，数字还会增长。',
  brigade: '烽火台 Beacon Tower',
  headline: '主要数字',
  known: (coverage: string, unknown: string) =>
    `应播时长中有 ${coverage} 已有上报结果；另有 ${unknown} 次应播尚无任何上报，结果未知，既不计为已播，也不计为未播。`,
  nothingPromised: '期间内没有应播的节目。',
  measured: '实测',
  estimated: '估算',
  coverageShort: '覆盖率',
  range: (low: string, high: string) => `范围 ${low} – ${high}`,
  ofPromised: (promised: string) => `应播 ${promised} 次`,
  airtimeOf: (promised: string) => `应播 ${promised} 小时`,
  hours: '小时',
  tiles: {
    counted: '完成播放（次）',
    airtime: '播出时长（小时）',
    impressions: '触达人次',
    hearers: '广播收听人次',
  },
  chartDays: '每日应播与完成播放（次）',
  chartAreas: '各街道/乡镇完成播放（次）',
  chartHours: '一周各时段完成播放（次）',
  heatNote: '颜色越深播放越多；斜线表示该时段没有应播节目。',
  promised: '应播',
  counted: '完成',
  others: (n: number) => `其余 ${n} 个`,
  tableAreas: '分街道/乡镇',
  tableDays: '分日',
  total: '合计',
  omitted: (n: number) => `另有 ${n} 行未列出，见电子表格`,
  channelsTitle: '其他渠道（“1+1+N”）',
  neverAdded: '各渠道单位不同，单独列示，不与触达人次相加，渠道之间也不相加。',
  noTallies: '期间内没有其他渠道的记录。',
  noChannels: '本报告只涉及一个终端，其他渠道不适用。',
  channels: {
    channel: '渠道',
    count: '数量',
    unit: '单位',
    entries: '记录数',
    evidence: '有佐证',
    sources: '来源',
    from: '开始',
    to: '结束',
    source: '来源',
    note: '备注',
  },
  formulaTitle: '计算公式',
  formulaVersion: '公式版本',
  formula: (formula: Formula) => saidFormula('zh', formula),
  assumption: '前提',
  coverageTitle: '覆盖率',
  coverageMeaning:
    '有上报结果（完成、中断或失败）的应播时长占全部应播时长的比例，向下取整，100% 即全部已知。',
  signatures: ['制表人', '审核人', '批准人（签字）', '日期'],
  seal: '（单位盖章）',
  frozen: (sha256: string) => `本报告数据已固定，SHA-256：${sha256}`,
  page: '第 {page} 页 / 共 {pages} 页',
  weekday: '星期',
  hour: '时',
  weekdays: ['周一', '周二', '周三', '周四', '周五', '周六', '周日'],
  item: '项目',
  content: '内容',
  noCjkFont: '',
  sheets: {
    campaign: '宣传活动',
    endpoint: '终端',
    area: '街道乡镇',
    day: '日期',
    hour: '时段',
    channels: '其他渠道',
    tallies: '其他渠道明细',
    formula: '公式与说明',
  },
  columns: {
    id: '编号',
    name: '名称',
    promised: '应播',
    counted: '完成',
    cut: '中断',
    failed: '失败',
    unknown: '未知',
    coverage: '覆盖率',
    airtimePromised: '应播分钟',
    airtime: '播出分钟',
    impressionsLow: '触达人次（低）',
    impressionsBest: '触达人次',
    impressionsHigh: '触达人次（高）',
    hearersLow: '收听人次（低）',
    hearersBest: '收听人次',
    hearersHigh: '收听人次（高）',
  },
};

/** All words of printed reports in one language. */
export type ReportWords = typeof ZH;

const EN: ReportWords = {
  report: 'Fire-safety publicity: plays and reach',
  allCampaigns: 'All campaigns',
  number: 'Report no.',
  issued: 'Issued',
  notIssued: 'Not issued (draft, for reading only)',
  issuedBy: (name, at) => `by ${name}, ${at}`,
  campaign: 'Campaign',
  period: 'Period',
  periodText: (from, to) => `${from} to ${to} (local dates at each endpoint, both included)`,
  scope: 'Scope',
  scopeAll: 'all endpoints',
  scopeEndpoint: (id) => `endpoint ${id}`,
  scopeArea: (name) => name,
  from: 'From',
  to: 'To',
  madeAt: 'Figures as of',
  open: 'The period was not over when the figures were taken; they will grow.',
  brigade: 'Beacon Tower 烽火台',
  headline: 'Main figures',
  known: (coverage, unknown) =>
    `Reports account for ${coverage} of the promised airtime. Of ${unknown} promised plays nothing has been reported yet: they are unknown, counted neither as played nor as missed.`,
  nothingPromised: 'Nothing was promised in this period.',
  measured: 'measured',
  estimated: 'estimated',
  coverageShort: 'coverage',
  range: (low, high) => `range ${low} – ${high}`,
  ofPromised: (promised) => `of ${promised} promised`,
  airtimeOf: (promised) => `of ${promised} h promised`,
  hours: 'h',
  tiles: {
    counted: 'Plays completed',
    airtime: 'Airtime (hours)',
    impressions: 'Impressions (contacts)',
    hearers: 'Hearers (contacts)',
  },
  chartDays: 'Plays promised and completed, by day',
  chartAreas: 'Plays completed, by area',
  chartHours: 'Plays completed, by hour of the week',
  heatNote: 'The darker, the more plays; hatched: nothing was promised in that hour.',
  promised: 'promised',
  counted: 'completed',
  others: (n) => `${n} others`,
  tableAreas: 'By area',
  tableDays: 'By day',
  total: 'Total',
  omitted: (n) => `${n} more rows are in the spreadsheet`,
  channelsTitle: 'Other channels (“1+1+N”)',
  neverAdded:
    'Each channel counts something else: shown beside impressions, never added to them, nor to each other.',
  noTallies: 'Nothing was entered for other channels in this period.',
  noChannels: 'The report is of one endpoint; other channels do not apply.',
  channels: {
    channel: 'Channel',
    count: 'Count',
    unit: 'Unit',
    entries: 'Entries',
    evidence: 'With evidence',
    sources: 'Sources',
    from: 'From',
    to: 'To',
    source: 'Source',
    note: 'Note',
  },
  formulaTitle: 'Formula',
  formulaVersion: 'Formula version',
  formula: (formula) => saidFormula('en', formula),
  assumption: 'Assumption',
  coverageTitle: 'Coverage',
  coverageMeaning:
    'The share of promised airtime of which a report (completed, cut or failed) has come, rounded down: 100% means that all is known.',
  signatures: ['Prepared by', 'Checked by', 'Approved by (signature)', 'Date'],
  seal: '(seal)',
  frozen: (sha256) => `The figures of this report are frozen. SHA-256: ${sha256}`,
  page: 'Page {page} of {pages}',
  weekday: 'Weekday',
  hour: 'Hour',
  weekdays: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
  item: 'Item',
  content: 'Content',
  noCjkFont: 'The server has no font with Chinese characters: names in Chinese may show as boxes.',
  sheets: {
    campaign: 'Campaigns',
    endpoint: 'Endpoints',
    area: 'Areas',
    day: 'Days',
    hour: 'Hours',
    channels: 'Other channels',
    tallies: 'Other channels, entries',
    formula: 'Formula and notes',
  },
  columns: {
    id: 'Id',
    name: 'Name',
    promised: 'Promised',
    counted: 'Completed',
    cut: 'Cut',
    failed: 'Failed',
    unknown: 'Unknown',
    coverage: 'Coverage',
    airtimePromised: 'Promised min',
    airtime: 'Airtime min',
    impressionsLow: 'Impressions low',
    impressionsBest: 'Impressions',
    impressionsHigh: 'Impressions high',
    hearersLow: 'Hearers low',
    hearersBest: 'Hearers',
    hearersHigh: 'Hearers high',
  },
};

/** The words of a language. */
export function wordsOf(lang: Lang): ReportWords {
  return lang === 'zh' ? ZH : EN;
}

/** How people cite an issued report: BT-2027-0012, with the year in China in which it was issued. */
export function reportNumber(number: number, issuedAt: string): string {
  const date = localDateOf(Date.parse(issuedAt), HOME_ZONE);
  return `BT-${date.slice(0, 4)}-${String(number).padStart(4, '0')}`;
}
