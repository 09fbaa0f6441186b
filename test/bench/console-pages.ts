import type { Page } from 'playwright-core';

/** A page of the console: its address, and what must be there before anybody can work with it. */
interface PageToOpen {
  readonly path: string;
  /** A selector of what the page is for. */
  readonly main: string;
}

const TABLE = 'main table.rows tbody tr';
/** A report has its table, its figures, or says in words that there is nothing. */
const REPORT = `${TABLE}, main dl.figures, main .nothing, main .cause-bars`;

/** Every page of the console. */
export const PAGES: readonly PageToOpen[] = [
  { path: '/', main: '.fleet-list li' },
  { path: '/material', main: 'main ul.cards li' },
  { path: '/material/7', main: 'main video, main img, main audio' },
  { path: '/notices', main: 'main textarea, main input' },
  { path: '/review', main: 'main .queue li' },
  { path: '/playlists', main: TABLE },
  { path: '/playlists/new', main: 'main .picker li' },
  { path: '/playlists/5', main: 'main .picker li' },
  { path: '/bookings', main: 'main table tbody tr, main svg, main canvas' },
  { path: '/bookings/new', main: 'main select' },
  { path: '/new-film', main: 'main button.ant-btn-primary' },
  { path: '/endpoints', main: TABLE },
  { path: '/endpoints/120', main: 'main .hour, main .nothing' },
  { path: '/pair', main: 'main input' },
  { path: '/why?endpoint=120', main: 'main .question select, main .question input' },
  { path: '/emergency', main: 'main form, main textarea, main select' },
  { path: '/settings', main: 'main h1' },
  { path: '/reports', main: REPORT },
  { path: '/reports/shortfalls', main: REPORT },
  { path: '/reports/coverage', main: 'main svg, main table' },
  { path: '/reports/plays', main: REPORT },
  { path: '/reports/comparison', main: REPORT },
  { path: '/reports/uptime', main: REPORT },
  { path: '/reports/issued', main: REPORT },
  { path: '/reports/dispatch', main: 'main h1' },
  { path: '/reports/roll-call', main: REPORT },
  { path: '/reports/quarantine', main: REPORT },
  { path: '/reports/audience', main: 'main table, main form, main .nothing' },
  { path: '/reports/channels', main: 'main dl.figures' },
];

/** A page that is not there by then never will be. */
const MOST_MS = 15_000;

/** What is watched for inside the page: the main thing is there, no grey line is left, and two frames in a row came in time. */
const WATCH = `
  (main, began) => new Promise((resolve) => {
    let calm = 0;
    let last = performance.now();
    const look = () => {
      const now = performance.now();
      const isThere = document.querySelector(main) !== null && document.querySelector('.skeleton') === null;
      calm = isThere && now - last < 50 ? calm + 1 : 0;
      last = now;
      if (calm >= 2 || now - began > ${MOST_MS}) return resolve(now - began);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })`;

/** Milliseconds from the start of loading an address until its page can be worked with. */
export async function openCold(page: Page, base: string, { path, main }: PageToOpen): Promise<number> {
  await page.goto(`${base}/console${path}`, { waitUntil: 'commit' });
  return page.evaluate<number>(`(${WATCH})(${JSON.stringify(main)}, 0)`);
}

/** The same from a step inside the console that is open already. */
export async function openWarm(page: Page, { path, main }: PageToOpen): Promise<number> {
  return page.evaluate<number>(
    `(() => { const began = performance.now(); history.pushState({}, '', ${JSON.stringify(`/console${path}`)});
      return (${WATCH})(${JSON.stringify(main)}, began); })()`,
  );
}
