import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { ExpiryForm } from '../forms/expiry-form.tsx';
import { AssetFacts, AssetHistory } from '../parts/asset-facts.tsx';
import { DecisionMark } from '../parts/decision-mark.tsx';
import { FramingPanel } from '../parts/framing-panel.tsx';
import { NoticePanel } from '../parts/notice-panel.tsx';
import { Preview, type PreviewHandle } from '../parts/preview.tsx';
import { RenditionsPanel } from '../parts/renditions-panel.tsx';
import { ReviewPanel } from '../parts/review-panel.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { VerdictPanel } from '../parts/verdict-panel.tsx';
import { VersionsPanel } from '../parts/versions-panel.tsx';
import { Found } from '../parts/waiting.tsx';
import { useMarking } from '../review-mark.ts';
import { titleOf } from '../titles.ts';
import { materialWords } from '../words/material-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/material/$assetId');

/** One asset: look at it, learn where it can play, take the next step of review. */
export function AssetPage() {
  const words = useWords(materialWords);
  const { rooms } = useWords(shellWords);
  const format = useFormat();
  const { assetId } = route.useParams();
  const preview = useRef<PreviewHandle>(null);
  const marking = useMarking();
  const asset = useQuery({
    queryKey: ['assets', assetId],
    queryFn: () => answer(api.assets.assets[':id'].$get({ param: { id: assetId } })),
  });
  return (
    <section className="page">
      <p>
        <Link to="/material" search={{}}>
          {words.back}
        </Link>
      </p>
      <Found query={asset} lines={10}>
        {(found) => (
          <>
            <header>
              <h1>{titleOf(found, format.language)}</h1>
              <StateTag state={found.state} />
              <span className="fill" />
              <Link className="button" to="/why" search={{ asset: found.id }}>
                {rooms.why}
              </Link>
            </header>
            <div className="two">
              <section className="panel">
                <Preview
                  key={found.id}
                  asset={found}
                  ref={preview}
                  marking={marking}
                  shown={found.decisionMark?.area}
                />
                <DecisionMark asset={found} preview={preview} />
                <ReviewPanel asset={found} preview={preview} marking={marking} />
              </section>
              <div className="stack">
                <VerdictPanel asset={found} />
                <section className="panel">
                  <h2>{words.facts}</h2>
                  <AssetFacts asset={found} />
                  <a href={`/api/assets/${found.id}/file`} target="_blank" rel="noreferrer">
                    {words.openFile}
                  </a>
                </section>
                {found.category === 'notice' && <NoticePanel asset={found} />}
                {found.mediaClass !== 'audio' && <FramingPanel asset={found} />}
                <RenditionsPanel asset={found} />
                <VersionsPanel asset={found} />
                <section className="panel">
                  <ExpiryForm asset={found} />
                </section>
                <section className="panel">
                  <h2>{words.history}</h2>
                  <AssetHistory asset={found} />
                </section>
              </div>
            </div>
          </>
        )}
      </Found>
    </section>
  );
}
