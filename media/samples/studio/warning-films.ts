import { curve } from './backdrop.ts';
import type { Film } from './film.ts';
import { card, drawing, footerLayer, type Layer, line, sans } from './layers.ts';
import {
  apartmentBlock,
  blockedCorridor,
  cross,
  exitSign,
  flame,
  gasFlames,
  lid,
  palette,
  pan,
  panFire,
  place,
  tick,
} from './pictures.ts';

const { gold, paper, red, ash } = palette;

const caseLabel = (seconds: number): Layer =>
  drawing(
    `<rect width="600" height="76" rx="14" fill="${red}"/><text x="300" y="54" text-anchor="middle" font-family="${sans}" font-weight="700" font-size="46" fill="${paper}" letter-spacing="4">火灾案例警示 · 虚构</text>`,
    [90, 70, 600, 76],
    { from: -1, to: seconds + 1 },
  );

const moment = (clock: string, text: string, y: number, x: number, from: number, to: number): Layer[] => [
  drawing(
    `<rect width="230" height="104" rx="20" fill="${gold}"/><text x="115" y="76" text-anchor="middle" font-family="${sans}" font-weight="700" font-size="72" fill="#2a0a0e">${clock}</text>`,
    [x, y, 230, 104],
    { from, to, enter: 'from-left' },
  ),
  line(text, x + 270, y + 84, { size: 88 }, { from: from + 0.2, to, enter: 'rise' }),
];

/** Warning clip: a pan left on the fire. The case is invented. */
export const kitchenFilm: Film = {
  title: { zh: '警示：厨房用火不离人', en: 'Warning: never leave a stove unattended' },
  width: 1920,
  height: 1080,
  scale: 2 / 3,
  seconds: 16,
  crf: 24,
  backdrop: {
    top: [22, 10, 14],
    bottom: [70, 16, 18],
    fire: curve([0, 0.02], [3.5, 0.06], [7, 0.62], [9.3, 0.75], [10.2, 0.04]),
    smoke: curve([5, 0], [8, 0.5], [10.4, 0.1]),
    embers: 60,
  },
  layers: [
    caseLabel(16),
    drawing(gasFlames + pan, [1080, 560, 760, 392], { from: 0, to: 9.6, enter: 'from-right' }),
    drawing(panFire, [1166, 300, 476, 392], { from: 6.2, to: 9.6, enter: 'rise', bob: 9, grow: 0.18 }),
    line('一通电话', 90, 400, { size: 190 }, { from: 0.3, to: 4, enter: 'from-left' }),
    line('一口油锅', 90, 640, { size: 190, fill: gold }, { from: 0.9, to: 4, enter: 'from-left' }),
    line('人离开，火没关', 96, 800, { size: 84 }, { from: 1.7, to: 4, enter: 'rise' }),
    ...moment('18:02', '开火热油', 260, 90, 4.1, 9.6),
    ...moment('18:05', '离开接电话', 450, 90, 5.1, 9.6),
    ...moment('18:11', '油锅起火！', 640, 90, 6.2, 9.6),

    line(
      '油锅起火 这样做',
      960,
      288,
      { size: 124, fill: gold, align: 'middle' },
      { from: 9.8, to: 17, enter: 'rise' },
    ),
    drawing(`${place(pan, 0, 70)}${place(lid, 28, 70)}`, [1150, 380, 704, 440], {
      from: 10,
      to: 17,
      enter: 'settle',
    }),
    card(tick, '关火、断气', [90, 350, 1000, 138], 82, { from: 10.3, to: 17, enter: 'from-left' }),
    card(tick, '盖紧锅盖', [90, 505, 1000, 138], 82, { from: 11.2, to: 17, enter: 'from-left' }),
    card(cross, '千万不能浇水', [90, 660, 1000, 138], 82, { from: 12.1, to: 17, enter: 'from-left' }),
    line(
      '用火不离人 人走火先灭',
      960,
      920,
      { size: 92, fill: gold, align: 'middle' },
      { from: 13, to: 17, enter: 'rise' },
    ),
    footerLayer(1920, 1080, 16),
  ],
  mood: { kind: 'tense', turnsAt: 9.8 },
  spoken: [
    { at: 0.6, say: '厨房用火，人不能离开。' },
    { at: 4.4, say: '油锅没人照看，几分钟就会起火。' },
    { at: 9.9, say: '先关火，盖锅盖，千万不能浇水。' },
  ],
};

