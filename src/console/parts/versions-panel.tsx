import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useRef, useState } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { noticeQuery } from '../queries.ts';
import { sendFile } from '../send-file.ts';
import { useMay } from '../session.tsx';
import { markWords } from '../words/mark-words.ts';
import { noticeWords } from '../words/notice-words.ts';
import { useWords } from '../words/use-words.ts';
import { StateTag } from './state-tag.tsx';
import { TroubleNote } from './waiting.tsx';

/** All versions of one piece, and the way to hand in a new one. */
export function VersionsPanel({ asset }: { asset: Asset }) {
  const words = useWords(markWords);
  const noticeWord = useWords(noticeWords);
  const format = useFormat();
  const mayUpload = useMay('upload');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const picker = useRef<HTMLInputElement>(null);
  const [sent, setSent] = useState(0);
  const all = useQuery({
    queryKey: ['assets', 'versions', asset.id],
    queryFn: async () => {
      const query = { versionsOf: String(asset.id), limit: '200' };
      return (await answer(api.material.material.$get({ query }))).assets;
    },
  });
  const notice = useQuery(noticeQuery(asset.id));
  const versions = (all.data ?? [asset]).toSorted((a, b) => a.id - b.id);
  const add = useMutation({
    mutationFn: (file: File) =>
      sendFile(file, {
        category: asset.category,
        also: { newVersionOf: String(asset.id), titleZh: asset.titleZh, titleEn: asset.titleEn },
        onSent: (bytes) => setSent(bytes / Math.max(1, file.size)),
      }),
    onSuccess: ({ isNew }) =>
      isNew ? void message.success(words.versionDone) : void message.warning(words.sameContent),
    onSettled: () => {
      setSent(0);
      return queries.invalidateQueries({ queryKey: ['assets'] });
    },
  });
  if (versions.length < 2 && !mayUpload) return null;
  return (
    <section className="panel">
      <header>
        <h2>{words.versions}</h2>
        <span className="fill" />
        {mayUpload && notice.data && (
          <Link to="/notices" search={{ versionOf: asset.id }}>
            {noticeWord.typeVersion}
          </Link>
        )}
        {mayUpload && (
          <Button loading={add.isPending} onClick={() => picker.current?.click()}>
            {add.isPending ? words.sending(format.percent(sent)) : words.newVersion}
          </Button>
        )}
        <input
          ref={picker}
          type="file"
          hidden
          aria-label={words.newVersion}
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) add.mutate(file);
            target.value = '';
          }}
        />
      </header>
      <p className="quiet">{words.versionsLead}</p>
      {add.error && <TroubleNote error={add.error} />}
      <ul className="versions">
        {versions.map((one, at) => (
          <li key={one.id}>
            {one.id === asset.id ? (
              <b>{words.versionNumber(String(at + 1))}</b>
            ) : (
              <Link to="/material/$assetId" params={{ assetId: String(one.id) }}>
                {words.versionNumber(String(at + 1))}
              </Link>
            )}
            <StateTag state={one.state} />
            <span className="quiet">
              {format.dateTime(one.createdAt)} · {format.bytes(one.bytes)}
              {one.id === asset.id && ` · ${words.thisOne}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
