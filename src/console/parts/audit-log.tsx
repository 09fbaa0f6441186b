import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { settingsWords } from '../words/settings-words.ts';
import { useWords } from '../words/use-words.ts';
import { useNameOf } from './asset-facts.tsx';
import { ColumnHeads } from './column-heads.tsx';
import { MoreOf } from './more-of.tsx';
import { Nothing, SkeletonLines, TroubleNote } from './waiting.tsx';
import { Wide } from './wide.tsx';

const PAGE = 100;

/** Who did what, newest first, and the proof that nothing was changed or taken out. */
export function AuditLog() {
  const words = useWords(settingsWords);
  const format = useFormat();
  const [q, setQ] = useState('');
  const log = useInfiniteQuery({
    queryKey: ['audit', q],
    initialPageParam: null as number | null,
    queryFn: async ({ pageParam }) =>
      (
        await answer(
          api.audit.audit.$get({
            query: {
              limit: String(PAGE),
              ...(pageParam !== null && { before: String(pageParam) }),
              ...(q !== '' && { q }),
            },
          }),
        )
      ).entries,
    getNextPageParam: (last) => (last.length < PAGE ? null : (last.at(-1)?.id ?? null)),
    placeholderData: (before) => before,
  });
  const verify = useMutation({ mutationFn: () => answer(api.audit.audit.verdict.$get()) });
  const entries = log.data?.pages.flat() ?? [];
  const nameOf = useNameOf(entries.map(({ actor }) => actor));
  return (
    <section className="panel">
      <header>
        <h2>{words.audit}</h2>
        <span className="fill" />
        <Button loading={verify.isPending} onClick={() => verify.mutate()}>
          {words.verify}
        </Button>
      </header>
      {verify.error && <TroubleNote error={verify.error} />}
      {verify.data && (
        <p className="verdict" data-fits={verify.data.intact} role="status">
          {verify.data.intact
            ? words.intact(format.number(verify.data.entries), verify.data.head)
            : words.broken(String(verify.data.brokenAtId))}
        </p>
      )}
      <p className="quiet">{words.chainLead}</p>
      <input
        className="plain"
        type="search"
        aria-label={words.filter}
        placeholder={words.filter}
        value={q}
        onChange={({ target }) => setQ(target.value)}
      />
      {log.error && <TroubleNote error={log.error} />}
      {log.isPending && <SkeletonLines lines={8} />}
      {log.data && entries.length === 0 && <Nothing>{words.none}</Nothing>}
      {entries.length > 0 && (
        <Wide label={words.audit}>
          <table className="rows">
            <ColumnHeads columns={words.columns} />
            <tbody>
              {entries.map(({ id, at, actor, action, subject, detail }) => (
                <tr key={id}>
                  <td className="nowrap">{format.dateTime(at)}</td>
                  <td>{nameOf(actor)}</td>
                  <td>
                    <code>{action}</code>
                  </td>
                  <td>{subject}</td>
                  <td>
                    <code className="detail">{JSON.stringify(detail)}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      <MoreOf of={log} label={words.older} />
    </section>
  );
}
