import { NOTICE } from '../audience/notice.ts';
import type { PlaysReport } from './report-figures.ts';

/** The languages of printed reports. */
export type Lang = 'zh' | 'en';

/** The formula as a report holds it. */
export type Formula = PlaysReport['formula'];

/** A formula in words: its line, what each sign means, and what is assumed. */
interface SaidFormula {
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

/** What the versions of the formula say, in Chinese; another version is printed as it was frozen. */
const FORMULAS_ZH: ReadonlyMap<string, SaidFormula> = new Map([
  [
    '1',
    {
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
    },
  ],
  [
    '2',
    {
      text: '触达人次 = Σ 每次播放 λ(h) ×（d + s）÷ 3600 × 注意率',
      inputs: [
        [
          'λ(h)',
          '播放开始所在的当地一周小时 h 内经过终端的人数（168 个数：实地计数，或按场所类别推定；均无时取终端平均值）',
        ],
        ['d', '每人平均停留时间（秒）'],
        ['s', '播放器上报的该次播放实际播出时长（秒）'],
        ['注意率', NOTICE_ZH],
      ],
      assumptions: [
        '播放次数为实测，触达人次为估算；触达人次按次计算，同一人在每次播放中各计一次。',
        '假定一小时内人流均匀到达：人流为 λ、停留为 d 时，s 秒内曾在场者为 λ ×（d + s）÷ 3600 人。',
        '被中断的播放只计播出期间新到的人（d 计为 0）；失败的播放不计。',
        '所列注意率按终端类型设定；受众模型可为单个终端另行规定。均未经本产品调查校准。',
        '整个期间采用此处所列版本的受众模型。',
        '农村广播单列为收听人次，不并入触达人次。',
      ],
    },
  ],
]);

/** The formula in words of the language, from what was frozen with the report. */
export function saidFormula(lang: Lang, formula: Formula): SaidFormula {
  const known = FORMULAS_ZH.get(formula.version);
  const audience = saidAudience(lang, formula);
  if (lang === 'zh' && known) return { ...known, inputs: [...known.inputs, ...audience] };
  const inputs = Object.entries(formula.inputs).map(([name, input]): [string, string] => {
    if (typeof input === 'string') return [name, input];
    return [name, known ? NOTICE_EN : JSON.stringify(input)];
  });
  return { text: formula.text, inputs: [...inputs, ...audience], assumptions: formula.assumptions };
}

/** Which audience model went in; nothing where a report does not say. */
function saidAudience(lang: Lang, { audience }: Formula): [string, string][] {
  if (!audience) return [];
  const { version, population, endpoints: on } = audience;
  return lang === 'zh'
    ? [
        [
          '受众模型',
          `第 ${version} 版：实地计数终端 ${on.counted} 个，按场所类别推定 ${on.placeClass} 个，取终端平均值 ${on.endpoint} 个；` +
            `辖区人口${population === null ? '未填' : ` ${population}`}`,
        ],
      ]
    : [
        [
          'audience model',
          `version ${version}: ${on.counted} endpoints counted, ${on.placeClass} assumed of their class of place, ` +
            `${on.endpoint} by their own average; population of the district ${population ?? 'not known'}`,
        ],
      ];
}
