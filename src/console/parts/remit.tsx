import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Remit } from '../../base/within.ts';
import { api, done } from '../api.ts';
import { useFormat } from '../format.ts';
import { RemitFields } from '../forms/remit-fields.tsx';
import { areasQuery } from '../queries.ts';
import { remitWords } from '../words/remit-words.ts';
import { useWords } from '../words/use-words.ts';
import { Dialog } from './dialog.tsx';
import { TroubleNote } from './waiting.tsx';

/** Says a remit in words: names while they are few, else how many. */
export function useRemitText(): (remit: Remit | null) => string {
  const words = useWords(remitWords);
  const format = useFormat();
  const areas = useQuery(areasQuery);
  return (remit) => {
    if (remit === null) return words.all;
    const { areaIds, owners } = remit;
    const names = areaIds?.map((id) => areas.data?.find((one) => one.id === id)?.name ?? `#${id}`);
    const parts = [
      names && (names.length > 2 ? words.nAreas(format.number(names.length)) : format.list(names)),
      owners && (owners.length > 2 ? words.nOwners(format.number(owners.length)) : format.list(owners)),
    ];
    return parts.filter(Boolean).join(' · ');
  };
}

/** Changes the remit of an account. */
export function RemitDialog({
  person: { username, name, remit },
  onDone,
}: {
  person: { readonly username: string; readonly name: string; readonly remit: Remit | null };
  onDone: () => void;
}) {
  const words = useWords(remitWords);
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<Remit | null>(remit);
  const save = useMutation({
    mutationFn: () =>
      done(
        api.staff.staff[':username'].$patch({
          param: { username },
          json: {
            remit: chosen && {
              areaIds: chosen.areaIds && [...chosen.areaIds],
              owners: chosen.owners && [...chosen.owners],
            },
          },
        }),
      ),
    onSuccess: onDone,
    onSettled: () => queries.invalidateQueries({ queryKey: ['staff'] }),
  });
  return (
    <Dialog
      title={words.of(name)}
      okText={words.save}
      isBusy={save.isPending}
      onOk={() => save.mutate()}
      onCancel={onDone}
    >
      <RemitFields value={chosen} onChange={setChosen} />
      {save.error && <TroubleNote error={save.error} />}
    </Dialog>
  );
}
