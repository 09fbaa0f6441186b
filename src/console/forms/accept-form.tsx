import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { answer, api } from '../api.ts';
import { Dialog } from '../parts/dialog.tsx';
import { type KeptApart, useDoubtWords, useReportWords } from '../parts/quarantine-table.tsx';
import { TroubleNote } from '../parts/waiting.tsx';
import { quarantineWords } from '../words/quarantine-words.ts';
import { useWords } from '../words/use-words.ts';

/** Counts a play in doubt after all; the reason goes to the audit log. */
export function AcceptForm({ play, onDone }: { play: KeptApart; onDone: () => void }) {
  const words = useWords(quarantineWords);
  const doubtWords = useDoubtWords();
  const reportWords = useReportWords([play.report]);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const accept = useMutation({
    mutationFn: () =>
      answer(
        api.quarantine.quarantine[':id'].accept.$post({
          param: { id: String(play.id) },
          json: { reason: reason.trim() },
        }),
      ),
    onSuccess: () => {
      void message.success(words.acceptDone);
      onDone();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['quarantine'] }),
  });
  const said = reportWords(play.report);
  return (
    <Dialog
      title={words.acceptTitle}
      okText={words.accept}
      isBusy={accept.isPending}
      isOkOff={reason.trim() === ''}
      onOk={() => accept.mutate()}
      onCancel={onDone}
    >
      <p>
        <b>{play.endpoint}</b> · {said.what} · {said.at}
      </p>
      <p className="quiet">{doubtWords(play.code)}</p>
      <label className="field">
        <span>{words.reason}</span>
        <textarea
          rows={3}
          maxLength={1_000}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        <small>{words.reasonHint}</small>
      </label>
      {accept.error && <TroubleNote error={accept.error} />}
    </Dialog>
  );
}
