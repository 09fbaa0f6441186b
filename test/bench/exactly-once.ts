import { killStorm } from '../support/kill-storm.ts';
import type { BenchResult } from './bench-result.ts';
import { withScratchUrl } from './scratch-database.ts';

/** How many moments, and which, unless `--moments=` and `--seed=` say otherwise. */
const MOMENTS = 1_000;
const SEED = 20_270_205;

function numberAsked(name: string, otherwise: number): number {
  const asked = process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  return asked === undefined ? otherwise : Number(asked);
}

/**
 * Two server processes on one PostgreSQL and the players that report to them are killed at random moments;
 * counts what was lost or counted twice.
 */
export async function run(): Promise<BenchResult> {
  const moments = numberAsked('moments', MOMENTS);
  const seed = numberAsked('seed', SEED);
  const onMoment = (moment: number) => {
    if (moment % 50 === 0) console.error(`${moment} of ${moments} moments`);
  };
  const storm = { servers: 2, players: 6, moments, seed, onMoment };
  const result = await withScratchUrl((url) => killStorm({ place: { url }, ...storm }));
  const { plays, lost, doubled, reportDifferences, serverKills, playerKills, faults } = result;
  return {
    name: 'exactly-once',
    value: lost + doubled,
    unit: 'plays lost or doubled',
    yardstick: 0,
    ratio: lost + doubled === 0 ? 1 : 0,
    n: serverKills + playerKills,
    about: 'SIGKILL of servers and players, reports repeated, reordered and cut half-way; against the truth',
    plays,
    lost,
    doubled,
    reportDifferences,
    serverKills,
    playerKills,
    ...faults,
  };
}
