import { seededNumbers } from './backdrop.ts';

type Kind = 'screen' | 'tv' | 'loudspeaker';

/** An area with the centre and reach of its endpoints (WGS-84 degrees) and how many of each kind it has. */
interface Area {
  readonly name: string;
  readonly longitude: number;
  readonly latitude: number;
  readonly reach: number;
  readonly town?: true;
  readonly counts: Readonly<Record<Kind, number>>;
}

const street = (
  name: string,
  longitude: number,
  latitude: number,
  screen: number,
  tv: number,
  loudspeaker = 0,
): Area => ({
  name,
  longitude,
  latitude,
  reach: 0.009,
  counts: { screen, tv, loudspeaker },
});
const town = (
  name: string,
  longitude: number,
  latitude: number,
  screen: number,
  tv: number,
  loudspeaker: number,
): Area => ({
  name,
  longitude,
  latitude,
  reach: 0.03,
  town: true,
  counts: { screen, tv, loudspeaker },
});

const areas: readonly Area[] = [
  street('交通街道', 109.983, 39.822, 3, 7),
  street('公园街道', 110.004, 39.831, 3, 6),
  street('林荫街道', 109.996, 39.808, 3, 6),
  street('建设街道', 110.018, 39.82, 3, 6),
  street('富兴街道', 109.958, 39.812, 2, 6),
  street('天骄街道', 109.968, 39.838, 3, 6),
  street('诃额伦街道', 109.934, 39.826, 2, 6, 1),
  street('巴音门克街道', 109.946, 39.796, 2, 5, 1),
  street('幸福街道', 109.978, 39.79, 2, 5, 1),
  street('纺织街道', 110.034, 39.806, 2, 5),
  street('兴胜街道', 110.05, 39.83, 1, 4, 1),
  street('民族街道', 110.028, 39.846, 1, 5, 1),
  town('泊尔江海子镇', 109.84, 39.74, 1, 1, 12),
  town('罕台镇', 109.866, 39.842, 1, 1, 10),
  town('铜川镇', 110.142, 39.868, 1, 1, 11),
];

interface Setting {
  readonly place: string;
  readonly placeClass: string;
  readonly owner: string;
  readonly size: readonly [number, number] | undefined;
  readonly hours: string;
  readonly quiet: string;
  readonly audience: readonly [number, number];
  readonly dwell: readonly [number, number];
  readonly tags: string;
}

const setting = (
  place: string,
  placeClass: string,
  owner: string,
  size: readonly [number, number] | undefined,
  hours: string,
  audience: readonly [number, number],
  dwell: readonly [number, number],
  tags: string,
  quiet = '',
): Setting => ({ place, placeClass, owner, size, hours, quiet, audience, dwell, tags });

const settings: Readonly<
  Record<'screen' | 'tv' | 'loudspeaker' | 'villageScreen' | 'villageTv' | 'townSpeaker', readonly Setting[]>
