import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import type { Asset, Framing } from '../../catalogue/asset.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { useMay } from '../session.tsx';
import { materialWords } from '../words/material-words.ts';
import { useWords } from '../words/use-words.ts';
import { Found, TroubleNote } from './waiting.tsx';

/** While something is being made its progress is asked for so often. */
const WATCH_EVERY_MS = 2_000;

/** What is made of an upload for screens and loudspeakers: how far it is, why it failed, cancel and try again. */
export function RenditionsPanel({ asset }: { asset: Asset }) {
  const words = useWords(materialWords);
  const format = useFormat();
  const mayChange = useMay('upload');
  const queries = useQueryClient();
  const key = ['assets', String(asset.id), 'renditions'];
  const list = useQuery({
    queryKey: key,
    queryFn: async () => {
      const found = await answer(
        api.renditions.assets[':id'].renditions.$get({ param: { id: String(asset.id) } }),
      );
      const isMade = found.jobs.filter(({ state }) => state === 'done').length > madeOf(asset);
      if (isMade) void queries.invalidateQueries({ queryKey: ['assets', String(asset.id)], exact: true });
      return found;
    },
    refetchInterval: ({ state }) =>
      state.data?.jobs.some((job) => job.state === 'queued' || job.state === 'running')
        ? WATCH_EVERY_MS
        : false,
  });
  const change = useMutation({
    mutationFn: ({ id, verb }: { id: number; verb: 'cancel' | 'retry' }) => {
      const job = api.renditions.renditions[':id'];
      const param = { id: String(id) };
      return answer(verb === 'cancel' ? job.cancel.$post({ param }) : job.retry.$post({ param }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const nameOf = ({ madeFor, variant }: { madeFor: 'screen' | 'sound'; variant: string }): string => {
    if (variant === '') return words.madeFor[madeFor];
    if (variant === 'thin') return words.madeForThin;
    if (variant === 'mp3') return words.madeForMp3;
    const [framing, size = ''] = variant.split('-');
    return words.madeForSize(size.replace('x', '×'), words.framings[framing as Framing]);
  };
  return (
    <section className="panel">
      <h2>{words.renditions}</h2>
      <Found query={list} lines={2}>
        {({ transcoder, jobs }) => (
          <>
            {jobs.length === 0 && <p className="quiet">{words.noRenditions}</p>}
            {jobs.length > 0 && transcoder === null && <p role="status">{words.noTranscoder}</p>}
            {change.error && <TroubleNote error={change.error} />}
            <ul className="renditions">
              {jobs.map((job) => (
                <li key={job.id}>
                  <b>{nameOf(job)}</b> <span>{words.jobStates[job.state]}</span>
                  {job.state === 'running' && (
                    <Progress percent={job.progressPercent} size="small" aria-label={nameOf(job)} />
                  )}
                  {job.state === 'failed' && job.trouble !== null && <p>{job.trouble[format.language]}</p>}
                  {mayChange && (job.state === 'queued' || job.state === 'running') && (
                    <Button size="small" onClick={() => change.mutate({ id: job.id, verb: 'cancel' })}>
                      {words.cancelJob}
                    </Button>
                  )}
                  {mayChange && (job.state === 'failed' || job.state === 'cancelled') && (
                    <Button size="small" onClick={() => change.mutate({ id: job.id, verb: 'retry' })}>
                      {words.retryJob}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
      </Found>
    </section>
  );
}

function madeOf(asset: Asset): number {
  return asset.renditions.filter(({ madeFor }) => madeFor !== 'original').length;
}
