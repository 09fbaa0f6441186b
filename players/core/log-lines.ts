import type { PlayerState } from './player-state.ts';

/** What staff at the box should read in its log after a step, oldest first. */
export function linesToLog(before: PlayerState, after: PlayerState): string[] {
  const lines: string[] = [];
  const trouble = after.troubles.at(-1);
  if (trouble && trouble !== before.troubles.at(-1)) lines.push(`${trouble.code}: ${trouble.detail}`);
  if (after.offer && after.offer !== before.offer) lines.push(`pairing code: ${after.offer.code}`);
  if (after.phase === 'paired' && before.phase !== 'paired') lines.push('paired');
  if (after.programme && after.programme !== before.programme)
    lines.push(`programme ${after.programme.revision}`);
  return lines;
}
