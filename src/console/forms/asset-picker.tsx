import { useDraggable } from '@dnd-kit/core';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
import { useFormat } from '../format.ts';
import { StateTag } from '../parts/state-tag.tsx';
import { Thumbnail } from '../parts/thumbnail.tsx';
import { Found } from '../parts/waiting.tsx';
import { assetsQuery } from '../queries.ts';
import { titleOf } from '../titles.ts';
import { playlistWords } from '../words/playlist-words.ts';
import { useWords } from '../words/use-words.ts';

/** Material to put into a playlist: by its button, or dragged to its place. */
export function AssetPicker({ onAdd }: { onAdd: (asset: Asset) => void }) {
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
              .map((asset) => (
                <PickerRow
                  key={asset.id}
                  asset={asset}
                  title={titleOf(asset, format.language)}
                  onAdd={() => onAdd(asset)}
                />
              ))}
          </ul>
        )}
      </Found>
    </section>
  );
}

function PickerRow({ asset, title, onAdd }: { asset: Asset; title: string; onAdd: () => void }) {
  const words = useWords(playlistWords);
  const format = useFormat();
  // The button beside it does the same by keyboard, so the row itself takes the pointer alone.
  const { setNodeRef, listeners } = useDraggable({ id: `asset ${asset.id}`, data: { asset, title } });
  return (
    <li ref={setNodeRef} className="draggable" onPointerDown={listeners?.onPointerDown as never}>
      <Thumbnail assetId={asset.id} />
      <span className="what">
        <b>{title}</b>
        {asset.durationMs !== null && <span className="quiet number">{format.length(asset.durationMs)}</span>}
        {asset.state !== 'approved' && <StateTag state={asset.state} />}
      </span>
      <Button size="small" onClick={onAdd} aria-label={words.addItem(title)}>
        +
      </Button>
    </li>
  );
}
