import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { answer, api } from '../api.ts';
import { PlaylistEditor } from '../forms/playlist-editor.tsx';
import { Found } from '../parts/waiting.tsx';
import { playlistWords } from '../words/playlist-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/playlists/$playlistId');

/** One playlist, or a new one, in its editor. */
export function PlaylistPage() {
  const words = useWords(playlistWords);
  const { playlistId } = route.useParams();
  const isNew = playlistId === 'new';
  const playlist = useQuery({
    queryKey: ['playlists', playlistId],
    queryFn: () => answer(api.campaigns.playlists[':id'].$get({ param: { id: playlistId } })),
    enabled: !isNew,
    // The editor holds what it started from; a newer one must not slip in beneath it.
    refetchOnWindowFocus: false,
  });
  return (
    <section className="page">
      <p>
        <Link to="/playlists">{words.back}</Link>
      </p>
      {isNew ? (
        <PlaylistEditor key="new" stored={null} />
      ) : (
        <Found query={playlist}>{(found) => <PlaylistEditor key={found.id} stored={found} />}</Found>
      )}
    </section>
  );
}
