import { type BenchResult, rounded } from './bench-result.ts';
import { type Costs, demandOf, FLEET, simulatedPolls } from './scale-model.ts';

/** Measured, but for the memory, which is assumed; docs/scale.md says where and how. */
export const MEASURED: Costs = {
  pollUs: 27,
  playUs: 141,
  playDatabaseUs: 98,
  overrideUs: 36,
  connectionBytes: 40_000,
  programmeBytes: 60_000,
  compileUs: 23,
  playBytes: 101,
};
const STEPS = [138, 1_000, 10_000, 30_000, 100_000, 1_000_000, 10_000_000];

/** From 138 endpoints to ten million: what each step asks for, and what breaks first there. `value`: the last step that holds. */
export async function run(): Promise<BenchResult> {
  const steps = STEPS.map((endpoints) => {
    const demand = demandOf(endpoints, MEASURED);
    const share = Math.ceil(endpoints / demand.processes);
    const seen = simulatedPolls(share, MEASURED, { seconds: 60, backWithinS: 4, seed: 1 });
    return { ...demand, share, ...seen };
  });
  for (const step of steps) {
    const [worst] = step.limits;
    console.log(
      [
        `${step.endpoints} endpoints: ${step.processes} processes, ${rounded(step.pollsPerS)} polls/s, ${rounded(step.playsPerS)} plays/s`,
        `  servers ${rounded(step.serverCores)} cores, database ${rounded(step.databaseCores)} cores, ${rounded(step.playBytesPerDay / 1e9)} GB of plays a day`,
        `  simulated: p99 ${rounded(step.p99Ms)} ms; after a power cut the last waits ${rounded(step.worstAfterCutMs)} ms`,
        `  first to break: ${worst?.what} at ${rounded((worst?.used ?? 0) * 100)} %`,
      ].join('\n'),
    );
  }
  const holds = steps.filter(({ limits }) => (limits[0]?.used ?? 0) <= 1);
  const value = holds.at(-1)?.endpoints ?? 0;
  return {
    ...{
      name: 'scale',
      value,
      unit: 'endpoints in one cell',
      yardstick: 138,
      ratio: value / 138,
      n: steps.length,
    },
    assumed: FLEET,
    costs: MEASURED,
    steps: steps.map(({ endpoints, processes, limits, p99Ms, worstAfterCutMs }) => ({
      ...{ endpoints, processes, p99Ms: rounded(p99Ms), worstAfterCutMs: rounded(worstAfterCutMs) },
      limits: limits.map(({ what, used }) => ({ what, used: rounded(used) })),
    })),
  };
}
