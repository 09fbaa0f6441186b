import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { saveAs } from '../save-as.ts';
import { alertWords } from '../words/alert-words.ts';
import { useWords } from '../words/use-words.ts';
import { ColumnHeads } from './column-heads.tsx';
import { TroubleNote } from './waiting.tsx';
import { Wide } from './wide.tsx';

/** An alert as the list tells it. */
export interface ListedAlert {
  readonly id: number;
  readonly sender: string;
  readonly identifier: string;
  readonly status: string;
  readonly msgType: string;
  readonly headline: string;
  readonly signature: 'valid' | 'none';
  readonly source: 'http' | 'folder';
  readonly receivedAt: string;
  readonly verdict: 'fired' | 'asked' | 'ended' | 'logged' | null;
  readonly reasons: readonly string[];
  readonly overrideIds: readonly number[];
}

const TONES = { fired: 'bad', asked: 'doubt', ended: 'good', logged: 'calm' } as const;

/** Alerts with their judgement in words, and each as it was received. */
export function AlertTable({ alerts }: { alerts: readonly ListedAlert[] }) {
  const words = useWords(alertWords);
  const format = useFormat();
  const download = useMutation({
    mutationFn: async (id: number) => {
      const { xml, identifier } = await answer(api.alerts.alerts[':id'].$get({ param: { id: String(id) } }));
      saveAs(`${identifier.replace(/[^\w.-]+/g, '_')}.xml`, 'application/xml', xml);
    },
  });
  return (
    <>
      {download.error && <TroubleNote error={download.error} />}
      <Wide label={words.history}>
        <table className="rows stacks">
          <ColumnHeads columns={words.columns} />
          <tbody>
            {alerts.map((alert) => (
              <tr key={alert.id}>
                <td className="nowrap">{format.dateTime(alert.receivedAt)}</td>
                <td>
                  <b>{alert.headline || (words.messages[alert.msgType] ?? alert.msgType)}</b>{' '}
                  {alert.status === 'Exercise' && <span className="tag">{words.exercise}</span>}
                  <br />
                  <span className="quiet">
                    {words.messages[alert.msgType] ?? alert.msgType} ·{' '}
                    {words.statuses[alert.status] ?? alert.status} · {alert.identifier}
                  </span>
                </td>
                <td>
                  {alert.sender}
                  <br />
                  <span className="quiet">
                    {alert.signature === 'valid' ? words.signed : words.unsigned} · {words.from[alert.source]}
                  </span>
                </td>
                <td>
                  {alert.verdict === null ? (
                    words.working
                  ) : (
                    <span className="tag" data-tone={TONES[alert.verdict]}>
                      {words.verdicts[alert.verdict]}
                    </span>
                  )}{' '}
                  {alert.overrideIds.map((id) => words.emergency(format.number(id))).join(', ')}
                  {alert.reasons.map((reason) => (
                    <p key={reason} className="quiet">
                      {words.reasons[reason] ?? reason}
                    </p>
                  ))}
                </td>
                <td>
                  <Button
                    size="small"
                    aria-label={words.downloadOf(alert.headline || alert.identifier)}
                    onClick={() => download.mutate(alert.id)}
                  >
                    {words.download}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </>
  );
}
