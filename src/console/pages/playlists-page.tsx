import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useFormat } from '../format.ts';
import { MoreOf } from '../parts/more-of.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { Thumbnail } from '../parts/thumbnail.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { Wide } from '../parts/wide.tsx';
import { playlistPagesQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { useSettled } from '../settled.ts';
import { playlistWords } from '../words/playlist-words.ts';
import { useWords } from '../words/use-words.ts';

/** All playlists. */
export function PlaylistsPage() {
  const words = useWords(playlistWords);
  const format = useFormat();
  const mayBook = useMay('book');
  const [q, setQ] = useState('');
  const settled = useSettled(q.trim());
  const playlists = useInfiniteQuery(playlistPagesQuery(settled || undefined));
  return (
    <section className="page">
      <header>
        <h1>{words.title}</h1>
        <span className="fill" />
        {mayBook && (
          <Link className="button primary" to="/playlists/$playlistId" params={{ playlistId: 'new' }}>
            {words.add}
          </Link>
        )}
      </header>
      <SearchField label={words.filter} value={q} onType={setQ} />
      <Found query={playlists}>
        {({ pages }) =>
          pages.every((page) => page.length === 0) ? (
            <Nothing>{settled === '' ? words.none : words.noneMeant}</Nothing>
          ) : (
            <Wide label={words.title}>
              <table className="rows">
                <thead>
                  <tr>
                    <th scope="col">{words.columns.name}</th>
                    <th scope="col">{words.columns.items}</th>
                    <th scope="col" className="number">
                      {words.columns.total}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {pages.flat().map(({ id, name, items, totalMs }) => (
                    <tr key={id}>
                      <td>
                        <Link to="/playlists/$playlistId" params={{ playlistId: String(id) }}>
                          {name}
                        </Link>
                      </td>
                      <td>
                        <span className="strip-of-pictures">
                          {items.slice(0, 6).map((item, place) => (
                            // biome-ignore lint/suspicious/noArrayIndexKey: one asset may stand twice in a playlist
                            <Thumbnail key={`${place} ${item.assetId}`} assetId={item.assetId} width={48} />
                          ))}
                          {words.items(format.number(items.length))}
                        </span>
                      </td>
                      <td className="number">{format.length(totalMs)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Wide>
          )
        }
      </Found>
      <MoreOf of={playlists} />
    </section>
  );
}
