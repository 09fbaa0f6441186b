import type { PlaysReport } from '../impressions/report-figures.ts';
import { reportCsv } from '../impressions/report-text.ts';
import type { RollCall, RollCallEntry } from './roll-call.ts';

/** A message without its channel. */
export interface Message {
  readonly title: string;
  readonly lines: readonly string[];
  /** The same for programs. */
  readonly data: Readonly<Record<string, unknown>>;
  /** A table, for mail. */
  readonly attachment: { readonly name: string; readonly text: string } | null;
}

type Lang = 'zh' | 'en';

const grouped = (value: number) => new Intl.NumberFormat('en-US').format(value);

/** The plays of a day or a week in a few lines, with the table of all endpoints beside. */
export function reportMessage(report: PlaysReport, lang: Lang): Message {
  const { totals: t, from, to, campaign } = report;
  const isDay = from === to;
  const kind =
    lang === 'zh' ? { daily: '播放日报', weekly: '播放周报' } : { daily: 'Plays of', weekly: 'Plays of' };
  const period = isDay ? from : lang === 'zh' ? `${from} 至 ${to}` : `${from} to ${to}`;
  const coverage = t.coverage === null ? '—' : `${(Math.floor(t.coverage * 1_000) / 10).toFixed(1)}%`;
  const hours = (t.airtimeMs / 3_600_000).toFixed(1);
  const name = campaign?.name ?? (lang === 'zh' ? '全部宣传活动' : 'All campaigns');
  const worst = report.rows
    .filter((row) => row.playsPromised > row.playsCounted)
    .toSorted((a, b) => b.playsPromised - b.playsCounted - (a.playsPromised - a.playsCounted))
    .slice(0, 5);
  const { low, best, high } = t.impressions;
  const lines =
    lang === 'zh'
      ? [
          `实测：应播 ${grouped(t.playsPromised)} 次，完成 ${grouped(t.playsCounted)} 次，中断 ${grouped(t.playsCut)} 次，失败 ${grouped(t.playsFailed)} 次，播出 ${hours} 小时`,
          `未知：${grouped(t.playsUnknown)} 次尚无上报（覆盖率 ${coverage}）`,
          `估算：触达 ${grouped(best)} 人次（${grouped(low)}–${grouped(high)}），广播收听 ${grouped(t.hearers.best)} 人次；公式版本 ${report.formula.version}，受众模型第 ${report.formula.audience?.version ?? 0} 版`,
          ...worst.map((row) => `欠播：${row.label}，${grouped(row.playsPromised - row.playsCounted)} 次`),
        ]
      : [
          `Measured: ${grouped(t.playsPromised)} plays promised, ${grouped(t.playsCounted)} completed, ${grouped(t.playsCut)} cut, ${grouped(t.playsFailed)} failed, ${hours} h of airtime`,
          `Unknown: nothing reported yet of ${grouped(t.playsUnknown)} plays (coverage ${coverage})`,
          `Estimated: ${grouped(best)} impressions (${grouped(low)}–${grouped(high)}), ${grouped(t.hearers.best)} hearers; formula version ${report.formula.version}, audience model version ${report.formula.audience?.version ?? 0}`,
          ...worst.map(
            (row) => `Short: ${row.label}, ${grouped(row.playsPromised - row.playsCounted)} plays`,
          ),
        ];
  return {
    title: `${isDay ? kind.daily : kind.weekly} ${period} · ${name}`,
    lines,
    data: {
      kind: isDay ? 'daily' : 'weekly',
      from,
      to,
      generatedAt: report.generatedAt,
      campaign,
      totals: t,
      formulaVersion: report.formula.version,
      audience: report.formula.audience ?? null,
    },
    attachment: { name: `plays-${from}-${to}.csv`, text: reportCsv(report) },
  };
}

const MOST_NAMED = 40;

/** Who answers the roll call and who does not, and who is told so. */
export function rollCallMessage(
  call: RollCall,
  told: readonly string[],
  frame: { readonly lang: Lang; readonly at: string },
): Message {
  const { lang, at } = frame;
  const of = (state: RollCallEntry['state']) => call.entries.filter((entry) => entry.state === state);
  const [silent, behind] = [of('silent'), of('behind')];
  const { up, closed } = call.counts;
  const zh = lang === 'zh';
  const named = (title: string, entries: readonly RollCallEntry[]): string[] => {
    if (entries.length === 0) return [];
    const rest = entries.length - MOST_NAMED;
    return [
      `${title}${zh ? '：' : ':'}`,
      ...entries
        .slice(0, MOST_NAMED)
        .map(
          ({ code, name, area, reason }) =>
            `· ${code} ${name}（${area}）${reason ? REASONS[reason][lang] : ''}`,
        ),
      ...(rest > 0 ? [zh ? `……另有 ${rest} 个` : `… and ${rest} more`] : []),
    ];
  };
  return {
    title: zh
      ? `终端点名 ${at}：在线 ${up}，滞后 ${behind.length}，失联 ${silent.length}`
      : `Roll call ${at}: ${up} up, ${behind.length} behind, ${silent.length} silent`,
    lines: [
      zh
        ? `共 ${call.entries.length} 个终端：在线 ${up}，滞后 ${behind.length}，失联 ${silent.length}，非开放时段 ${closed}`
        : `${call.entries.length} endpoints: ${up} up, ${behind.length} behind, ${silent.length} silent, ${closed} outside their hours`,
      ...named(zh ? '失联' : 'Silent', silent),
      ...named(zh ? '滞后' : 'Behind', behind),
      `${zh ? '已通知' : 'Told'}${zh ? '：' : ': '}${told.join(zh ? '、' : ', ') || '—'}`,
    ],
    data: {
      kind: 'rollCall',
      at: call.at,
      counts: call.counts,
      silent: silent.map(forPrograms),
      behind: behind.map(forPrograms),
      told,
    },
    attachment: null,
  };
}

function forPrograms({ endpointId, code, name, area, reason, lastSeenAt }: RollCallEntry) {
  return { endpointId, code, name, area, reason, lastSeenAt };
}

const REASONS: Readonly<Record<NonNullable<RollCallEntry['reason']>, Readonly<Record<Lang, string>>>> = {
  noPlayer: { zh: '未配对播放器', en: ' no player' },
  notSeen: { zh: '播放器未联系', en: ' its player has not called' },
  reportsMissing: { zh: '上报有缺号', en: ' play reports are missing' },
  noPlays: { zh: '近两小时无播放上报', en: ' no plays reported for two hours' },
};