/** Warning clip: a blocked stairwell. The case is invented. */
export const stairwellFilm: Film = {
  title: { zh: '警示：疏散通道不堵塞', en: 'Warning: keep escape routes clear' },
  width: 1920,
  height: 1080,
  scale: 2 / 3,
  seconds: 16,
  crf: 24,
  backdrop: {
    top: [20, 14, 18],
    bottom: [66, 14, 20],
    fire: curve([0, 0.02], [4, 0.08], [8, 0.5], [9.8, 0.55], [10.6, 0.05]),
    smoke: curve([3, 0.1], [7, 0.8], [9.8, 1], [11, 0.16]),
    embers: 44,
  },
  layers: [
    caseLabel(16),
    drawing(
      `<clipPath id="round"><rect width="860" height="640" rx="28"/></clipPath><g clip-path="url(#round)">${blockedCorridor}</g><rect x="3" y="3" width="854" height="634" rx="26" fill="none" stroke="${gold}" stroke-width="6"/>`,
      [970, 230, 860, 640],
      { from: 0, to: 4.4, enter: 'from-right' },
    ),
    line('堵住的', 90, 420, { size: 200 }, { from: 0.3, to: 4.4, enter: 'from-left' }),
    line('是生命通道', 90, 660, { size: 160, fill: gold }, { from: 0.9, to: 4.4, enter: 'from-left' }),
    line('纸箱、旧家具堆满楼道', 96, 800, { size: 76, fill: paper }, { from: 1.7, to: 4.4, enter: 'rise' }),
    drawing(apartmentBlock, [1130, 140, 640, 760], { from: 4.5, to: 10, enter: 'from-right' }),
    drawing(
      `${place(flame, 0, 40, 1.3)}${place(flame, 150, 60, 1.2)}${place(flame, 62, 0, 1.6)}`,
      [1310, 660, 280, 240],
      {
        from: 5.2,
        to: 10,
        enter: 'rise',
        bob: 8,
        grow: 0.25,
      },
    ),
    ...moment('0 分', '烟头引燃杂物', 290, 90, 4.5, 10),
    ...moment('1 分', '浓烟涌上楼梯', 480, 90, 5.8, 10),
    ...moment('3 分', '整栋楼被困', 670, 90, 7.1, 10),

    drawing(exitSign(sans), [580, 186, 760, 300], { from: 10.2, to: 17, enter: 'settle' }),
    line(
      '不占用 · 不堵塞 · 不封闭',
      960,
      660,
      { size: 136, align: 'middle' },
      { from: 10.6, to: 17, enter: 'rise' },
    ),
    line(
      '疏散通道 就是生命通道',
      960,
      810,
      { size: 104, fill: gold, align: 'middle' },
      { from: 11.5, to: 17, enter: 'rise' },
    ),
    line(
      '今天就清理楼道',
      960,
      930,
      { size: 76, fill: ash, align: 'middle' },
      { from: 12.5, to: 17, enter: 'rise' },
    ),
    footerLayer(1920, 1080, 16),
  ],
  mood: { kind: 'tense', turnsAt: 10.2 },
  spoken: [
    { at: 0.6, say: '楼道堆满杂物，堵住生命通道。' },
    { at: 5, say: '一个烟头，几分钟浓烟封楼。' },
    { at: 10.5, say: '疏散通道，不占用，不 du3 se4 ，不封闭。' },
  ],
};
