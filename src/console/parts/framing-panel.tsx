import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Asset, Framing } from '../../catalogue/asset.ts';
import { answer, api } from '../api.ts';
import { noticeQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { materialWords } from '../words/material-words.ts';
import { useWords } from '../words/use-words.ts';
import { TroubleNote } from './waiting.tsx';

const FRAMINGS: readonly Framing[] = ['fit', 'fill', 'blur'];
/** Shapes are shown of so many sizes of the fleet. */
const SHOWN_SIZES = 3;
/** Where the fleet's sizes are not known yet. */
const COMMON_SIZES = [
  { widthPx: 1_920, heightPx: 1_080 },
  { widthPx: 1_080, heightPx: 1_920 },
];

/** How the picture meets screens of another shape: the three ways side by side, as they will look. */
export function FramingPanel({ asset }: { asset: Asset }) {
  const words = useWords(materialWords);
  const isOpen = ['draft', 'rejected', 'withdrawn'].includes(asset.state);
  const mayChange = useMay('upload') && isOpen;
  const queries = useQueryClient();
  const sizes = useQuery({
    queryKey: ['picture-sizes'],
    queryFn: async () => (await answer(api.renditions['picture-sizes'].$get())).sizes,
  });
  const choose = useMutation({
    mutationFn: (framing: Framing) =>
      answer(
        api.renditions.assets[':id'].framing.$put({ param: { id: String(asset.id) }, json: { framing } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['assets', String(asset.id)] }),
  });
  // What was typed here is set anew for each size.
  const notice = useQuery({ ...noticeQuery(asset.id), enabled: asset.category === 'notice' });
  const found = sizes.data ?? [];
  const shown = differentShapes(found.length > 0 ? found : COMMON_SIZES, asset).slice(0, SHOWN_SIZES);
  if (shown.length === 0 || notice.data || (notice.isFetching && !notice.isFetched)) return null;
  const chosen = choose.isPending ? choose.variables : asset.framing;
  return (
    <section className="panel">
      <h2 id="framing">{words.framing}</h2>
      <p className="quiet">{isOpen ? words.framingHint : words.framingLocked}</p>
      {choose.error && <TroubleNote error={choose.error} />}
      <fieldset className="framings" aria-labelledby="framing">
        {FRAMINGS.map((framing) => (
          <label key={framing}>
            <span>
              <input
                type="radio"
                name="framing"
                checked={chosen === framing}
                disabled={!mayChange}
                onChange={() => choose.mutate(framing)}
              />{' '}
              {words.framings[framing]}
            </span>
            <span className="shapes">
              {shown.map(({ widthPx, heightPx }) => (
                <Shape key={`${widthPx}x${heightPx}`} {...{ asset, framing, widthPx, heightPx }} />
              ))}
            </span>
          </label>
        ))}
      </fieldset>
    </section>
  );
}

function Shape(props: { asset: Asset; framing: Framing; widthPx: number; heightPx: number }) {
  const { asset, framing, widthPx, heightPx } = props;
  const words = useWords(materialWords);
  const [failed, setFailed] = useState(false);
  const size = `${widthPx}×${heightPx}`;
  if (failed) return <small className="quiet">{words.noPreview}</small>;
  return (
    <img
      src={`/api/assets/${asset.id}/framing-preview?framing=${framing}&width=${widthPx}&height=${heightPx}`}
      alt={words.framingOf(words.framings[framing], size)}
      title={size}
      loading="lazy"
      onError={() => setFailed(true)}
    />
  );
}

/** One size of each shape that is not the picture's own. */
function differentShapes<S extends { widthPx: number; heightPx: number }>(
  sizes: readonly S[],
  { widthPx, heightPx }: Asset,
): S[] {
  const seen = new Set<string>();
  return sizes.filter((size) => {
    const shape = (size.widthPx / size.heightPx).toFixed(2);
    const isOwn = widthPx !== null && heightPx !== null && (widthPx / heightPx).toFixed(2) === shape;
    if (isOwn || seen.has(shape)) return false;
    seen.add(shape);
    return true;
  });
}