> = {
  screen: [
    setting(
      '文化广场大屏',
      'plaza',
      '示例城市传媒公司',
      [1536, 768],
      'Mo-Su 07:00-22:00',
      [900, 2400],
      [40, 120],
      'outdoor,led',
    ),
    setting(
      '主干道立柱屏',
      'arterial-road',
      '示例交通广告公司',
      [960, 384],
      'Mo-Su 06:30-22:30',
      [1200, 3200],
      [6, 15],
      'outdoor,led,drivers',
    ),
    setting(
      '商场外墙屏',
      'mall',
      '示例商业管理公司',
      [1920, 1152],
      'Mo-Fr 09:00-22:00;Sa-Su 09:00-22:30',
      [800, 2600],
      [20, 60],
      'outdoor,led',
    ),
    setting(
      '农贸市场门楣屏',
      'market',
      '示例市场服务中心',
      [1152, 288],
      'Mo-Su 06:00-20:00',
      [400, 1100],
      [15, 45],
      'outdoor,led,market',
    ),
    setting(
      '公交枢纽竖屏',
      'transit',
      '示例公共交通公司',
      [640, 1280],
      'Mo-Su 06:00-22:00',
      [500, 1500],
      [60, 240],
      'outdoor,led,transit',
    ),
  ],
  tv: [
    setting(
      '小区电梯',
      'lift',
      '示例物业服务一公司',
      [1080, 1920],
      'Mo-Su 06:00-23:00',
      [18, 70],
      [20, 45],
      'indoor,residential,lift',
    ),
    setting(
      '政务大厅',
      'lobby',
      '示例政务服务中心',
      [1920, 1080],
      'Mo-Fr 08:30-17:30',
      [60, 220],
      [300, 1200],
      'indoor,public-service',
    ),
    setting(
      '写字楼电梯',
      'lift',
      '示例楼宇传媒公司',
      [1080, 1920],
      'Mo-Fr 06:30-22:30;Sa-Su 08:00-22:00',
      [40, 150],
      [20, 50],
      'indoor,office,lift',
    ),
    setting(
      '社区服务站',
      'lobby',
      '示例社区居委会',
      [1920, 1080],
      'Mo-Su 08:30-18:00',
      [15, 60],
      [240, 900],
      'indoor,community',
    ),
    setting(
      '医院门诊',
      'hospital',
      '示例人民医院',
      [1920, 1080],
      'Mo-Su 07:30-18:00',
      [150, 420],
      [600, 1800],
      'indoor,health',
    ),
    setting(
      '宾馆前厅',
      'lobby',
      '示例酒店管理公司',
      [3840, 2160],
      'Mo-Su 00:00-24:00',
      [20, 80],
      [120, 480],
      'indoor,hotel',
    ),
    setting(
      '超市收银区',
      'market',
      '示例连锁超市',
      [1366, 768],
      'Mo-Su 08:00-21:30',
      [90, 300],
      [90, 300],
      'indoor,retail',
    ),
  ],
  loudspeaker: [
    setting(
      '老旧小区广播',
      'residential',
      '示例社区居委会',
      undefined,
      'Mo-Su 07:00-20:00',
      [60, 180],
      [30, 120],
      'sound,residential',
      '12:00-14:30;20:00-07:00',
    ),
  ],
  villageScreen: [
    setting(
      '镇政府广场屏',
      'plaza',
      '示例镇人民政府',
      [1280, 640],
      'Mo-Su 07:00-21:00',
      [150, 420],
      [40, 150],
      'outdoor,led,rural',
    ),
  ],
  villageTv: [
    setting(
      '便民服务大厅',
      'lobby',
      '示例镇人民政府',
      [1920, 1080],
      'Mo-Fr 08:30-17:30',
      [20, 70],
      [300, 900],
      'indoor,public-service,rural',
    ),
  ],
  townSpeaker: [
    setting(
      '村委会广播',
      'village',
      '示例村民委员会',
      undefined,
      'Mo-Su 06:30-20:30',
      [40, 160],
      [60, 300],
      'sound,rural',
      '12:30-14:00;20:30-06:30',
    ),
    setting(
      '自然村广播',
      'village',
      '示例村民委员会',
      undefined,
      'Mo-Su 06:30-21:00',
      [20, 90],
      [60, 300],
      'sound,rural',
      '22:00-06:00',
    ),
    setting(
      '林区防火广播',
      'woodland',
      '示例林业工作站',
      undefined,
      'Mo-Su 07:00-19:00',
      [5, 25],
      [120, 600],
      'sound,rural,wildfire',
      '22:00-06:00',
    ),
    setting(
      '集市广播',
      'market',
      '示例镇综合服务中心',
      undefined,
      'Mo-Su 08:00-18:00',
      [80, 260],
      [120, 600],
      'sound,rural,market',
      '22:00-06:00',
    ),
  ],
};

const columns =
  'id,name,kind,area,owner,longitude,latitude,width_px,height_px,orientation,time_zone,opening_hours,quiet_hours,place_class,audience_per_hour,dwell_seconds,tags,note';

const quoted = (field: string | number): string =>
  /[",\r\n]/.test(String(field)) ? `"${String(field).replaceAll('"', '""')}"` : String(field);

const settingsOf = (area: Area, kind: Kind): readonly Setting[] => {
  if (area.town === undefined) return settings[kind];
  return kind === 'screen'
    ? settings.villageScreen
    : kind === 'tv'
      ? settings.villageTv
      : settings.townSpeaker;
};

/** The sample fleet as CSV text: a header and 138 invented endpoints over 15 areas; the same on every call. */
export const fleetCsv = (): string => {
  const next = seededNumbers(20260217);
  const between = ([low, high]: readonly [number, number]): number => Math.round(low + (high - low) * next());
  const rows: string[] = [columns];
  const turn = new Map<readonly Setting[], number>();
  for (const area of areas) {
    const numbered = new Map<string, number>();
    for (const kind of ['screen', 'tv', 'loudspeaker'] as const) {
      const choices = settingsOf(area, kind);
      for (let index = 0; index < area.counts[kind]; index += 1) {
        const place = turn.get(choices) ?? 0;
        turn.set(choices, place + 1);
        const chosen = choices[place % choices.length];
        if (chosen === undefined) continue;
        const number = (numbered.get(chosen.place) ?? 0) + 1;
        numbered.set(chosen.place, number);
        const angle = 2 * Math.PI * next();
        const distance = area.reach * Math.sqrt(next());
        const [width, height] = chosen.size ?? ['', ''];
        const orientation =
          chosen.size === undefined ? '' : chosen.size[0] >= chosen.size[1] ? 'landscape' : 'portrait';
        rows.push(
          [
            `DS-${String(rows.length).padStart(3, '0')}`,
            `${area.name}${chosen.place}${number}号`,
            kind,
            area.name,
            chosen.owner,
            (area.longitude + Math.cos(angle) * distance * 1.3).toFixed(5),
            (area.latitude + Math.sin(angle) * distance).toFixed(5),
            width,
            height,
            orientation,
            'Asia/Shanghai',
            chosen.hours,
            chosen.quiet,
            chosen.placeClass,
            between(chosen.audience),
            between(chosen.dwell),
            chosen.tags,
            '示例数据 sample data',
          ]
            .map(quoted)
            .join(','),
        );
      }
    }
  }

  return `${rows.join('\n')}\n`;
};
