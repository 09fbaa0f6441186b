import type { BenchResult } from './bench-result.ts';

/** Every benchmark by its name; loaded only when asked for. */
const BENCHES: Readonly<Record<string, () => Promise<{ run(): Promise<BenchResult> }>>> = {
  fairness: () => import('./fairness.ts'),
  'compile-hour': () => import('./compile-hour.ts'),
  compile: () => import('./compile.ts'),
  ingest: () => import('./ingest.ts'),
  report: () => import('./report.ts'),
  stall: () => import('./stall.ts'),
  'exactly-once': () => import('./exactly-once.ts'),
  poll: () => import('./poll.ts'),
  week: () => import('./week.ts'),
  heap: () => import('./heap.ts'),
  playout: () => import('./playout.ts'),
  'in-step': () => import('./in-step.ts'),
  override: () => import('./override.ts'),
  failover: () => import('./failover.ts'),
  media: () => import('./media.ts'),
  upload: () => import('./upload.ts'),
  console: () => import('./console.ts'),
  transcode: () => import('./transcode.ts'),
  fleet: () => import('./fleet.ts'),
  scale: () => import('./scale.ts'),
};

const name = process.argv.slice(2).find((word) => !word.startsWith('--')) ?? '';
const asJson = process.argv.includes('--json');
const load = BENCHES[name];
if (load === undefined) {
  console.error(`Usage: npm run bench -- <name> [--json]\nBenchmarks: ${Object.keys(BENCHES).join(', ')}`);
  process.exitCode = 2;
} else {
  const bench = await load();
  const result = await bench.run();
  if (!asJson) console.log(JSON.stringify(result, null, 2));
  else console.log(JSON.stringify(result));
}
