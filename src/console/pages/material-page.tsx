import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useMemo, useRef, useState } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
import { answer, api, Trouble } from '../api.ts';
import { ASSET_STATES, CATEGORIES } from '../choices.ts';
import { useFormat } from '../format.ts';
import { DropZone } from '../parts/drop-zone.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { Thumbnail } from '../parts/thumbnail.tsx';
import { UploadQueue } from '../parts/upload-queue.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { assetsQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { titleOf } from '../titles.ts';
import { addUploads } from '../uploads.ts';
import { materialWords } from '../words/material-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/material');
const FIRST_CARDS = 120;

/** All material: upload, search, submit. */
export function MaterialPage() {
  const words = useWords(materialWords);
  const shell = useWords(shellWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [mayUpload, maySubmit] = [useMay('upload'), useMay('submit')];
  const assets = useQuery(assetsQuery);
  const [uploadAs, setUploadAs] = useState<Asset['category']>('psa');
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [limit, setLimit] = useState(FIRST_CARDS);
  const picker = useRef<HTMLInputElement>(null);
  const meant = useMemo(() => {
    const words = (search.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    return [...(assets.data ?? [])]
      .filter(
        (asset) =>
          (search.category === undefined || asset.category === search.category) &&
          words.every((word) =>
            `${asset.titleZh} ${asset.titleEn} ${asset.fileName}`.toLowerCase().includes(word),
          ),
      )
      .reverse();
  }, [assets.data, search.q, search.category]);
  const shown = meant.filter(({ state }) => search.state === undefined || state === search.state);
  const submit = useMutation({
    mutationFn: async (ids: readonly number[]) => {
      for (const id of ids)
        await answer(api.review.assets[':id'].submit.$post({ param: { id: String(id) } }));
      return ids.length;
    },
    onSuccess: (count) => {
      void message.success(words.submitted(format.number(count)));
      setChosen(new Set());
    },
    onError: (error) => void message.error((error instanceof Trouble && error.detail) || error.message),
    onSettled: () => queries.invalidateQueries({ queryKey: ['assets'] }),
  });
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
        <search className="filters">
          <input
            type="search"
            aria-label={words.filterText}
            placeholder={words.filterText}
            value={search.q ?? ''}
            onChange={(event) => narrow({ q: event.target.value || undefined })}
          />
          <select
            aria-label={words.category}
            value={search.category ?? ''}
            onChange={(event) => narrow({ category: CATEGORIES.find((one) => one === event.target.value) })}
          >
            <option value="">{words.allCategories}</option>
            {CATEGORIES.map((category) => (
              <option key={category} value={category}>
                {shell.categories[category]}
              </option>
            ))}
          </select>
          <span className="choices">
            {[undefined, ...ASSET_STATES].map((state) => (
              <button
                key={state ?? 'all'}
                type="button"
                aria-pressed={search.state === state}
                onClick={() => narrow({ state })}
              >
                {state === undefined ? shell.all : shell.states[state]}{' '}
                {format.number(
                  state === undefined ? meant.length : meant.filter((asset) => asset.state === state).length,
                )}
              </button>
            ))}
          </span>
          {chosen.size > 0 && (
            <Button type="primary" loading={submit.isPending} onClick={() => submit.mutate([...chosen])}>
              {words.submitChosen(format.number(chosen.size))}
            </Button>
          )}
        </search>
        <Found query={assets} lines={8}>
          {(all) =>
            shown.length === 0 ? (
              <Nothing>{all.length === 0 ? words.empty : words.none}</Nothing>
            ) : (
              <ul className="cards">
                {shown.slice(0, limit).map((asset) => {
                  const title = titleOf(asset, format.language);
                  const canSubmit = maySubmit && ['draft', 'rejected', 'withdrawn'].includes(asset.state);
                  return (
                    <li key={asset.id}>
                      <Link to="/material/$assetId" params={{ assetId: String(asset.id) }}>
                        <Thumbnail assetId={asset.id} width={256} />
                        <b>{title}</b>
                      </Link>
                      <p>
                        <StateTag state={asset.state} /> {shell.categories[asset.category]}
                      </p>
                      <p className="quiet">
                        {words.classes[asset.mediaClass]}
                        {asset.durationMs !== null && ` · ${format.length(asset.durationMs)}`}
                        {asset.widthPx !== null && ` · ${asset.widthPx}×${asset.heightPx}`}
                      </p>
                      {canSubmit && (
                        <input
                          type="checkbox"
                          aria-label={words.choose(title)}
                          checked={chosen.has(asset.id)}
                          onChange={(event) => {
                            const next = new Set(chosen);
                            if (event.target.checked) next.add(asset.id);
                            else next.delete(asset.id);
                            setChosen(next);
                          }}
                        />
                      )}
                    </li>
                  );
                })}
              </ul>
            )
          }
        </Found>
        {shown.length > limit && <Button onClick={() => setLimit(limit + FIRST_CARDS)}>{shell.more}</Button>}
      </section>
    </DropZone>
  );
}
