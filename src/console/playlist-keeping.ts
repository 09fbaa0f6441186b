import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { KeptDraft } from '../campaigns/playlist.ts';
import { answer, api } from './api.ts';
import { draftOf, type EditedPlaylist } from './playlist-draft.ts';

/** Kept once the hands rest for so long. */
const PAUSE_MS = 700;
/** Tried again after so long where the server was not reached. */
const RETRY_MS = 5_000;

/** How it stands with the draft: nothing to keep, about to be kept, kept, or not reached. */
export type Keeping =
  | { readonly state: 'clean' | 'waiting' | 'failed' }
  | { readonly state: 'kept'; readonly at: string };

/** The drafts of a playlist, of all who edit it; asked for again while the page is open. */
export function useDrafts(playlistId: number | null) {
  return useQuery({
    queryKey: ['playlist-drafts', playlistId],
    queryFn: async (): Promise<KeptDraft[]> => {
      const query = playlistId === null ? {} : { playlistId: String(playlistId) };
      return (await answer(api.drafts['playlist-drafts'].$get({ query }))).drafts;
    },
    refetchInterval: 3_000,
    staleTime: 0,
    gcTime: 0,
  });
}

/** Keeps what is being edited on the server by itself; what is the same as the stored playlist is forgotten there. */
export function useKeeping({
  playlistId,
  basedOn,
  present,
  isDirty,
  isOn,
}: {
  playlistId: number | null;
  basedOn: number;
  present: EditedPlaylist;
  isDirty: boolean;
  isOn: boolean;
}): Keeping {
  const queries = useQueryClient();
  const [keeping, setKeeping] = useState<Keeping>({ state: 'clean' });
  const wasKept = useRef(false);
  const turn = useRef(Promise.resolve());
  const [tries, setTries] = useState(0);
  const latest = useRef<(() => void) | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is a reason of its own
  useEffect(() => {
    latest.current = null;
    if (!isOn || (!isDirty && !wasKept.current)) return;
    let again: ReturnType<typeof setTimeout> | undefined;
    const query = playlistId === null ? {} : { playlistId: String(playlistId) };
    const act = async () => {
      latest.current = null;
      try {
        if (isDirty) {
          const { name, items } = draftOf(present);
          const json = { playlistId, basedOn, name, items };
          const { savedAt } = await answer(api.drafts['playlist-drafts'].$put({ json }));
          wasKept.current = true;
          setKeeping({ state: 'kept', at: savedAt });
        } else {
          await answer(api.drafts['playlist-drafts'].$delete({ query }));
          wasKept.current = false;
          setKeeping({ state: 'clean' });
        }
        void queries.invalidateQueries({ queryKey: ['playlist-drafts', playlistId] });
      } catch {
        setKeeping({ state: 'failed' });
        again = setTimeout(() => setTries((n) => n + 1), RETRY_MS);
      }
    };
    if (isDirty) setKeeping({ state: 'waiting' });
    // One after the other, so that an older draft never comes in last.
    const inTurn = () => {
      turn.current = turn.current.then(act);
    };
    latest.current = inTurn;
    const timer = setTimeout(inTurn, isDirty ? PAUSE_MS : 0);
    return () => {
      clearTimeout(timer);
      clearTimeout(again);
    };
  }, [isOn, isDirty, present, basedOn, playlistId, queries, tries]);
  // Whoever leaves before the pause is over loses nothing.
  useEffect(() => () => latest.current?.(), []);
  return keeping;
}
