import { FORMULA } from '../../src/impressions/impressions.ts';
import { reachOf } from '../../src/impressions/reach.ts';
import type { Figures, ReportRow } from '../../src/impressions/report-figures.ts';
import { type ShortfallRow, shortfallTotals, uptimeTotals } from '../../src/impressions/shortfall.ts';
import type { WholeReport } from '../../src/impressions/whole-report.ts';
import { channelSums, type Tally } from '../../src/outreach/tally.ts';

const AREAS = [
  '交通街道',
  '建设街道',
  '林荫街道',
  '巴音门克街道',
  '诃额伦街道',
  '天骄街道',
  '哈巴格希街道',
  '康新街道',
  '新街镇',
  '红庆河镇',
  '伊金霍洛镇',
  '札萨克镇',
  '乌兰木伦镇',
  '纳林陶亥镇',
  '苏布尔嘎镇',
  '纳林希里镇',
  '<script>alert(1)</script>',
];

/** Figures that hang together, from one number. */
export function figuresFor(promised: number): Figures {
  const [failed, cut, unknown] = [promised % 7, promised % 11, Math.floor(promised / 40)];
  const counted = promised - failed - cut - unknown;
  const best = Math.round(counted * 1.7);
  return {
    playsPromised: promised,
    playsCounted: counted,
    playsCut: cut,
    playsFailed: failed,
    playsUnknown: unknown,
    airtimePromisedMs: promised * 15_000,
    airtimeMs: counted * 15_000,
    coverage: promised === 0 ? null : Math.floor(((promised - unknown) / promised) * 10_000) / 10_000,
    opportunities: best * 3,
    impressions: { low: Math.round(best / 2), best, high: best * 2 },
    hearers: { low: Math.round(counted / 5), best: Math.round(counted / 3), high: Math.round(counted / 2) },
  };
}

const SHORT: ShortfallRow = {
  bookingId: 1,
  booking: 'winter, 12 an hour',
  endpointId: 2,
  endpoint: 'DS-002 <b>plaza</b>',
  promised: 700,
  counted: 640,
  short: 60,
  causes: {
    ...{ overFull: 0, closed: 0, separation: 0 },
    ...{ cut: 3, failed: 7, noPlayer: 0, silent: 20, reportsMissing: 5 },
    ...{ override: 4, programmeChanged: 1, notPlayed: 20 },
  },
  takenOver: 10,
  owed: 25,
};

const tally = (id: number, over: Partial<Tally>): Tally => ({
  id,
  campaignId: 1,
  channel: 'sms',
  count: 120_000,
  fromDate: '2027-02-05',
  toDate: '2027-02-05',
  areaId: null,
  areaName: null,
  source: '中国移动发送回执',
  note: '',
  evidenceSha256: 'a'.repeat(64),
  replacesId: null,
  replacedById: null,
  reason: null,
  enteredBy: 'p1',
  enteredAt: '2027-03-01T00:00:00.000Z',
  ...over,
});

/** A report of a month with every part in it, the same at each call. */
export function aWholeReport(over: Partial<WholeReport> = {}): WholeReport {
  const row = (key: string, label: string, promised: number): ReportRow => ({
    key,
    label,
    ...figuresFor(promised),
  });
  const days = Array.from({ length: 28 }, (_, at) => {
    const key = `2027-02-${String(at + 1).padStart(2, '0')}`;
    return row(key, key, 9_000 + ((at * 37) % 11) * 350 + (at > 3 && at < 12 ? 6_000 : 0));
  });
  const tallies = [
    tally(1, {}),
    tally(2, { channel: 'wechatGroup', count: 342, source: '社区网格员', evidenceSha256: null }),
    tally(3, {
      channel: 'householdVisit',
      count: 8_760,
      source: '各街道微型消防站',
      areaId: 1,
      areaName: '交通街道',
    }),
    tally(4, {
      channel: 'inspection',
      count: 415,
      source: '大队监督系统',
      note: '=HYPERLINK("http://evil","x")',
    }),
  ];
  return {
    form: 'beacon-report/1',
    productVersion: '0.1.0',
    title: '2027 年春节冬防消防安全宣传',
    campaign: { id: 1, name: '2027 年春节冬防消防安全宣传' },
    endpointId: null,
    areaId: null,
    from: '2027-02-01',
    to: '2027-02-28',
    generatedAt: '2027-03-01T02:30:00.000Z',
    periodWasOpen: false,
    totals: figuresFor(days.reduce((sum, day) => sum + day.playsPromised, 0)),
    days,
    areas: AREAS.map((name, at) => row(String(at + 1), name, 42_000 - at * 2_300)),
    endpoints: [row('1', '=1+1', 700), row('2', 'DS-002 人民广场大屏', 900)],
    endpointsOmitted: 0,
    owners: [row('示例城市传媒公司', '示例城市传媒公司', 5_000)],
    assets: [row('1', '=电动自行车充电', 9_000)],
    reach: reachOf([{ pool: 60_000, impressions: { low: 90_000, best: 180_000, high: 300_000 } }], 230_000),
    uptime: uptimeTotals([{ hoursPromised: 400, hoursUp: 388, hoursUnknown: 5 }]),
    shortfalls: { totals: shortfallTotals([SHORT]), rows: [SHORT], omitted: 0 },
    hoursOfWeek: Array.from({ length: 168 }, (_, at) => {
      const hour = at % 24;
      const promised = hour < 7 || hour > 21 ? 0 : 1_500 + ((at * 13) % 7) * 90 + (hour > 16 ? 900 : 0);
      return { weekday: Math.floor(at / 24) + 1, hour, promised, counted: Math.floor(promised * 0.97) };
    }),
    otherChannels: { sums: channelSums(tallies), tallies, omitted: 0 },
    formula: { ...FORMULA, assumptions: [...FORMULA.assumptions] },
    ...over,
  };
}
