import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useEffect } from 'react';
import { useFormat } from '../format.ts';
import { dropUpload, onArrival, retryUpload, useUploads } from '../uploads.ts';
import { materialWords } from '../words/material-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

/** The files on their way, with how far each is; nothing while there are none. */
export function UploadQueue() {
  const words = useWords(materialWords);
  const { retry } = useWords(shellWords);
  const format = useFormat();
  const uploads = useUploads();
  const queries = useQueryClient();
  useEffect(() => onArrival(() => void queries.invalidateQueries({ queryKey: ['assets'] })), [queries]);
  if (uploads.length === 0) return null;
  return (
    <section className="panel" aria-label={words.uploads}>
      <h2>{words.uploads}</h2>
      <ul className="uploads">
        {uploads.map(({ id, fileName, bytes, sentBytes, state, asset, trouble }) => (
          <li key={id} data-state={state}>
            <span className="name">
              {asset ? (
                <Link to="/material/$assetId" params={{ assetId: String(asset.id) }}>
                  {fileName}
                </Link>
              ) : (
                fileName
              )}
            </span>
            <progress max={bytes || 1} value={state === 'waiting' ? 0 : sentBytes} aria-label={fileName} />
            <span className="quiet">
              {words.uploadStates[state]} · {format.bytes(bytes)}
              {trouble && ` · ${trouble.message}`}
              {trouble && 'detail' in trouble && trouble.detail ? ` · ${trouble.detail}` : ''}
            </span>
            {state === 'refused' && (
              <Button size="small" onClick={() => retryUpload(id)}>
                {retry}
              </Button>
            )}
            <Button
              size="small"
              onClick={() => dropUpload(id)}
              aria-label={`${words.dropUpload} ${fileName}`}
            >
              ×
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
