import type { Playlist, PlaylistDraft } from '../campaigns/playlist.ts';
import type { Asset } from '../catalogue/asset.ts';

/** How long a still stays when nobody says. Milliseconds; the server's own default. */
export const STILL_MS = 10_000;

/** One entry while it is being edited. `key` tells apart two entries of one asset. */
export interface DraftItem {
  readonly key: string;
  readonly assetId: number;
  readonly title: string;
  readonly state: string;
  readonly mediaClass: Asset['mediaClass'];
  readonly durationMs: number;
  readonly weight: number;
}

/** A playlist while it is being edited. */
export interface EditedPlaylist {
  readonly name: string;
  readonly items: readonly DraftItem[];
}

/** What the editor starts from. */
export function editedOf(playlist: Pick<Playlist, 'name' | 'items'>): EditedPlaylist {
  return {
    name: playlist.name,
    items: playlist.items.map((item, place) => ({ ...item, key: `stored ${place}` })),
  };
}

/** What the server is to store. Only stills have a length of their own choosing. */
export function draftOf({ name, items }: EditedPlaylist): PlaylistDraft {
  return {
    name: name.trim(),
    items: items.map(({ assetId, weight, durationMs, mediaClass }) => ({
      assetId,
      weight,
      ...(mediaClass === 'image' && { durationMs }),
    })),
  };
}

/** Whether two playlists would be stored as the same. */
export function isSame(a: EditedPlaylist, b: EditedPlaylist): boolean {
  return JSON.stringify(draftOf(a)) === JSON.stringify(draftOf(b));
}

/** The items with one taken from a place to another. */
export function movedItem(items: readonly DraftItem[], from: number, to: number): DraftItem[] {
  const left = [...items];
  const [taken] = left.splice(from, 1);
  if (taken) left.splice(to, 0, taken);
  return left;
}

/** The length of one turn of the playlist by weights. Milliseconds. */
export function totalMsOf(items: readonly DraftItem[]): number {
  return items.reduce((sum, { durationMs, weight }) => sum + durationMs * weight, 0);
}
