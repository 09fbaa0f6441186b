import type { DraftItem, EditedPlaylist } from './playlist-draft.ts';

/** One thing in which a playlist differs from an earlier form of it. Lengths in milliseconds. */
export type PlaylistDifference =
  | { readonly kind: 'renamed'; readonly from: string; readonly to: string }
  | ({ readonly kind: 'added' | 'removed' | 'moved' } & EntryNamed)
  | ({ readonly kind: 'length' | 'weight'; readonly from: number; readonly to: number } & EntryNamed);

/** Which entry is meant; `title` as the playlist itself calls it. */
interface EntryNamed {
  readonly assetId: number;
  readonly title: string;
}

/** What was done to `before` to make `after` of it; entries of one asset are matched in their order. */
export function differencesOf(before: EditedPlaylist, after: EditedPlaylist): PlaylistDifference[] {
  const found: PlaylistDifference[] = [];
  if (before.name !== after.name) found.push({ kind: 'renamed', from: before.name, to: after.name });
  const [was, is] = [numbered(before.items), numbered(after.items)];
  for (const [key, item] of is) if (!was.has(key)) found.push({ kind: 'added', ...named(item) });
  for (const [key, item] of was) if (!is.has(key)) found.push({ kind: 'removed', ...named(item) });
  const kept = [...was.keys()].filter((key) => is.has(key));
  const stayed = longestRising(kept.map((key) => [...is.keys()].indexOf(key)));
  kept.forEach((key, at) => {
    const [old, fresh] = [was.get(key), is.get(key)];
    if (!old || !fresh) return;
    const entry = named(fresh);
    if (!stayed.has(at)) found.push({ kind: 'moved', ...entry });
    if (old.durationMs !== fresh.durationMs) {
      found.push({ kind: 'length', ...entry, from: old.durationMs, to: fresh.durationMs });
    }
    if (old.weight !== fresh.weight)
      found.push({ kind: 'weight', ...entry, from: old.weight, to: fresh.weight });
  });
  return found;
}

const named = ({ assetId, title }: DraftItem): EntryNamed => ({ assetId, title });

/** Entries by asset and how many of it came before. */
function numbered(items: readonly DraftItem[]): Map<string, DraftItem> {
  const counts = new Map<number, number>();
  return new Map(
    items.map((item) => {
      const count = counts.get(item.assetId) ?? 0;
      counts.set(item.assetId, count + 1);
      return [`${item.assetId} ${count}`, item];
    }),
  );
}

/** Places of a longest rising subsequence: those entries need not have moved. */
function longestRising(values: readonly number[]): Set<number> {
  const best = values.map(() => 1);
  const from = values.map(() => -1);
  values.forEach((value, at) => {
    for (let before = 0; before < at; before++) {
      if ((values[before] ?? 0) < value && (best[before] ?? 0) + 1 > (best[at] ?? 0)) {
        best[at] = (best[before] ?? 0) + 1;
        from[at] = before;
      }
    }
  });
  const places = new Set<number>();
  for (let at = best.indexOf(Math.max(...best)); at >= 0; at = from[at] ?? -1) places.add(at);
  return places;
}
