import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { KeptDraft, Playlist } from '../../campaigns/playlist.ts';
import type { Asset } from '../../catalogue/asset.ts';
import { answer, api, Trouble } from '../api.ts';
import { useTitles } from '../asset-titles.ts';
import { useFormat } from '../format.ts';
import { PlaylistConflict } from '../parts/playlist-conflict.tsx';
import { KeepingSign, OtherEditors } from '../parts/playlist-editors.tsx';
import { PlaylistPreview } from '../parts/playlist-preview.tsx';
import { Nothing, TroubleNote } from '../parts/waiting.tsx';
import { draftOf, type EditedPlaylist, editedOf, isSame, STILL_MS, totalMsOf } from '../playlist-draft.ts';
import { useKeeping } from '../playlist-keeping.ts';
import { useMay, useMe } from '../session.tsx';
import { titleOf } from '../titles.ts';
import { changed, redone, undoable, undone } from '../undo.ts';
import { playlistWords } from '../words/playlist-words.ts';
import { useWords } from '../words/use-words.ts';
import { AssetPicker } from './asset-picker.tsx';
import { PlaylistBoard, PlaylistOrder } from './playlist-order.tsx';

const NEW: EditedPlaylist = { name: '', items: [] };

interface Saving {
  /** As it was when the save began. */
  readonly content: EditedPlaylist;
  /** The version that was seen and may be written over. */
  readonly over?: number;
  /** Another playlist is made of it. */
  readonly asNew?: boolean;
}

/**
 * Builds a playlist: order, lengths, weights. Every step can be undone; drafts are kept by themselves, and what
 * somebody else stored meanwhile is shown before anything is written over.
 */
