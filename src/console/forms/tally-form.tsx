import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import type { Evidence } from '../../outreach/evidence.ts';
import type { Tally } from '../../outreach/tally.ts';
import { answer, api, postBytes } from '../api.ts';
import { CHANNELS } from '../choices.ts';
import { browserZone, localDateAt } from '../day.ts';
import { Dialog } from '../parts/dialog.tsx';
import { NamedOptions } from '../parts/named-options.tsx';
import { TroubleNote } from '../parts/waiting.tsx';
import { areasQuery } from '../queries.ts';
import { channelWords } from '../words/channel-words.ts';
import { useWords } from '../words/use-words.ts';
import { CampaignChoice } from './campaign-choice.tsx';

/** Enters a tally, or puts a corrected one in the place of another. */
export function TallyForm({
  corrected,
  campaignId,
  onDone,
}: {
  corrected: Tally | null;
  campaignId: number | undefined;
  onDone: () => void;
}) {
  const words = useWords(channelWords);
  const { message } = App.useApp();
  const formId = useId();
  const queries = useQueryClient();
  const [chosenId, setChosenId] = useState(campaignId ?? null);
  const areas = useQuery(areasQuery);
  const today = localDateAt(Date.now(), browserZone());
  const save = useMutation({
    mutationFn: async (data: FormData) => {
      const text = (name: string) => String(data.get(name) ?? '').trim();
      const file = data.get('evidence');
      const evidence =
        file instanceof File && file.size > 0
          ? ((await postBytes(
              `/api/evidence?${new URLSearchParams({ fileName: file.name })}`,
              file,
              'application/octet-stream',
            )) as Evidence)
          : null;
      const fields = {
        channel: CHANNELS.find((one) => one === text('channel')) ?? 'sms',
        count: Number(text('count')),
        fromDate: text('from'),
        toDate: text('to'),
        areaId: Number(text('area')) || null,
        source: text('source'),
        note: text('note'),
        evidenceSha256: evidence?.sha256 ?? corrected?.evidenceSha256 ?? null,
      };
      if (corrected !== null)
        return answer(
          api.tallies.tallies[':id'].$put({
            param: { id: String(corrected.id) },
            json: { ...fields, reason: text('reason') },
          }),
        );
      if (chosenId === null) throw new Error(words.chooseCampaign);
      return answer(api.tallies.tallies.$post({ json: { ...fields, campaignId: chosenId } }));
    },
    onSuccess: () => {
      void message.success(corrected === null ? words.saved : words.corrected);
      onDone();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['tallies'] }),
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  }
  return (
    <Dialog
      title={corrected === null ? words.addTitle : words.correctTitle(words.channels[corrected.channel])}
      okText={words.save}
      isBusy={save.isPending}
      formId={formId}
      onCancel={onDone}
    >
      <form id={formId} className="stack" onSubmit={onSubmit}>
        <div className="side-by-side">
          {corrected === null && (
            <CampaignChoice
              label={words.campaign}
              none={words.chooseCampaign}
              value={chosenId}
              onChoose={(campaign) => setChosenId(campaign?.id ?? null)}
            />
          )}
          <label className="field">
            <span>{words.channel}</span>
            <select name="channel" defaultValue={corrected?.channel ?? 'sms'}>
              {CHANNELS.map((one) => (
                <option key={one} value={one}>
                  {words.channels[one]}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            <span>{words.count}</span>
            <input
              name="count"
              type="number"
              min={0}
              max={1_000_000_000}
              required
              defaultValue={corrected?.count ?? ''}
            />
          </label>
          <label className="field">
            <span>{words.from}</span>
            <input name="from" type="date" required defaultValue={corrected?.fromDate ?? today} />
          </label>
          <label className="field">
            <span>{words.to}</span>
            <input name="to" type="date" required defaultValue={corrected?.toDate ?? today} />
          </label>
          <label className="field">
            <span>{words.area}</span>
            <select name="area" defaultValue={corrected?.areaId ?? ''}>
              <option value="">{words.everywhere}</option>
              <NamedOptions of={areas.data} />
            </select>
          </label>
        </div>
        <label className="field">
          <span>{words.source}</span>
          <input name="source" required maxLength={200} defaultValue={corrected?.source ?? ''} />
        </label>
        <label className="field">
          <span>{words.note}</span>
          <input name="note" maxLength={2_000} defaultValue={corrected?.note ?? ''} />
        </label>
        <label className="field">
          <span>{words.evidence}</span>
          <input name="evidence" type="file" accept=".pdf,.png,.jpg,.jpeg,.xlsx,.csv,.txt" />
          <small>
            {corrected?.evidenceSha256 ? `${words.evidenceKept} · ` : ''}
            {words.evidenceHint}
          </small>
        </label>
        {corrected !== null && (
          <label className="field">
            <span>{words.reason}</span>
            <input name="reason" required maxLength={500} />
          </label>
        )}
        {save.error && <TroubleNote error={save.error} />}
      </form>
    </Dialog>
  );
}
