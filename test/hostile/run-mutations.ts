import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenTo } from '../../src/catalogue/finding-files.ts';
import { HAS_FFMPEG } from '../renditions/ffmpeg-films.ts';
import { baseFiles } from './base-files.ts';
import { faultOf, manyLooks } from './look.ts';
import { mutation } from './mutate.ts';

/* `npm run mutations -- 10000 [first]`: spoils honest files and looks at each; told is what became of them. */

/** Sooner than the product ends a look; the verdict is the same. */
const LIMIT_MS = 1_000;
/** ffmpeg plays through every so-manieth of those that were taken. */
const LISTEN_EVERY = 8;
/** No honest file of a second takes ffmpeg longer. */
const LISTEN_LIMIT_MS = 70_000;
/** How often it says how far it is. */
const TELL_EVERY = 500;

const count = Number(process.argv[2] ?? 10_000);
const first = Number(process.argv[3] ?? 1);
const bases = await baseFiles();
const folder = await mkdtemp(join(tmpdir(), 'beacon-mutations-'));
const looks = manyLooks(LIMIT_MS);
const tally = new Map<string, number>();
const faults: string[] = [];
let [slowestMs, taken, listened, slowestListenMs] = [0, 0, 0, 0];
for (let number = first; number < first + count; number += 1) {
  const done = number - first;
  if (done > 0 && done % TELL_EVERY === 0)
    console.error(`${done} of ${count}, ${faults.length} at fault, slowest ${Math.round(slowestMs)} ms`);
  const { name, bytes } = mutation(number, bases);
  const path = join(folder, 'one');
  const looked = await looks.look(path, bytes);
  const { verdict } = looked;
  slowestMs = Math.max(slowestMs, looked.tookMs);
  const kind = verdict.is === 'refused' ? verdict.code : verdict.is;
  tally.set(kind, (tally.get(kind) ?? 0) + 1);
  const fault = faultOf(looked);
  if (fault !== null) faults.push(`${name}: ${fault}`);
  if (verdict.is !== 'media' || verdict.probed.durationMs === null || !HAS_FFMPEG) continue;
  taken += 1;
  if (taken % LISTEN_EVERY !== 0) continue;
  const { type, durationMs, hasSound, videoCodec } = verdict.probed;
  const since = performance.now();
  const asset = {
    assetId: 1,
    sha256: '',
    type,
    durationMs: Math.min(durationMs, 2_000),
    hasSound,
    videoCodec,
  };
  await listenTo(path, asset, AbortSignal.timeout(LISTEN_LIMIT_MS));
  listened += 1;
  slowestListenMs = Math.max(slowestListenMs, performance.now() - since);
}
await rm(folder, { recursive: true, force: true });
console.log(
  JSON.stringify({
    ...{ count, first, bases: bases.length, verdicts: Object.fromEntries(tally), faults: faults.length },
    ...{ slowestMs: Math.round(slowestMs), listened, slowestListenMs: Math.round(slowestListenMs) },
    mostMemoryMB: Math.round(process.resourceUsage().maxRSS / 1_024),
  }),
);
for (const fault of faults.slice(0, 20)) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
