import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { api, troubleOf } from '../api.ts';
import { saveAs } from '../save-as.ts';
import { endpointWords } from '../words/endpoint-words.ts';
import { useWords } from '../words/use-words.ts';
import { TroubleNote } from './waiting.tsx';

/** Makes the sheet of enrolment codes for endpoints without a player, as a page to print or as CSV. */
export function EnrolmentSheets({ endpointIds }: { endpointIds: readonly number[] }) {
  const words = useWords(endpointWords);
  const { modal } = App.useApp();
  const making = useMutation({
    mutationFn: async (format: 'csv' | 'page') => {
      const sent = { json: { endpointIds: [...endpointIds], format } };
      const response = await api.endpoints.enrolments.sheet.$post(sent);
      if (!response.ok) throw troubleOf(response.status, await response.json());
      const isCsv = format === 'csv';
      saveAs(`enrolments.${isCsv ? 'csv' : 'html'}`, isCsv ? 'text/csv' : 'text/html', await response.text());
    },
  });
  const ask = (format: 'csv' | 'page') =>
    modal.confirm({ title: words.sheetSure(endpointIds.length), onOk: () => making.mutateAsync(format) });
  const isOff = endpointIds.length === 0;
  return (
    <>
      <Button disabled={isOff} loading={making.isPending} onClick={() => ask('page')}>
        {words.sheetPage}
      </Button>
      <Button disabled={isOff} loading={making.isPending} onClick={() => ask('csv')}>
        {words.sheetCsv}
      </Button>
      {making.error && <TroubleNote error={making.error} />}
    </>
  );
}
