import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { answer, api } from '../api.ts';
import { useTitles } from '../asset-titles.ts';
import { Found, Nothing, TroubleNote } from '../parts/waiting.tsx';
import { useMay } from '../session.tsx';
import { alertSettingWords } from '../words/alert-setting-words.ts';
import { useWords } from '../words/use-words.ts';
import { AssetChoice } from './asset-choice.tsx';

/** The approved material that every box holds ready for emergencies, beside that of the templates. */
export function StandingMaterial() {
  const words = useWords(alertSettingWords);
  const maySet = useMay('install');
  const queries = useQueryClient();
  const [wanted, setWanted] = useState<number | undefined>(undefined);
  const standing = useQuery({
    queryKey: ['standing-material'],
    queryFn: async () => (await answer(api.templates['standing-material'].$get())).chosen,
  });
  const put = useMutation({
    mutationFn: (assetIds: number[]) =>
      answer(api.templates['standing-material'].$put({ json: { assetIds } })),
    onSuccess: (stored) => {
      setWanted(undefined);
      queries.setQueryData(['standing-material'], stored.chosen);
    },
  });
  const titleOf = useTitles(standing.data ?? []);
  return (
    <section className="panel">
      <h2>{words.standing}</h2>
      <p className="quiet">{words.standingLead}</p>
      {put.error && <TroubleNote error={put.error} />}
      <Found query={standing} lines={2}>
        {(ids) => (
          <>
            {ids.length === 0 && <Nothing>{words.noStanding}</Nothing>}
            <ul className="days">
              {ids.map((id) => (
                <li key={id}>
                  <b>{titleOf(id)}</b>{' '}
                  {maySet && (
                    <Button
                      size="small"
                      disabled={put.isPending}
                      aria-label={words.remove(titleOf(id))}
                      onClick={() => put.mutate(ids.filter((one) => one !== id))}
                    >
                      ×
                    </Button>
                  )}
                </li>
              ))}
            </ul>
            {maySet && (
              <div className="stack">
                <AssetChoice
                  label={words.material}
                  none={words.choose}
                  state="approved"
                  value={wanted}
                  onChoose={setWanted}
                />
                <div className="acts">
                  <Button
                    disabled={wanted === undefined || ids.includes(wanted)}
                    loading={put.isPending}
                    onClick={() => wanted !== undefined && put.mutate([...ids, wanted])}
                  >
                    {words.addStanding}
                  </Button>
                </div>
              </div>
            )}
          </>
        )}
      </Found>
    </section>
  );
}
