import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import type { NoticeDraft } from '../../notices/notice.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { NoticeSlide } from '../parts/notice-slide.tsx';
import { Found, TroubleNote } from '../parts/waiting.tsx';
import { noticeQuery } from '../queries.ts';
import { useSettled } from '../settled.ts';
import { noticeWords } from '../words/notice-words.ts';
import { useWords } from '../words/use-words.ts';

/** While somebody types, slides are set anew after such a pause. */
const PAUSE_MS = 400;
/** Shapes that are shown beside the wide one. */
const SHOWN_SIZES = 4;
const LYING = { widthPx: 1_920, heightPx: 1_080 };
const STANDING = { widthPx: 1_080, heightPx: 1_920 };

const EMPTY: NoticeDraft = { template: 'warning', titleZh: '', bodyZh: '', titleEn: '', bodyEn: '' };

/** Type a notice, or a new version of one. */
export function NoticesPage() {
  const { versionOf } = useSearch({ from: '/notices' });
  const words = useWords(noticeWords);
  const former = useQuery({ ...noticeQuery(versionOf ?? 0), enabled: versionOf !== undefined });
  return (
    <section className="page">
      <h1>{versionOf === undefined ? words.title : words.newVersionTitle}</h1>
      <p className="quiet">{versionOf === undefined ? words.lead : words.newVersionLead}</p>
      {versionOf === undefined ? (
        <NoticeForm first={EMPTY} />
      ) : (
        <Found query={former} lines={6}>
          {(notice) => <NoticeForm first={notice?.draft ?? EMPTY} versionOf={versionOf} />}
        </Found>
      )}
    </section>
  );
}

/** The words, seen in every look and on every shape of screen while typing. */
function NoticeForm({ first, versionOf }: { first: NoticeDraft; versionOf?: number }) {
  const words = useWords(noticeWords);
  const format = useFormat();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(first);
  const settled = useSettled(draft, PAUSE_MS);
  const templates = useQuery({
    queryKey: ['notice-templates'],
    queryFn: async () => (await answer(api.notices['notice-templates'].$get())).templates,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const sizes = useQuery({
    queryKey: ['picture-sizes'],
    queryFn: async () => (await answer(api.renditions['picture-sizes'].$get())).sizes,
  });
  const save = useMutation({
    mutationFn: () => answer(api.notices.notices.$post({ json: { ...draft, newVersionOf: versionOf } })),
    onSuccess: (asset) => {
      void queries.invalidateQueries({ queryKey: ['assets'] });
      void navigate({ to: '/material/$assetId', params: { assetId: String(asset.id) } });
    },
  });
  const set = (change: Partial<NoticeDraft>) => {
    save.reset();
    setDraft({ ...draft, ...change });
  };
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    save.mutate();
  }
  const shapes = shapesOf(sizes.data ?? []);
  const isTyped = settled.titleZh.trim() !== '';
  return (
    <form className="two notice" onSubmit={onSubmit}>
      <section className="panel fields">
        <label className="field">
          <span>{words.titleZh}</span>
          <input
            value={draft.titleZh}
            maxLength={60}
            required
            lang="zh"
            onChange={(event) => set({ titleZh: event.target.value })}
          />
        </label>
        <label className="field">
          <span>{words.bodyZh}</span>
          <textarea
            value={draft.bodyZh}
            maxLength={400}
            rows={5}
            lang="zh"
            onChange={(event) => set({ bodyZh: event.target.value })}
          />
        </label>
        <label className="field">
          <span>{words.titleEn}</span>
          <input
            value={draft.titleEn}
            maxLength={120}
            lang="en"
            onChange={(event) => set({ titleEn: event.target.value })}
          />
        </label>
        <label className="field">
          <span>{words.bodyEn}</span>
          <textarea
            value={draft.bodyEn}
            maxLength={800}
            rows={4}
            lang="en"
            onChange={(event) => set({ bodyEn: event.target.value })}
          />
        </label>
        {save.error && <TroubleNote error={save.error} />}
        <Button
          type="primary"
          htmlType="submit"
          loading={save.isPending}
          disabled={draft.titleZh.trim() === ''}
        >
          {words.save}
        </Button>
      </section>
      <div className="stack">
        <section className="panel">
          <h2 id="look">{words.template}</h2>
          <Found query={templates} lines={4}>
            {(found) => (
              <fieldset className="framings" aria-labelledby="look">
                {found.map(({ template, name }) => (
                  <label key={template}>
                    <span>
                      <input
                        type="radio"
                        name="template"
                        checked={draft.template === template}
                        onChange={() => set({ template })}
                      />{' '}
                      {name[format.language]}
                    </span>
                    {isTyped && (
                      <NoticeSlide
                        draft={{ ...settled, template }}
                        size={LYING}
                        name={words.slide(name[format.language], '16:9')}
                      />
                    )}
                  </label>
                ))}
              </fieldset>
            )}
          </Found>
          {!isTyped && <p className="quiet">{words.typeFirst}</p>}
        </section>
        {isTyped && (
          <section className="panel">
            <h2>{words.shapes}</h2>
            <div className="slides">
              {shapes.map((size) => (
                <div key={`${size.widthPx}x${size.heightPx}`}>
                  <NoticeSlide
                    draft={settled}
                    size={size}
                    name={words.slide(words.shapes, `${size.widthPx}×${size.heightPx}`)}
                  />
                  <small className="quiet">
                    {size.widthPx}×{size.heightPx}
                  </small>
                </div>
              ))}
            </div>
          </section>
        )}
      </div>
    </form>
  );
}

/** The fleet's sizes that are not the wide one above; where there are none, an upright one. */
function shapesOf<S extends { widthPx: number; heightPx: number }>(sizes: readonly S[]) {
  const others = sizes.filter(({ widthPx, heightPx }) => widthPx * 9 !== heightPx * 16);
  return (others.length > 0 ? others : [STANDING]).slice(0, SHOWN_SIZES);
}
