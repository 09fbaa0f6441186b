import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { answer, api } from '../api.ts';
import { PlaylistEditor } from '../forms/playlist-editor.tsx';
import { ClosedPage } from '../parts/trouble-page.tsx';
import { Found } from '../parts/waiting.tsx';
import { useDrafts } from '../playlist-keeping.ts';
import { useMay } from '../session.tsx';
import { playlistWords } from '../words/playlist-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/playlists/$playlistId');

/** One playlist, or a new one, in its editor. */
export function PlaylistPage() {
  const words = useWords(playlistWords);
  const { rooms } = useWords(shellWords);
  const { playlistId } = route.useParams();
  const isNew = playlistId === 'new';
  const playlist = useQuery({
    queryKey: ['playlists', playlistId],
    queryFn: () => answer(api.campaigns.playlists[':id'].$get({ param: { id: playlistId } })),
    enabled: !isNew,
    // The editor holds what it started from, and is told of a newer one.
    refetchInterval: 3_000,
  });
  const drafts = useDrafts(isNew ? null : Number(playlistId));
  const mayBook = useMay('book');
  if (isNew && !mayBook) return <ClosedPage needs="book" />;
  return (
    <section className="page">
      <p>
        <Link to="/playlists">{words.back}</Link>
        {!isNew && (
          <>
            {' · '}
            <Link to="/why" search={{ playlist: Number(playlistId) }}>
              {rooms.why}
            </Link>
          </>
        )}
      </p>
      {isNew ? (
        <Found query={drafts}>{(kept) => <PlaylistEditor key="new" stored={null} drafts={kept} />}</Found>
      ) : (
        <Found query={playlist}>
          {(found) => (
            <Found query={drafts}>
              {(kept) => <PlaylistEditor key={found.id} stored={found} drafts={kept} />}
            </Found>
          )}
        </Found>
      )}
    </section>
  );
}
