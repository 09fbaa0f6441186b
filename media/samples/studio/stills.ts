import { footer, sans, serif } from './layers.ts';
import { beaconTower, firework, flame, lantern, palette, place } from './pictures.ts';

const { red, deepRed, gold, amber, paper } = palette;

const ground = (top: string, bottom: string): string => `
  <defs><linearGradient id="ground" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient>
  <radialGradient id="glow"><stop offset="0" stop-color="${amber}" stop-opacity=".55"/><stop offset="1" stop-color="${amber}" stop-opacity="0"/></radialGradient></defs>
  <rect width="1920" height="1080" fill="url(#ground)"/>`;

const rule = (number: number, heading: string, detail: string, y: number): string => `
  <circle cx="460" cy="${y - 20}" r="46" fill="${gold}"/><text x="460" y="${y + 2}" text-anchor="middle" font-family="${sans}" font-weight="700" font-size="60" fill="${deepRed}">${number}</text>
  <text x="540" y="${y + 4}" font-family="${sans}" font-weight="700" font-size="68" fill="${paper}">${heading}</text>
  <text x="840" y="${y + 2}" font-family="${sans}" font-size="54" fill="#ffe2b0">${detail}</text>`;

/** The Spring Festival notice, 1920 × 1080. */
export const springFestivalNotice = `
  ${ground('#4a0712', '#a3121f')}
  ${place(firework(128, gold), 152, 560)}${place(firework(92, amber), 430, 130)}${place(firework(128, gold), 1768, 560)}${place(firework(92, amber), 1490, 130)}
  ${place(firework(84, amber), 190, 850)}${place(firework(84, amber), 1730, 850)}
  ${place(lantern(serif), 70, -30, 0.9)}${place(lantern(serif), 1650, -30, 0.9)}
  <text x="960" y="210" text-anchor="middle" font-family="${serif}" font-weight="700" font-size="150" fill="${gold}" letter-spacing="14">平安过大年</text>
  <text x="960" y="320" text-anchor="middle" font-family="${sans}" font-weight="700" font-size="72" fill="${paper}" letter-spacing="10">春节燃放烟花爆竹安全须知</text>
  <rect x="300" y="368" width="1320" height="568" rx="34" fill="#2a060c" fill-opacity=".86" stroke="${gold}" stroke-width="4"/>
  ${rule(1, '看地点', '只在允许的时间和区域燃放', 472)}
  ${rule(2, '选正品', '到持证销售点购买', 573)}
  ${rule(3, '离远点', '避开楼房、草垛、车辆', 674)}
  ${rule(4, '看好娃', '儿童燃放须由大人看护', 775)}
  ${rule(5, '关好窗', '清空阳台，外出断电关气', 876)}
  ${footer(1920, 1080)}`;

/** The neutral standby slide, 1920 × 1080: shown when nothing is booked. */
export const standbySlide = `
  ${ground('#1a070c', '#5c0d18')}
  <ellipse cx="960" cy="330" rx="620" ry="420" fill="url(#glow)"/>
  <path d="M0 860C300 760 520 830 760 790S1250 690 1500 770S1800 790 1920 740V1080H0z" fill="#12050a" opacity=".8"/>
  <path d="M0 930C360 850 620 910 980 880S1560 820 1920 880V1080H0z" fill="#0c0306"/>
  ${place(beaconTower, 816, 84, 2.4)}
  <text x="960" y="650" text-anchor="middle" font-family="${serif}" font-weight="700" font-size="132" fill="${paper}" letter-spacing="18">消防宣传 · 东胜区</text>
  <rect x="700" y="696" width="520" height="4" fill="${gold}"/>
  <text x="960" y="790" text-anchor="middle" font-family="${sans}" font-weight="700" font-size="68" fill="${gold}" letter-spacing="8">预防为主 · 防消结合</text>
  ${place(flame, 566, 838, 0.9)}${place(flame, 1264, 838, 0.9)}
  <text x="960" y="950" text-anchor="middle" font-family="${sans}" font-weight="700" font-size="120" fill="${paper}">火警 <tspan fill="${gold}">119</tspan></text>
  <rect y="1056" width="1920" height="24" fill="${red}"/>
  <text x="1856" y="1030" text-anchor="end" font-family="${sans}" font-size="30" fill="#c9a9a0">示例素材 SAMPLE</text>`;
