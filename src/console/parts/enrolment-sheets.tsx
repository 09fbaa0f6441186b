import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { api, troubleOf } from '../api.ts';
import { saveAs } from '../save-as.ts';
import { endpointWords } from '../words/endpoint-words.ts';
import { useWords } from '../words/use-words.ts';
import { useAsk } from './ask.tsx';
import { TroubleNote } from './waiting.tsx';

/** Makes the sheet of enrolment codes for endpoints without a player, as a page to print or as CSV. */
export function EnrolmentSheets({ endpointIds }: { endpointIds: readonly number[] }) {
  const words = useWords(endpointWords);
  const ask = useAsk();
  const making = useMutation({
    mutationFn: async (format: 'csv' | 'page') => {
      const sent = { json: { endpointIds: [...endpointIds], format } };
      const response = await api.endpoints.enrolments.sheet.$post(sent);
      if (!response.ok) throw troubleOf(response.status, await response.json());
      const isCsv = format === 'csv';
      saveAs(`enrolments.${isCsv ? 'csv' : 'html'}`, isCsv ? 'text/csv' : 'text/html', await response.text());
    },
  });
  const askFor = (format: 'csv' | 'page') =>
    ask({
      title: words.sheetSure(endpointIds.length),
      okText: format === 'csv' ? words.sheetCsv : words.sheetPage,
      onOk: () => making.mutateAsync(format),
    });
  const isOff = endpointIds.length === 0;
  return (
    <>
      <Button disabled={isOff} loading={making.isPending} onClick={() => askFor('page')}>
        {words.sheetPage}
      </Button>
      <Button disabled={isOff} loading={making.isPending} onClick={() => askFor('csv')}>
        {words.sheetCsv}
      </Button>
      {making.error && <TroubleNote error={making.error} />}
    </>
  );
}
