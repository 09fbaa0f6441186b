import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useRef } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
import { answer, api, postBytes } from '../api.ts';
import { latestTrouble } from '../latest-trouble.ts';
import { noticeQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { noticeWords } from '../words/notice-words.ts';
import { useWords } from '../words/use-words.ts';
import { TroubleNote } from './waiting.tsx';

/** What belongs to a notice beside its picture: its sound, said to be synthetic where it is, and its poster. */
export function NoticePanel({ asset }: { asset: Asset }) {
  const words = useWords(noticeWords);
  const queries = useQueryClient();
  const picker = useRef<HTMLInputElement>(null);
  const mayChange = useMay('upload') && ['draft', 'rejected', 'withdrawn'].includes(asset.state);
  const id = String(asset.id);
  const notice = useQuery(noticeQuery(asset.id));
  const onSettled = async () => {
    await queries.invalidateQueries({ queryKey: ['notices', id] });
    await queries.invalidateQueries({ queryKey: ['assets', id] });
  };
  const speak = useMutation({
    mutationFn: () => answer(api.notices.notices[':id'].speech.$post({ param: { id } })),
    onSettled,
  });
  const record = useMutation({
    mutationFn: (file: File) => postBytes(`/api/notices/${id}/recording`, file, 'application/octet-stream'),
    onSettled,
  });
  if (!notice.data) return null;
  const { sound } = notice.data;
  const made = asset.renditions.find(({ madeFor }) => madeFor === 'sound');
  const trouble = latestTrouble(speak, record);
  return (
    <section className="panel">
      <h2>{words.sound}</h2>
      <p className={sound === null ? 'quiet' : ''}>{sound === null ? words.noSound : words.sounds[sound]}</p>
      {made && (
        // biome-ignore lint/a11y/useMediaCaption: its words stand in the picture above
        <audio
          key={made.sha256}
          controls
          preload="none"
          aria-label={words.listen}
          src={`/api/assets/${id}/file?madeFor=sound&of=${made.sha256.slice(0, 8)}`}
        />
      )}
      {trouble && <TroubleNote error={trouble} />}
      {mayChange && (
        <>
          <p className="quiet">{words.soundHint}</p>
          <div className="acts">
            <Button loading={speak.isPending} onClick={() => speak.mutate()}>
              {words.speak}
            </Button>
            <Button loading={record.isPending} onClick={() => picker.current?.click()}>
              {words.record}
            </Button>
          </div>
          <input
            ref={picker}
            type="file"
            accept="audio/*"
            hidden
            aria-label={words.record}
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (file) record.mutate(file);
              event.target.value = '';
            }}
          />
        </>
      )}
      {asset.state === 'approved' && (
        <p>
          <a href={`/api/notices/${id}/poster`} target="_blank" rel="noreferrer">
            {words.poster}
          </a>
        </p>
      )}
    </section>
  );
}
