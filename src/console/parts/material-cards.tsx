import { Link } from '@tanstack/react-router';
import type { Asset } from '../../catalogue/asset.ts';
import { useFormat } from '../format.ts';
import { titleOf } from '../titles.ts';
import { materialWords } from '../words/material-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { StateTag } from './state-tag.tsx';
import { Thumbnail } from './thumbnail.tsx';

/** Pieces of material as cards; with `onChoose` each can be chosen. */
export function MaterialCards({
  assets,
  chosen,
  onChoose,
}: {
  assets: readonly Asset[];
  chosen: ReadonlySet<number>;
  onChoose: ((asset: Asset, isChosen: boolean) => void) | null;
}) {
  const words = useWords(materialWords);
  const shell = useWords(shellWords);
  const format = useFormat();
  return (
    <ul className="cards">
      {assets.map((asset) => {
        const title = titleOf(asset, format.language);
        return (
          <li key={asset.id}>
            <Link to="/material/$assetId" params={{ assetId: String(asset.id) }}>
              <Thumbnail assetId={asset.id} width={256} />
              <b>{title}</b>
            </Link>
            <p>
              <StateTag state={asset.state} /> {shell.categories[asset.category]}
              {asset.tags.map((tag) => (
                <Link key={tag} className="tag" to="/material" search={{ tag }}>
                  {tag}
                </Link>
              ))}
            </p>
            <p className="quiet">
              {words.classes[asset.mediaClass]}
              {asset.durationMs !== null && ` · ${format.length(asset.durationMs)}`}
              {asset.widthPx !== null && ` · ${asset.widthPx}×${asset.heightPx}`}
            </p>
            {onChoose && (
              <input
                type="checkbox"
                aria-label={words.choose(title)}
                checked={chosen.has(asset.id)}
                onChange={(event) => onChoose(asset, event.target.checked)}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}
