import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import type { Remit } from '../../base/within.ts';
import { KEY_SCOPES, type KeyScope } from '../../staff/key-scopes.ts';
import { answer, api } from '../api.ts';
import { TroubleNote } from '../parts/waiting.tsx';
import { keyWords } from '../words/key-words.ts';
import { remitWords } from '../words/remit-words.ts';
import { useWords } from '../words/use-words.ts';
import { RemitFields } from './remit-fields.tsx';

/** As the request takes it. */
type KeyRemit = { areaIds: number[] | null; owners: string[] | null } | null;

const YEAR_MS = 365 * 86_400_000;

/** Makes a key and shows it, this once. */
export function KeyForm() {
  const words = useWords(keyWords);
  const queries = useQueryClient();
  const [told, setTold] = useState<{ name: string; key: string } | null>(null);
  const remitWord = useWords(remitWords);
  const [remit, setRemit] = useState<Remit | null>(null);
  const [inAYear] = useState(() => new Date(Date.now() + YEAR_MS).toLocaleDateString('sv-SE'));
  const make = useMutation({
    mutationFn: (json: { name: string; scopes: KeyScope[]; expiresAt: string | null; remit: KeyRemit }) =>
      answer(api.keys.keys.$post({ json })),
    onSuccess: ({ key }, { name }) => setTold({ name, key }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const chosen = data.getAll('scope');
    const until = String(data.get('until'));
    make.mutate(
      {
        name: String(data.get('name')),
        scopes: KEY_SCOPES.filter((scope) => chosen.includes(scope)),
        // To the end of that day, where the administrator sits.
        expiresAt: until === '' ? null : new Date(`${until}T23:59:59`).toISOString(),
        remit: remit && {
          areaIds: remit.areaIds && [...remit.areaIds],
          owners: remit.owners && [...remit.owners],
        },
      },
      {
        onSuccess: () => {
          form.reset();
          setRemit(null);
        },
      },
    );
  }
  return (
    <form onSubmit={onSubmit}>
      {told && (
        <p className="told" role="status">
          {words.told(told.name)} <code>{told.key}</code>
        </p>
      )}
      <div className="side-by-side">
        <label className="field">
          <span>{words.name}</span>
          <input name="name" required maxLength={80} autoComplete="off" />
        </label>
        <label className="field">
          <span>{words.untilField}</span>
          <input name="until" type="date" defaultValue={inAYear} />
        </label>
      </div>
      <fieldset className="scopes">
        <legend>{words.scopesLead}</legend>
        {KEY_SCOPES.map((scope) => (
          <label key={scope}>
            <input type="checkbox" name="scope" value={scope} /> {words.scopes[scope]}
          </label>
        ))}
      </fieldset>
      <details>
        <summary>{remitWord.remit}</summary>
        <RemitFields value={remit} onChange={setRemit} />
      </details>
      {make.error && <TroubleNote error={make.error} />}
      <div className="acts">
        <Button type="primary" htmlType="submit" loading={make.isPending}>
          {words.make}
        </Button>
      </div>
    </form>
  );
}
