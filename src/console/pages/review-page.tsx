import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
import { useFormat } from '../format.ts';
import { ExpiryForm } from '../forms/expiry-form.tsx';
import { AssetFacts, useNameOf } from '../parts/asset-facts.tsx';
import { NoticePanel } from '../parts/notice-panel.tsx';
import { Preview, type PreviewHandle } from '../parts/preview.tsx';
import { ReviewPanel } from '../parts/review-panel.tsx';
import { Thumbnail } from '../parts/thumbnail.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { submittedQuery } from '../queries.ts';
import { useMarking } from '../review-mark.ts';
import { titleOf } from '../titles.ts';
import { reviewWords } from '../words/material-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/review');

/** What waits for a second person, one piece after the other; made for phones too. */
export function ReviewPage() {
  const words = useWords(reviewWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const assets = useQuery(submittedQuery);
  const nameOf = useNameOf((assets.data ?? []).map(({ submittedBy }) => submittedBy));
  const open = (asset: number) => void navigate({ search: { asset }, replace: true });
  // The address holds fast what is looked at: whatever comes or goes, nothing else gets under the hand by itself. It
  // lets go once nothing waits.
  const first = assets.data?.[0]?.id;
  const mustFollow = assets.isSuccess && (search.asset === undefined) !== (first === undefined);
  useEffect(() => {
    if (mustFollow) void navigate({ search: first === undefined ? {} : { asset: first }, replace: true });
  }, [mustFollow, first, navigate]);
  return (
    <section className="page">
      <h1>{words.title}</h1>
      <Found query={assets} lines={8}>
        {(queue) => {
          if (queue.length === 0) return <Nothing>{words.empty}</Nothing>;
          const opened = search.asset ?? first;
          const current = queue.find(({ id }) => id === opened);
          const next = queue.find(({ id }) => id !== opened);
          return (
            <div className="queue">
              <nav className="panel" aria-label={words.queue}>
                <h2>{words.waiting(format.number(queue.length))}</h2>
                <ul>
                  {queue.map((asset) => (
                    <li key={asset.id}>
                      <button
                        type="button"
                        aria-pressed={asset.id === opened}
                        onClick={() => void navigate({ search: { asset: asset.id } })}
                      >
                        <Thumbnail assetId={asset.id} />
                        <span>
                          <b>{titleOf(asset, format.language)}</b>
                          <small className="quiet">
                            {words.submittedBy(
                              nameOf(asset.submittedBy),
                              format.since(asset.submittedAt ?? asset.createdAt, Date.now()),
                            )}
                          </small>
                        </span>
                      </button>
                    </li>
                  ))}
                </ul>
              </nav>
              {current ? (
                <Reviewed key={current.id} asset={current} onDecided={() => next && open(next.id)} />
              ) : (
                <section className="panel" role="status">
                  <p>{words.left}</p>
                  <Link className="button" to="/material/$assetId" params={{ assetId: String(opened) }}>
                    {words.lookAtLeft}
                  </Link>
                </section>
              )}
            </div>
          );
        }}
      </Found>
    </section>
  );
}

/** The piece that is looked at, with its review. */
function Reviewed({ asset, onDecided }: { asset: Asset; onDecided: () => void }) {
  const format = useFormat();
  const preview = useRef<PreviewHandle>(null);
  const marking = useMarking();
  return (
    <section className="panel">
      <h2>{titleOf(asset, format.language)}</h2>
      <Preview asset={asset} ref={preview} marking={marking} />
      {asset.category === 'notice' && <NoticePanel asset={asset} />}
      <ReviewPanel asset={asset} preview={preview} marking={marking} onDecided={onDecided} />
      <ExpiryForm asset={asset} />
      <AssetFacts asset={asset} />
    </section>
  );
}
