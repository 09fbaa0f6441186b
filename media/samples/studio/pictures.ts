/** The colours of all samples: fire red, brigade gold, night and paper, readable at a distance. */
export const palette = {
  night: '#14070a',
  red: '#d3152f',
  deepRed: '#6d0b18',
  gold: '#ffc845',
  amber: '#ff8a1f',
  paper: '#fff6e3',
  green: '#0fa968',
  steel: '#39404e',
  ash: '#b9bfca',
} as const;

const { red, deepRed, gold, amber, paper, green, steel, ash } = palette;

/** Places an SVG fragment at (x, y) and scales it; both in the units of the surrounding drawing. */
export const place = (art: string, x: number, y: number, scale = 1, turn = 0): string =>
  `<g transform="translate(${x} ${y}) scale(${scale}) rotate(${turn})">${art}</g>`;

/** A two-tone flame, 100 wide and 140 high. */
export const flame = `
  <path fill="${amber}" d="M52 0C60 32 96 48 96 92C96 124 76 140 50 140C24 140 4 124 4 92C4 70 16 58 22 38C28 52 34 58 40 60C46 40 44 20 52 0Z"/>
  <path fill="${gold}" d="M52 56C56 74 76 84 76 106C76 126 64 136 50 136C36 136 25 126 25 108C25 96 31 90 35 80C39 88 43 90 46 91C50 80 49 68 52 56Z"/>`;

/** The project's own mark, a beacon tower with its fire, 120 wide and 170 high (no brigade's emblem). */
export const beaconTower = `
  ${place(flame, 32, 0, 0.56)}
  <path fill="${gold}" d="M18 78h16v14h14v-14h24v14h14v-14h16v32h-8l10 54h6v14h-100v-14h6l10-54h-8z"/>
  <path fill="${deepRed}" d="M50 164v-22a10 10 0 0 1 20 0v22z"/>
  <path stroke="${deepRed}" stroke-width="3" d="M28 112h64"/>`;

const wheel = (x: number): string =>
  `<circle cx="${x}" cy="350" r="80" fill="#17181d" stroke="#4a505d" stroke-width="10"/>
   <circle cx="${x}" cy="350" r="36" fill="${ash}"/><circle cx="${x}" cy="350" r="12" fill="#17181d"/>`;

/** An electric scooter seen from the side, 640 wide and 440 high. */
export const eBike = `
  <path d="M515 350L452 96" stroke="${ash}" stroke-width="20" stroke-linecap="round"/>
  ${wheel(125)}${wheel(515)}
  <path fill="${red}" d="M440 138L490 156C476 246 452 300 428 340H270C252 290 210 262 150 262C116 262 92 278 76 300C70 240 112 214 180 212H306C332 216 330 250 322 300H392C420 260 434 210 440 138Z"/>
  <path fill="${deepRed}" d="M270 340C262 318 248 300 232 288H322L320 300H416L428 340Z" opacity=".55"/>
  <rect x="118" y="172" width="204" height="42" rx="21" fill="#23252d"/>
  <path d="M452 96L392 78" stroke="#23252d" stroke-width="24" stroke-linecap="round"/>
  <path d="M446 92L430 34" stroke="${ash}" stroke-width="8"/><ellipse cx="428" cy="28" rx="26" ry="15" fill="${ash}"/>
  <circle cx="478" cy="128" r="24" fill="${gold}"/><circle cx="482" cy="126" r="11" fill="${paper}"/>
  <path fill="${gold}" d="M228 220l-34 40h24l-10 32 38-44h-24z"/>`;

/** An apartment block with lit windows and an open stairwell door, 640 wide and 760 high. */
export const apartmentBlock = ((): string => {
  const windows: string[] = [];
  for (let row = 0; row < 5; row += 1) {
    for (let column = 0; column < 4; column += 1) {
      const lit = (row * 7 + column * 5) % 3 !== 0;
      const x = 60 + column * 140;
      const y = 56 + row * 104;
      windows.push(`<rect x="${x}" y="${y}" width="100" height="70" rx="6" fill="${lit ? gold : '#46303a'}" opacity="${lit ? 0.9 : 1}"/>
        <path d="M${x + 50} ${y}v70" stroke="#3a1a22" stroke-width="5"/>`);
    }
  }
  return `<rect width="640" height="760" rx="14" fill="#3a1a22"/><rect width="640" height="20" rx="10" fill="${red}"/>
    ${windows.join('')}
    <path d="M210 760V600a14 14 0 0 1 14-14h192a14 14 0 0 1 14 14v160z" fill="${gold}"/>
    <path d="M228 760V606h184v154z" fill="#1c0b10"/><path d="M250 760v-22h140v22zM272 738v-22h96v22zM294 716v-22h52v22z" fill="#553040"/>`;
})();

