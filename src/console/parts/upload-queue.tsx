import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useEffect } from 'react';
import { answer, api, done } from '../api.ts';
import { useFormat } from '../format.ts';
import { useMay } from '../session.tsx';
import { titleOf } from '../titles.ts';
import {
  dropUpload,
  goOnWithUpload,
  isOfThisPage,
  onArrival,
  pauseUpload,
  retryUpload,
  type Upload,
  useUploads,
} from '../uploads.ts';
import { materialWords } from '../words/material-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { VerdictLine } from './verdict-panel.tsx';

/** The files on their way, with how far each is, and those that an earlier page left unfinished; else nothing. */
export function UploadQueue({ onChoose }: { onChoose: () => void }) {
  const words = useWords(materialWords);
  const uploads = useUploads();
  const mayUpload = useMay('upload');
  const queries = useQueryClient();
  useEffect(() => onArrival(() => void queries.invalidateQueries({ queryKey: ['assets'] })), [queries]);
  const open = useQuery({
    queryKey: ['uploads'],
    queryFn: async () => (await answer(api.uploads.uploads.$get())).uploads,
    enabled: mayUpload,
  });
  const left = (open.data ?? []).filter(({ id, state }) => state === 'receiving' && !isOfThisPage(id));
  if (uploads.length === 0 && left.length === 0) return null;
  return (
    <section className="panel" aria-label={words.uploads}>
      <h2>{words.uploads}</h2>
      <ul className="uploads">
        {uploads.map((upload) => (
          <UploadLine key={upload.id} upload={upload} />
        ))}
        {left.map(({ id, fileName, bytes, receivedBytes }) => (
          <li key={id} data-state="left">
            <span className="name">{fileName}</span>
            <progress max={bytes} value={receivedBytes} aria-label={fileName} />
            <span className="quiet">{words.leftUpload}</span>
            <Button size="small" onClick={onChoose}>
              {words.chooseAgain}
            </Button>
            <Button
              size="small"
              aria-label={`${words.dropUpload} ${fileName}`}
              onClick={async () => {
                const headers = { 'tus-resumable': '1.0.0' };
                await done(api.uploads.uploads[':id'].$delete({ param: { id } }, { headers })).catch(
                  () => {},
                );
                await queries.invalidateQueries({ queryKey: ['uploads'] });
              }}
            >
              ×
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function UploadLine({ upload }: { upload: Upload }) {
  const words = useWords(materialWords);
  const { retry } = useWords(shellWords);
  const format = useFormat();
  const { id, fileName, bytes, sentBytes, perSecond, state, isHeld, asset, trouble } = upload;
  const isUnderWay = state === 'sending' || state === 'paused';
  const told = [
    isHeld ? words.uploadHeld : words.uploadStates[state],
    ...(isUnderWay ? [format.percent(bytes === 0 ? 0 : sentBytes / bytes)] : []),
    ...(perSecond === null || state !== 'sending' ? [] : [`${format.megabytes(perSecond)}/s`]),
    format.bytes(bytes),
    ...(trouble ? [trouble.message] : []),
    ...(trouble && 'detail' in trouble && typeof trouble.detail === 'string' && trouble.detail !== ''
      ? [trouble.detail]
      : []),
  ];
  return (
    <li data-state={state}>
      <span className="name">
        {asset ? (
          <Link to="/material/$assetId" params={{ assetId: String(asset.id) }}>
            {state === 'known' ? words.knownAs(fileName, titleOf(asset, format.language)) : fileName}
          </Link>
        ) : (
          fileName
        )}
      </span>
      <progress max={bytes || 1} value={state === 'waiting' ? 0 : sentBytes} aria-label={fileName} />
      <span className="quiet">
        {told.join(' · ')}
        {asset && <VerdictLine asset={asset} />}
      </span>
      {state === 'sending' && (
        <Button size="small" onClick={() => pauseUpload(id)} aria-label={`${words.pauseUpload} ${fileName}`}>
          {words.pauseUpload}
        </Button>
      )}
      {state === 'paused' && (
        <Button size="small" onClick={() => goOnWithUpload(id)} aria-label={`${words.goOn} ${fileName}`}>
          {words.goOn}
        </Button>
      )}
      {state === 'refused' && (
        <Button size="small" onClick={() => retryUpload(id)}>
          {retry}
        </Button>
      )}
      <Button size="small" onClick={() => dropUpload(id)} aria-label={`${words.dropUpload} ${fileName}`}>
        ×
      </Button>
    </li>
  );
}
