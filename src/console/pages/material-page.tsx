import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo, useRef, useState } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
import { useBulkActs } from '../bulk-acts.ts';
import { CATEGORIES } from '../choices.ts';
import { useFormat } from '../format.ts';
import { DropZone } from '../parts/drop-zone.tsx';
import { BulkResult, MaterialBulk } from '../parts/material-bulk.tsx';
import { MaterialCards } from '../parts/material-cards.tsx';
import { MaterialFilters } from '../parts/material-filters.tsx';
import { MoreOf } from '../parts/more-of.tsx';
import { UploadQueue } from '../parts/upload-queue.tsx';
import { Nothing, SkeletonLines, TroubleNote } from '../parts/waiting.tsx';
import { materialQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { addUploads } from '../uploads.ts';
import { bulkWords } from '../words/bulk-words.ts';
import { materialWords } from '../words/material-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/material');

/** All material: upload, search, and what is done to many pieces at once. */
export function MaterialPage() {
  const words = useWords(materialWords);
  const shell = useWords(shellWords);
  const bulk = useWords(bulkWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayUpload = useMay('upload');
  const [mayTag, maySubmit, mayRetire] = [useMay('tag'), useMay('submit'), useMay('retire')];
  const mayAct = mayTag || maySubmit || mayRetire;
  const q = search.q?.trim();
  const material = useInfiniteQuery(materialQuery({ ...search, q: q || undefined }));
  const pages = material.data?.pages;
  const shown = useMemo(() => (pages ?? []).flatMap(({ assets }) => assets), [pages]);
  const isNarrowed = Object.values(search).some((value) => value !== undefined);
  const acts = useBulkActs();
  const [uploadAs, setUploadAs] = useState<Asset['category']>('psa');
  /** What was chosen, as it was seen; what the server says of it since then counts. */
  const [marked, setChosen] = useState<ReadonlyMap<number, Asset>>(new Map());
  const chosen = useMemo(() => {
    const fresh = new Map(shown.map((asset) => [asset.id, asset]));
    return new Map([...marked].map(([id, asset]) => [id, fresh.get(id) ?? asset]));
  }, [marked, shown]);
  const picker = useRef<HTMLInputElement>(null);
  const narrow = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const take = (files: File[]) => addUploads(files, uploadAs);

  return (
    <DropZone isOpen={mayUpload} hint={words.dropHere} onFiles={take}>
      <section className="page">
        <header>
          <h1>{words.title}</h1>
          <span className="fill" />
          {mayUpload && (
            <>
              <label>
                {words.uploadAs}{' '}
                <select
                  className="plain"
                  value={uploadAs}
                  onChange={(event) =>
                    setUploadAs(CATEGORIES.find((one) => one === event.target.value) ?? 'psa')
                  }
                >
                  {CATEGORIES.map((category) => (
                    <option key={category} value={category}>
                      {shell.categories[category]}
                    </option>
                  ))}
                </select>
              </label>
              <Button type="primary" onClick={() => picker.current?.click()}>
                {words.upload}
              </Button>
              <input
                ref={picker}
                type="file"
                multiple
                hidden
                aria-label={words.upload}
                onChange={(event) => {
                  take([...(event.target.files ?? [])]);
                  event.target.value = '';
                }}
              />
            </>
          )}
        </header>
        {mayUpload && <p className="quiet">{words.dropHint}</p>}
        <UploadQueue onChoose={() => picker.current?.click()} />
        <MaterialFilters search={search} counts={pages?.[0]?.counts} onNarrow={narrow} />
        {mayAct && shown.length > 0 && (
          <p className="acts">
            <Button size="small" onClick={() => setChosen(new Map(shown.map((asset) => [asset.id, asset])))}>
              {bulk.chooseShown(format.number(shown.length))}
            </Button>
            {chosen.size > 0 && (
              <Button size="small" onClick={() => setChosen(new Map())}>
                {bulk.chooseNone}
              </Button>
            )}
          </p>
        )}
        {acts.outcome && <BulkResult outcome={acts.outcome} onClose={acts.forget} />}
        {chosen.size > 0 && <MaterialBulk chosen={[...chosen.values()]} acts={acts} />}
        {material.isPending && <SkeletonLines lines={8} />}
        {material.error && !pages && (
          <TroubleNote error={material.error} onRetry={() => void material.refetch()} />
        )}
        {pages &&
          (shown.length === 0 ? (
            <Nothing>{isNarrowed ? words.none : words.empty}</Nothing>
          ) : (
            <MaterialCards
              assets={shown}
              chosen={new Set(chosen.keys())}
              onChoose={
                mayAct
                  ? (asset, isChosen) => {
                      const next = new Map(chosen);
                      if (isChosen) next.set(asset.id, asset);
                      else next.delete(asset.id);
                      setChosen(next);
                    }
                  : null
              }
            />
          ))}
        <MoreOf of={material} />
      </section>
    </DropZone>
  );
}
