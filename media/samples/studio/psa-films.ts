import { curve } from './backdrop.ts';
import type { Film } from './film.ts';
import { card, drawing, footerLayer, line, sans } from './layers.ts';
import {
  apartmentBlock,
  beaconTower,
  cross,
  eBike,
  exitSign,
  palette,
  place,
  prohibition,
  stoopedPerson,
  tick,
} from './pictures.ts';

const { gold, paper } = palette;
const none = (): number => 0;

/** Public-service film: electric bikes stay out of stairwells and lifts. */
export const eBikeFilm: Film = {
  title: { zh: '电动自行车不进楼', en: 'Keep e-bikes out of the building' },
  width: 1920,
  height: 1080,
  scale: 1,
  seconds: 15,
  crf: 24,
  backdrop: {
    top: [52, 10, 18],
    bottom: [150, 26, 30],
    fire: curve([0, 0.1], [15, 0.1]),
    smoke: none,
    embers: 46,
  },
  layers: [
    drawing(apartmentBlock, [1200, 150, 640, 760], { from: 0, to: 4.6, enter: 'from-right' }),
    drawing(place(eBike, 0, 0, 0.85), [850, 548, 544, 374], { from: 0.4, to: 4.6, enter: 'from-left' }),
    drawing(place(prohibition, 0, 0, 0.75), [1370, 620, 300, 300], { from: 1.3, to: 4.6, enter: 'settle' }),
    line('电动车', 120, 400, { size: 220, fill: paper }, { from: 0.3, to: 4.6, enter: 'from-left' }),
    line('不进楼', 120, 660, { size: 220, fill: gold }, { from: 0.7, to: 4.6, enter: 'from-left' }),
    line('停在楼外 充在桩上', 126, 800, { size: 80 }, { from: 1.5, to: 4.6, enter: 'rise' }),

    line(
      '这三件事 千万别做',
      960,
      220,
      { size: 120, fill: gold, align: 'middle' },
      { from: 4.7, to: 10.4, enter: 'rise' },
    ),
    card(cross, '在楼道、门厅停放', [330, 310, 1260, 180], 96, { from: 5.1, to: 10.4, enter: 'from-left' }),
    card(cross, '推车、带电池进电梯', [330, 520, 1260, 180], 96, {
      from: 6.5,
      to: 10.4,
      enter: 'from-left',
    }),
    card(cross, '飞线充电、入户充电', [330, 730, 1260, 180], 96, { from: 8, to: 10.4, enter: 'from-left' }),

    drawing(place(tick, 0, 0, 2), [860, 120, 200, 200], { from: 10.5, to: 16, enter: 'settle' }),
    line('到集中充电点充电', 960, 520, { size: 170, align: 'middle' }, { from: 10.7, to: 16, enter: 'rise' }),
    line(
      '一时图方便 全楼担风险',
      960,
      710,
      { size: 104, fill: gold, align: 'middle' },
      { from: 11.4, to: 16, enter: 'rise' },
    ),
    line('请把车停在楼外', 960, 870, { size: 80, align: 'middle' }, { from: 12.1, to: 16, enter: 'rise' }),
    footerLayer(1920, 1080, 15),
  ],
  mood: { kind: 'calm' },
  spoken: [
    { at: 0.6, say: '电动自行车，不进楼，不进电梯。' },
    { at: 5.1, say: '不占楼道，不飞线，不入户充电。' },
    { at: 10.6, say: '请到集中充电点充电。' },
  ],
};

/** Public-service film in portrait, for lifts: how to get out of a fire. */
export const escapeFilm: Film = {
  title: { zh: '火灾逃生四步', en: 'Four steps out of a fire' },
  width: 1080,
  height: 1920,
  scale: 2 / 3,
  seconds: 16,
  crf: 24,
  backdrop: {
    top: [26, 20, 26],
    bottom: [96, 16, 24],
    fire: curve([0, 0.34], [4, 0.3], [5.5, 0.1]),
    smoke: curve([0, 0.85], [16, 0.62]),
    embers: 30,
  },
  layers: [
    line(
      '火灾逃生',
      540,
      560,
      { size: 216, fill: gold, align: 'middle' },
      { from: 0.2, to: 4, enter: 'settle' },
    ),
    line('记住这四步', 540, 730, { size: 118, align: 'middle' }, { from: 0.8, to: 4, enter: 'rise' }),
    drawing(place(stoopedPerson, 0, 0, 1.4), [130, 900, 868, 672], {
      from: 1,
      to: 4,
      enter: 'from-left',
      bob: 6,
    }),

    drawing(exitSign(sans), [160, 450, 760, 300], { from: 9.8, to: 11.8, enter: 'settle' }),
    drawing(place(stoopedPerson, 0, 0, 1.2), [180, 330, 744, 576], {
      from: 4.1,
      to: 9.8,
      enter: 'from-left',
      bob: 7,
    }),
    line(
      '低姿快走 莫慌乱',
      540,
      260,
      { size: 104, fill: gold, align: 'middle' },
      { from: 4.2, to: 11.8, enter: 'rise' },
    ),
    card(tick, '湿毛巾 捂住口鼻', [80, 960, 920, 170], 88, { from: 4.6, to: 11.8, enter: 'from-right' }),
    card(tick, '弯低身体 沿墙走', [80, 1155, 920, 170], 88, { from: 6.4, to: 11.8, enter: 'from-right' }),
    card(tick, '走楼梯 不乘电梯', [80, 1350, 920, 170], 88, { from: 8.2, to: 11.8, enter: 'from-right' }),
    card(tick, '看标志 找出口', [80, 1545, 920, 170], 88, { from: 10, to: 11.8, enter: 'from-right' }),

    drawing(place(beaconTower, 0, 0, 2.3), [402, 270, 276, 391], { from: 11.9, to: 17, enter: 'settle' }),
    line('浓烟封门', 540, 880, { size: 176, align: 'middle' }, { from: 12.2, to: 17, enter: 'rise' }),
    line(
      '退守待援',
      540,
      1110,
      { size: 176, fill: gold, align: 'middle' },
      { from: 12.6, to: 17, enter: 'rise' },
    ),
    line(
      '关门堵缝 · 到窗口呼救',
      540,
      1300,
      { size: 82, align: 'middle' },
      { from: 13.2, to: 17, enter: 'rise' },
    ),
    line(
      '拨打 119',
      540,
      1540,
      { size: 160, fill: gold, align: 'middle' },
      { from: 13.8, to: 17, enter: 'rise' },
    ),
    footerLayer(1080, 1920, 16),
  ],
  mood: { kind: 'tense', turnsAt: 4 },
  spoken: [
    { at: 0.6, say: '火灾逃生，记住四步。' },
    { at: 4.3, say: '湿毛巾捂口鼻，弯腰低姿走，不乘电梯，沿标志找出口。' },
    { at: 12.1, say: '浓烟封门，退守待援。' },
  ],
};