/** A prohibition ring with its bar, 400 wide and high. */
export const prohibition = `
  <circle cx="200" cy="200" r="172" fill="none" stroke="${paper}" stroke-width="56"/>
  <path d="M78 78L322 322" stroke="${paper}" stroke-width="56"/>
  <circle cx="200" cy="200" r="172" fill="none" stroke="${red}" stroke-width="42"/>
  <path d="M78 78L322 322" stroke="${red}" stroke-width="42"/>`;

/** A disc with a white cross, 100 wide and high: "do not". */
export const cross = `<circle cx="50" cy="50" r="48" fill="${red}"/><path d="M31 31L69 69M69 31L31 69" stroke="${paper}" stroke-width="13" stroke-linecap="round"/>`;

/** A disc with a white tick, 100 wide and high: "do". */
export const tick = `<circle cx="50" cy="50" r="48" fill="${green}"/><path d="M27 52L44 69L74 35" fill="none" stroke="${paper}" stroke-width="13" stroke-linecap="round" stroke-linejoin="round"/>`;

/** The burning gas ring under the pan, drawn before it in the same 640 × 330. */
export const gasFlames = `
  <path d="M120 250c16-22 8-34 20-48c12 14 4 26 20 48zM200 250c16-22 8-34 20-48c12 14 4 26 20 48zM280 250c16-22 8-34 20-48c12 14 4 26 20 48zM360 250c16-22 8-34 20-48c12 14 4 26 20 48z" fill="#58a6ff" transform="translate(0 34)"/>`;

/** A pan on a stove, 640 wide and 330 high; the rim lies at y = 110. */
export const pan = `
  <path d="M440 124L600 92a17 17 0 0 1 8 34L440 158z" fill="#2b2f3a" stroke="#6b7384" stroke-width="3"/>
  <path d="M60 110H460L428 204C420 222 404 230 386 230H134C116 230 100 222 92 204Z" fill="${steel}"/>
  <path d="M118 286L146 230M402 286L374 230" stroke="#6b7384" stroke-width="10"/><rect x="44" y="98" width="432" height="26" rx="13" fill="${ash}"/>
  <path d="M112 150L124 196" stroke="${ash}" stroke-width="12" stroke-linecap="round" opacity=".5"/>
  <rect x="40" y="284" width="440" height="22" rx="11" fill="#3a404d"/><rect x="0" y="304" width="640" height="26" rx="8" fill="#5b6372"/>`;

/** Flames that stand on the pan's rim, 400 wide and 330 high. */
export const panFire = `${place(flame, 10, 120, 1.5)}${place(flame, 240, 140, 1.36)}${place(flame, 90, 0, 2.36)}`;

/** A lid with its knob, 460 wide and 110 high. */
export const lid = `<circle cx="230" cy="24" r="20" fill="#d3152f"/><path d="M12 104C40 58 130 38 230 38S420 58 448 104Z" fill="${ash}"/><rect y="94" width="460" height="16" rx="8" fill="${steel}"/>`;

