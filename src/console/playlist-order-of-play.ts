import { nextTurn } from '../schedule/tijdeman.ts';
import type { DraftItem } from './playlist-draft.ts';

/** So many plays are shown of a turn; weights may make it endless. */
const MOST_PLAYS = 300;

/** One play of a turn. Milliseconds from its beginning. */
export interface TurnPlay {
  readonly item: DraftItem;
  readonly atMs: number;
}

/** One turn of a playlist in the order in which the schedule takes its entries by weight. */
export function turnOf(items: readonly DraftItem[]): TurnPlay[] {
  const weights = items.map(({ weight }) => weight);
  const plays = Math.min(
    MOST_PLAYS,
    weights.reduce((sum, weight) => sum + weight, 0),
  );
  const played = items.map(() => 0);
  const turn: TurnPlay[] = [];
  let atMs = 0;
  for (let play = 0; play < plays; play++) {
    const index = items.length === 1 ? 0 : nextTurn(played, weights);
    const item = items[index];
    if (!item) break;
    played[index] = (played[index] ?? 0) + 1;
    turn.push({ item, atMs });
    atMs += item.durationMs;
  }
  return turn;
}

/** The place in the turn that covers a moment; the last one beyond its end. */
export function placeAt(turn: readonly TurnPlay[], atMs: number): number {
  return Math.max(
    0,
    turn.findLastIndex((play) => play.atMs <= atMs),
  );
}
