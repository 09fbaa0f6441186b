import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useRef } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
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
  const { assetId } = route.useParams();
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
        {/* What was marked and typed belongs to this version and stays with none that is opened next. */}
        {(found) => <OneAsset key={found.id} asset={found} />}
      </Found>
    </section>
  );
}

function OneAsset({ asset }: { asset: Asset }) {
  const words = useWords(materialWords);
  const { rooms } = useWords(shellWords);
  const format = useFormat();
  const preview = useRef<PreviewHandle>(null);
  const marking = useMarking();
  return (
    <>
      <header>
        <h1>{titleOf(asset, format.language)}</h1>
        <StateTag state={asset.state} />
        <span className="fill" />
        <Link className="button" to="/why" search={{ asset: asset.id }}>
          {rooms.why}
        </Link>
      </header>
      <div className="two">
        <section className="panel">
          <Preview asset={asset} ref={preview} marking={marking} shown={asset.decisionMark?.area} />
          <DecisionMark asset={asset} preview={preview} />
          <ReviewPanel asset={asset} preview={preview} marking={marking} />
        </section>
        <div className="stack">
          <VerdictPanel asset={asset} />
          <section className="panel">
            <h2>{words.facts}</h2>
            <AssetFacts asset={asset} />
            <a href={`/api/assets/${asset.id}/file`} target="_blank" rel="noreferrer">
              {words.openFile}
            </a>
          </section>
          {asset.category === 'notice' && <NoticePanel asset={asset} />}
          {asset.mediaClass !== 'audio' && <FramingPanel asset={asset} />}
          <RenditionsPanel asset={asset} />
          <VersionsPanel asset={asset} />
          <section className="panel">
            <ExpiryForm asset={asset} />
          </section>
          <section className="panel">
            <h2>{words.history}</h2>
            <AssetHistory asset={asset} />
          </section>
        </div>
      </div>
    </>
  );
}
