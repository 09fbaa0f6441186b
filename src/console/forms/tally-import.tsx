import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { postBytes } from '../api.ts';
import { useFormat } from '../format.ts';
import { CsvPicker } from '../parts/csv-picker.tsx';
import { TroubleNote } from '../parts/waiting.tsx';
import { saveLines } from '../save-as.ts';
import { channelWords } from '../words/channel-words.ts';
import { useWords } from '../words/use-words.ts';

/** What became of the rows of a file. */
interface Imported {
  readonly created: number;
  readonly unchanged: number;
  readonly failed: readonly { readonly line: number; readonly message: string }[];
}

/** Takes the tallies of a campaign from a file, and tells line by line what does not fit. */
export function TallyImport({ campaignId }: { campaignId: number | undefined }) {
  const words = useWords(channelWords);
  const format = useFormat();
  const queries = useQueryClient();
  const take = useMutation({
    mutationFn: async (file: File) =>
      (await postBytes(`/api/tallies/import?campaignId=${campaignId ?? 0}`, file, 'text/csv')) as Imported,
    onSettled: () => queries.invalidateQueries({ queryKey: ['tallies'] }),
  });
  return (
    <section className="panel">
      <h2>{words.import}</h2>
      <p className="quiet">{words.importLead}</p>
      <p className="acts">
        <CsvPicker
          label={words.import}
          isDisabled={campaignId === undefined}
          isPending={take.isPending}
          onPicked={take.mutate}
        />
        <Button onClick={() => saveLines('tallies.csv', words.templateLines)}>{words.template}</Button>
      </p>
      {take.error && <TroubleNote error={take.error} />}
      {take.data && (
        <div role="status">
          <p>{words.imported(format.number(take.data.created), format.number(take.data.unchanged))}</p>
          {take.data.failed.length > 0 && (
            <div className="trouble">
              <b>{words.failed(format.number(take.data.failed.length))}</b>
              <ul>
                {take.data.failed.slice(0, 20).map(({ line, message }) => (
                  <li key={`${line} ${message}`}>
                    {words.line(String(line))} {message}
                  </li>
                ))}
              </ul>
            </div>
          )}
        </div>
      )}
    </section>
  );
}
