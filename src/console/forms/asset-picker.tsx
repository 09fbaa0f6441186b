import { useDraggable } from '@dnd-kit/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
import { useFormat } from '../format.ts';
import { MoreOf } from '../parts/more-of.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { Thumbnail } from '../parts/thumbnail.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { materialQuery } from '../queries.ts';
import { useSettled } from '../settled.ts';
import { titleOf } from '../titles.ts';
import { materialWords } from '../words/material-words.ts';
import { playlistWords } from '../words/playlist-words.ts';
import { useWords } from '../words/use-words.ts';

/** Material to put into a playlist: by its button, or dragged to its place. */
export function AssetPicker({ onAdd }: { onAdd: (asset: Asset) => void }) {
  const words = useWords(playlistWords);
  const material = useWords(materialWords);
  const format = useFormat();
  const [q, setQ] = useState('');
  const settled = useSettled(q.trim());
  const assets = useInfiniteQuery(materialQuery({ usable: 'true', q: settled || undefined }));
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
        {({ pages }) => {
          const found = pages.flatMap((page) => page.assets);
          if (found.length === 0) return <Nothing>{material.none}</Nothing>;
          return (
            <ul className="picker">
              {found.map((asset) => (
                <PickerRow
                  key={asset.id}
                  asset={asset}
                  title={titleOf(asset, format.language)}
                  onAdd={() => onAdd(asset)}
                />
              ))}
            </ul>
          );
        }}
      </Found>
      <MoreOf of={assets} />
    </section>
  );
}

function PickerRow({ asset, title, onAdd }: { asset: Asset; title: string; onAdd: () => void }) {
  const words = useWords(playlistWords);
  const format = useFormat();
  // The button beside it does the same by keyboard, so the row itself takes the pointer alone.
  const { setNodeRef, listeners } = useDraggable({ id: `asset ${asset.id}`, data: { asset, title } });
  return (
    <li ref={setNodeRef} className="draggable" onPointerDown={(event) => listeners?.onPointerDown?.(event)}>
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