const limbs = (colour: string, d: string): string =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="50" stroke-linecap="round" stroke-linejoin="round"/>`;

/** A person who moves stooped low with a wet towel before nose and mouth, 620 wide and 480 high. */
export const stoopedPerson = `
  ${limbs(ash, 'M210 262L140 350L42 392')}
  ${limbs(paper, 'M404 196L214 256L320 336L268 444')}
  <circle cx="476" cy="150" r="56" fill="${paper}"/>
  ${limbs(ash, 'M396 214L420 306L502 226')}
  <g transform="translate(474 156) rotate(-12)"><rect width="92" height="62" rx="14" fill="#4fc3f7"/><path d="M12 20h68M12 40h68" stroke="#e1f5fe" stroke-width="7" stroke-linecap="round"/></g>
  <path d="M560 262c-14 20-14 34 0 36c14-2 14-16 0-36zM596 214c-10 15-10 25 0 27c10-2 10-12 0-27z" fill="#4fc3f7"/>`;

/** A running person, 440 wide and 450 high, in one colour. */
export const runner = (colour: string): string => `
  <circle cx="316" cy="62" r="46" fill="${colour}"/>
  ${limbs(colour, 'M284 140L236 258L316 326L292 424')}${limbs(colour, 'M236 258L196 352L86 366')}
  ${limbs(colour, 'M284 146L356 204L414 168')}${limbs(colour, 'M284 146L192 168L152 238')}`;

/** The green exit sign, 760 wide and 300 high. */
export const exitSign = (font: string): string => `
  <rect width="760" height="300" rx="26" fill="${green}"/><rect x="12" y="12" width="736" height="276" rx="18" fill="none" stroke="${paper}" stroke-width="6"/>
  ${place(runner(paper), 44, 34, 0.52)}
  <text x="300" y="150" font-family="${font}" font-weight="700" font-size="100" fill="${paper}">安全出口</text>
  <path d="M306 218h320v-36l84 58-84 58v-36h-320z" transform="translate(0 -18)" fill="${paper}"/>`;

const carton = (x: number, y: number, width: number, height: number): string =>
  `<g transform="translate(${x} ${y})"><rect width="${width}" height="${height}" rx="6" fill="#b98046"/><rect y="0" width="${width}" height="${height * 0.16}" fill="#9a6632"/>
   <rect x="${width * 0.42}" width="${width * 0.16}" height="${height}" fill="#e2b77c" opacity=".75"/></g>`;

/** A corridor whose exit is blocked by cartons, 860 wide and 640 high. */
export const blockedCorridor = `
  <path d="M0 0H860V640H0z" fill="#24161b"/><path d="M0 640L300 420H560L860 640z" fill="#4a3a3c"/>
  <path d="M0 0L300 120V420L0 640z" fill="#33222a"/><path d="M860 0L560 120V420L860 640z" fill="#2c1d24"/><path d="M0 0L300 120H560L860 0z" fill="#1b1014"/>
  <rect x="300" y="120" width="260" height="300" fill="#3d2b33"/><rect x="362" y="190" width="136" height="230" fill="${green}" opacity=".8"/><rect x="346" y="140" width="168" height="40" rx="8" fill="${green}"/>
  <path d="M376 160h80v-12l28 18-28 18v-12h-80z" fill="${paper}" transform="translate(-2 -6)"/>
  ${carton(270, 330, 150, 130)}${carton(410, 350, 180, 140)}${carton(330, 236, 130, 100)}${carton(200, 468, 210, 172)}${carton(400, 470, 250, 170)}${carton(450, 262, 120, 92)}`;

/** A round festival lantern, 220 wide and 360 high. */
export const lantern = (font: string): string => `
  <path d="M110 0v50" stroke="${gold}" stroke-width="6"/><rect x="70" y="46" width="80" height="22" rx="6" fill="${gold}"/>
  <ellipse cx="110" cy="150" rx="108" ry="88" fill="${red}"/><ellipse cx="110" cy="150" rx="66" ry="88" fill="none" stroke="${deepRed}" stroke-width="4"/>
  <ellipse cx="110" cy="150" rx="108" ry="88" fill="none" stroke="${gold}" stroke-width="4"/>
  <text x="110" y="182" text-anchor="middle" font-family="${font}" font-weight="700" font-size="92" fill="${gold}">福</text>
  <rect x="70" y="230" width="80" height="22" rx="6" fill="${gold}"/><path d="M88 252v96M110 252v108M132 252v96" stroke="${gold}" stroke-width="8" stroke-linecap="round"/>`;

/** A firework burst of the given radius, centred on the origin. */
export const firework = (radius: number, colour: string): string => {
  const rays: string[] = [];
  for (let ray = 0; ray < 24; ray += 1) {
    const angle = (ray * Math.PI) / 12;
    const reach = radius * (ray % 2 === 0 ? 1 : 0.7);
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    const n = (value: number): string => value.toFixed(1);
    rays.push(`<path d="M${n(x * reach * 0.28)} ${n(y * reach * 0.28)}L${n(x * reach * 0.86)} ${n(y * reach * 0.86)}" stroke="${colour}" stroke-width="${n(radius / 34)}" stroke-linecap="round" opacity=".8"/>
      <circle cx="${n(x * reach)}" cy="${n(y * reach)}" r="${n(radius / 26)}" fill="${paper}"/>`);
  }
  return rays.join('');
};
