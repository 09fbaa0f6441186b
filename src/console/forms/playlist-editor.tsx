import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { Playlist } from '../../campaigns/playlist.ts';
import type { Asset } from '../../catalogue/asset.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { StateTag } from '../parts/state-tag.tsx';
import { Thumbnail } from '../parts/thumbnail.tsx';
import { Found, Nothing, TroubleNote } from '../parts/waiting.tsx';
import { draftOf, type EditedPlaylist, editedOf, isSame, STILL_MS, totalMsOf } from '../playlist-draft.ts';
import { assetsQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { titleOf } from '../titles.ts';
import { changed, redone, undoable, undone } from '../undo.ts';
import { playlistWords } from '../words/playlist-words.ts';
import { useWords } from '../words/use-words.ts';
import { PlaylistOrder } from './playlist-order.tsx';

const NEW: EditedPlaylist = { name: '', items: [] };

/** Builds a playlist: order, lengths, weights; every step can be undone, and nobody's work is overwritten unseen. */
export function PlaylistEditor({ stored }: { stored: Playlist | null }) {
  const words = useWords(playlistWords);
  const format = useFormat();
  const mayBook = useMay('book');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [base, setBase] = useState<EditedPlaylist>(stored ? editedOf(stored) : NEW);
  const [state, setState] = useState(() => undoable(base));
  const [theirs, setTheirs] = useState<EditedPlaylist | null>(null);
  const added = useRef(0);
  const { present } = state;
  const isDirty = !isSame(present, base);
  const edit = (next: Partial<EditedPlaylist>) =>
    setState((now) => changed(now, { ...now.present, ...next }));

  useBlocker({ shouldBlockFn: () => isDirty && !window.confirm(words.leave), enableBeforeUnload: isDirty });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.target instanceof HTMLInputElement) return;
      const key = event.key.toLowerCase();
      if (key === 'z' || key === 'y') {
        event.preventDefault();
        setState((now) => (key === 'y' || event.shiftKey ? redone(now) : undone(now)));
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const save = useMutation({
    mutationFn: async ({ overwrite }: { overwrite: boolean }) => {
      const json = draftOf(present);
      if (!stored) return answer(api.campaigns.playlists.$post({ json }));
      const at = { param: { id: String(stored.id) } };
      if (!overwrite) {
        const current = editedOf(await answer(api.campaigns.playlists[':id'].$get(at)));
        if (!isSame(current, base)) {
          setTheirs(current);
          return null;
        }
      }
      return answer(api.campaigns.playlists[':id'].$put({ ...at, json }));
    },
    onSuccess: (saved) => {
      if (!saved) return;
      setTheirs(null);
      setBase(present);
      void message.success(words.saved);
      queries.setQueryData(['playlists', String(saved.id)], saved);
      void queries.invalidateQueries({ queryKey: ['playlists'], exact: true });
      if (!stored) {
        void navigate({
          to: '/playlists/$playlistId',
          params: { playlistId: String(saved.id) },
          replace: true,
          ignoreBlocker: true,
        });
      }
    },
  });

  function add(asset: Asset): void {
    added.current += 1;
    const { id, mediaClass, durationMs } = asset;
    edit({
      items: [
        ...present.items,
        {
          key: `added ${added.current}`,
          assetId: id,
          title: titleOf(asset, format.language),
          state: asset.state,
          mediaClass,
          durationMs: durationMs ?? STILL_MS,
          weight: 1,
        },
      ],
    });
  }

  return (
    <>
      <header className="editor-head">
        <label className="field">
          <span>{words.name}</span>
          <input
            value={present.name}
            maxLength={200}
            placeholder={words.newTitle}
            onChange={(event) => edit({ name: event.target.value })}
          />
        </label>
        <span className="fill" />
        {isDirty && <span className="quiet">{words.unsaved}</span>}
        <Button disabled={state.past.length === 0} onClick={() => setState(undone)}>
          {words.undo}
        </Button>
        <Button disabled={state.future.length === 0} onClick={() => setState(redone)}>
          {words.redo}
        </Button>
        {mayBook && (
          <Button
            type="primary"
            loading={save.isPending}
            disabled={!isDirty || present.items.length === 0 || present.name.trim() === ''}
            onClick={() => save.mutate({ overwrite: false })}
          >
            {words.save}
          </Button>
        )}
      </header>
      {save.error && <TroubleNote error={save.error} />}
      {theirs && (
        <div className="trouble" role="alert">
          <b>{words.conflict}</b>
          <p>{words.conflictLead}</p>
          <div className="acts">
            <Button danger onClick={() => save.mutate({ overwrite: true })}>
              {words.overwrite}
            </Button>
            <Button
              onClick={() => {
                setBase(theirs);
                setState(undoable(theirs));
                setTheirs(null);
              }}
            >
              {words.takeTheirs}
            </Button>
          </div>
        </div>
      )}
      <div className="two">
        <section className="panel">
          <header>
            <h2>{words.chosen}</h2>
            <span className="fill" />
            <output>
              {words.total(format.number(present.items.length), format.length(totalMsOf(present.items)))}
            </output>
          </header>
          <p className="quiet">{words.chosenLead}</p>
          {present.items.length === 0 ? (
            <Nothing>{words.empty}</Nothing>
          ) : (
            <PlaylistOrder items={present.items} onChange={(items) => edit({ items })} />
          )}
          {present.items.some((item) => item.state !== 'approved') && (
            <p className="quiet">{words.notApproved}</p>
          )}
        </section>
        <AssetPicker onAdd={add} />
      </div>
    </>
  );
}

function AssetPicker({ onAdd }: { onAdd: (asset: Asset) => void }) {
  const words = useWords(playlistWords);
  const format = useFormat();
  const assets = useQuery(assetsQuery);
  const [q, setQ] = useState('');
  return (
    <section className="panel">
      <h2>{words.available}</h2>
      <input
        className="plain"
        type="search"
        aria-label={words.filter}
        placeholder={words.filter}
        value={q}
        onChange={(event) => setQ(event.target.value)}
      />
      <Found query={assets}>
        {(all) => (
          <ul className="picker">
            {all
              .filter(({ state }) => state !== 'retired' && state !== 'rejected')
              .filter((asset) => `${asset.titleZh} ${asset.titleEn}`.toLowerCase().includes(q.toLowerCase()))
              .slice(-100)
              .reverse()
              .map((asset) => {
                const title = titleOf(asset, format.language);
                return (
                  <li key={asset.id}>
                    <Thumbnail assetId={asset.id} />
                    <span className="what">
                      <b>{title}</b>
                      {asset.state !== 'approved' && <StateTag state={asset.state} />}
                    </span>
                    <Button size="small" onClick={() => onAdd(asset)} aria-label={words.addItem(title)}>
                      +
                    </Button>
                  </li>
                );
              })}
          </ul>
        )}
      </Found>
    </section>
  );
}
