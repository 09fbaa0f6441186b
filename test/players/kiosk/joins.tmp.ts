import { mkdtemp, readFile } from 'node:fs/promises';
import { readPages } from '../../../src/http/page-files.ts';
import { KIOSK_BUILD, openBox } from '../../support/chromium.ts';
import { offeredFile, startContractServer } from '../../support/contract-server.ts';

const s = await startContractServer(await readPages(KIOSK_BUILD));
const dir = '/work/main/media/samples/';
const f =
  process.argv[2] === 'small'
    ? ['warning-stairwell-fire.mp4', 'warning-kitchen-fire.mp4']
    : ['psa-ebike-charging.mp4', 'warning-kitchen-fire.mp4'];
const a = offeredFile(await readFile(dir + f[0]), 'video/mp4', 15000);
const b = offeredFile(await readFile(dir + f[1]), 'video/mp4', 16000);
const box = await openBox(await mkdtemp('/tmp/box-'), { width: 1280, height: 720 });
const page = box.pages()[0]!;
page.on('console', (m) => console.log('console', m.text()));
s.offer([
  { file: a, durationMs: 2000, assetId: 1, bookingId: 11 },
  { file: b, durationMs: 2000, assetId: 2, bookingId: 12 },
]);
await page.goto(s.origin + '/player/');
await page.waitForSelector('#pairing-code[data-code]');
s.settlePairing('paired');
await page.waitForSelector('video.on');
await page.evaluate(() => {
  const log: any[] = ((globalThis as any).frames = []);
  for (const v of document.querySelectorAll('video')) {
    const cb = (now: number, m: any) => {
      log.push([
        v.id,
        v.classList.contains('on') ? 'ON' : 'off',
        Math.round(m.presentationTime),
        Math.round(m.mediaTime * 1000),
        v.paused ? 'paused' : '',
      ]);
      v.requestVideoFrameCallback(cb);
    };
    v.requestVideoFrameCallback(cb);
    new MutationObserver(() =>
      log.push([
        v.id,
        v.className === 'on' ? 'SWAPIN' : 'swapout',
        Math.round(performance.now()),
        Math.round(v.currentTime * 1000),
        '',
      ]),
    ).observe(v, { attributes: true, attributeFilter: ['class'] });
    for (const e of ['play', 'playing', 'pause'])
      v.addEventListener(e, () =>
        log.push([v.id, e, Math.round(performance.now()), Math.round(v.currentTime * 1000), '']),
      );
  }
});
await new Promise((r) => setTimeout(r, Number(process.argv[3] ?? 9000)));
const frames = await page.evaluate(() => (globalThis as any).frames);
if (process.argv[4])
  console.log(
    frames
      .filter((x: any, i: number) =>
        frames.slice(Math.max(0, i - 6), i + 8).some((y: any) => y[1] === 'SWAPIN'),
      )
      .map((x: any) => x.join(' '))
      .join('\n'),
  );
// joins
const gaps: number[] = [];
let lastOn: any = null;
for (const x of frames) {
  if (x[1] === 'ON') {
    if (lastOn && lastOn[0] !== x[0]) gaps.push(x[2] - lastOn[2]);
    lastOn = x;
  }
}
console.log('gaps', gaps.join(' '), 'median', gaps.toSorted((p, q) => p - q)[gaps.length >> 1]);
await box.close();
await s.close();