export function PlaylistEditor({
  stored,
  drafts,
}: {
  stored: Playlist | null;
  drafts: readonly KeptDraft[];
}) {
  const words = useWords(playlistWords);
  const format = useFormat();
  const me = useMe();
  const mayBook = useMay('book');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const playlistId = stored?.id ?? null;
  const own = useRef(drafts.find(({ editor }) => editor === me.id)).current;
  const [base, setBase] = useState(() => ({
    // A draft that began with an older version meets the newer one as a conflict, and does not write over it.
    version: Math.min(stored?.version ?? 0, (mayBook && own?.basedOn) || Number.POSITIVE_INFINITY),
    content: stored ? editedOf(stored) : NEW,
  }));
  const [state, setState] = useState(() => {
    const start = undoable(base.content);
    return own && mayBook ? changed(start, editedOf(own)) : start;
  });
  const added = useRef(0);
  const { present } = state;
  const nameOf = useTitles(present.items.map(({ assetId }) => assetId));
  // A stored entry tells the Chinese title alone.
  const items = present.items.map((item) => ({ ...item, title: nameOf(item.assetId, item.title) }));
  const isDirty = !isSame(present, base.content);
  const theirs = stored && stored.version > base.version ? stored : null;
  const edit = (next: Partial<EditedPlaylist>) =>
    setState((now) => changed(now, { ...now.present, ...next }));
  const keeping = useKeeping({
    playlistId,
    basedOn: base.version,
    present,
    isDirty,
    isOn: mayBook,
  });

  // Whoever has changed nothing is shown the newest at once.
  useEffect(() => {
    if (!theirs || isDirty) return;
    setBase({ version: theirs.version, content: editedOf(theirs) });
    setState(undoable(editedOf(theirs)));
  }, [theirs, isDirty]);
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
    mutationFn: async ({ content, over, asNew }: Saving) => {
      const json = draftOf(content);
      if (asNew || playlistId === null) {
        const name = asNew ? words.copyOf(json.name, me.name).slice(0, 200) : json.name;
        const made = await answer(api.campaigns.playlists.$post({ json: { ...json, name } }));
        const query = playlistId === null ? {} : { playlistId: String(playlistId) };
        await answer(api.drafts['playlist-drafts'].$delete({ query }));
        return made;
      }
      const param = { id: String(playlistId) };
      return answer(
        api.campaigns.playlists[':id'].$put({ param, json: { ...json, version: over ?? base.version } }),
      );
    },
    onSuccess: (saved, { content }) => {
      void message.success(words.saved);
      queries.setQueryData(['playlists', String(saved.id)], saved);
      void queries.invalidateQueries({ queryKey: ['playlists'] });
      // What was changed while it was on its way is still to be saved.
      if (saved.id === playlistId) setBase({ version: saved.version, content });
      else {
        setState(undoable(base.content));
        void navigate({
          to: '/playlists/$playlistId',
          params: { playlistId: String(saved.id) },
          replace: playlistId === null,
        });
      }
    },
    onError: (error) => {
      if (error instanceof Trouble && error.code === 'playlist.changed')
        void queries.invalidateQueries({ queryKey: ['playlists', String(playlistId)] });
    },
  });

  // The page goes on to the playlist that is being made: what was typed meanwhile would be lost.
  const isLeaving = save.isPending && (playlistId === null || save.variables.asNew === true);

  function entryOf(asset: Asset) {
    added.current += 1;
    const { id, mediaClass, durationMs } = asset;
    return {
      key: `added ${added.current}`,
      assetId: id,
      title: titleOf(asset, format.language),
      state: asset.state,
      mediaClass,
      durationMs: durationMs ?? STILL_MS,
      weight: 1,
    };
  }
  const insert = (asset: Asset, place: number) =>
    edit({ items: present.items.toSpliced(place, 0, entryOf(asset)) });

  return (
    <>
      <h1>{stored === null ? words.newTitle : base.content.name}</h1>
      <header className="editor-head" inert={isLeaving}>
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
        <KeepingSign keeping={keeping} isDirty={isDirty} />
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
            disabled={!isDirty || theirs !== null || present.items.length === 0 || present.name.trim() === ''}
            onClick={() => save.mutate({ content: present })}
          >
            {words.save}
          </Button>
        )}
      </header>
      {save.error && !theirs && <TroubleNote error={save.error} />}
      {own && mayBook && isDirty && (
        <p className="made">
          {words.tookUp(format.dateTime(own.savedAt))}
          <Button size="small" onClick={() => setState((now) => changed(now, base.content))}>
            {words.discard}
          </Button>
        </p>
      )}
      <OtherEditors
        drafts={drafts.filter(({ editor }) => editor !== me.id)}
        present={present}
        onTake={(draft) => setState((now) => changed(now, editedOf(draft)))}
      />
      {theirs && isDirty && (
        <PlaylistConflict
          before={isSame(base.content, editedOf(theirs)) ? present : base.content}
          theirs={theirs}
          isBusy={save.isPending}
          onTake={() => {
            setBase({ version: theirs.version, content: editedOf(theirs) });
            setState((now) => changed(now, editedOf(theirs)));
          }}
          onBoth={() => save.mutate({ content: present, asNew: true })}
          onMine={() => save.mutate({ content: present, over: theirs.version })}
        />
      )}
      <PlaylistBoard items={items} onChange={(moved) => edit({ items: moved })} onInsert={insert}>
        <div className="two" inert={isLeaving}>
          <div className="stack">
            <section className="panel">
              <header>
                <h2>{words.chosen}</h2>
                <span className="fill" />
                <output>{words.total(format.number(items.length), format.length(totalMsOf(items)))}</output>
              </header>
              <p className="quiet">{words.chosenLead}</p>
              <PlaylistOrder items={items} onChange={(moved) => edit({ items: moved })}>
                <Nothing>{words.empty}</Nothing>
              </PlaylistOrder>
              {items.some((item) => item.state !== 'approved') && (
                <p className="quiet">{words.notApproved}</p>
              )}
            </section>
            {items.length > 0 && <PlaylistPreview items={items} />}
          </div>
          <AssetPicker onAdd={(asset) => insert(asset, items.length)} />
        </div>
      </PlaylistBoard>
    </>
  );
}
