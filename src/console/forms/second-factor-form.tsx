import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { answer, api, done } from '../api.ts';
import { useFormat } from '../format.ts';
import { QrCode } from '../parts/qr-code.tsx';
import { Found, TroubleNote } from '../parts/waiting.tsx';
import { secondFactorWords } from '../words/second-factor-words.ts';
import { useWords } from '../words/use-words.ts';

const room = api.secondFactor.session['second-factor'];
const QUERY = ['second-factor'];

/**
 * Turns the own two-step sign-in on and off, and makes backup codes. `onCodes`: they are shown now, and never again;
 * `onKept`: they were put aside.
 */
export function SecondFactorForm({ onCodes, onKept }: { onCodes?: () => void; onKept?: () => void }) {
  const words = useWords(secondFactorWords);
  const format = useFormat();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const state = useQuery({ queryKey: QUERY, queryFn: () => answer(room.$get()) });
  const settled = {
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: QUERY }),
        queries.invalidateQueries({ queryKey: ['sessions'] }),
      ]),
  };
  function show({ backupCodes }: { readonly backupCodes: readonly string[] }): void {
    setCodes(backupCodes);
    onCodes?.();
  }
  const begin = useMutation({ mutationFn: (password: string) => answer(room.$post({ json: { password } })) });
  const confirm = useMutation({
    ...settled,
    mutationFn: (code: string) => answer(room.confirm.$post({ json: { code } })),
    onSuccess: (made) => {
      begin.reset();
      show(made);
    },
  });
  const renew = useMutation({
    ...settled,
    mutationFn: (password: string) => answer(room.codes.$post({ json: { password } })),
    onSuccess: show,
  });
  const end = useMutation({
    ...settled,
    mutationFn: (password: string) => done(room.end.$post({ json: { password } })),
    onSuccess: () => void message.success(words.ended),
  });
  const acts = { begin, renew, end };
  function onPassword(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    const { submitter } = event.nativeEvent as SubmitEvent;
    const act = submitter?.dataset.act;
    const password = String(new FormData(form).get('password'));
    if (act !== 'begin' && act !== 'renew' && act !== 'end') return;
    for (const one of Object.values(acts)) one.reset();
    acts[act].mutate(password, { onSuccess: () => form.reset() });
  }
  function onCode(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    confirm.mutate(String(new FormData(event.currentTarget).get('code')));
  }
  const trouble = begin.error ?? renew.error ?? end.error;
  return (
    <section className="panel narrow second-factor">
      <h2>{words.title}</h2>
      <p className="quiet">{words.lead}</p>
      {codes && (
        <div className="told" role="status">
          <b>{words.codes}</b>
          <p>{words.codesLead}</p>
          <ul className="backup-codes">
            {codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ul>
          <Button
            size="small"
            onClick={() => {
              setCodes(null);
              onKept?.();
            }}
          >
            {words.saved}
          </Button>
        </div>
      )}
      {begin.data ? (
        <form onSubmit={onCode}>
          <p>{words.scan}</p>
          <QrCode text={begin.data.uri} label={words.picture} />
          <p>
            {words.secret} <code className="secret">{begin.data.secret}</code>
          </p>
          <label className="field">
            <span>{words.code}</span>
            <input name="code" inputMode="numeric" autoComplete="one-time-code" maxLength={10} required />
          </label>
          {confirm.error && <TroubleNote error={confirm.error} />}
          <div className="acts">
            <Button type="primary" htmlType="submit" loading={confirm.isPending}>
              {words.confirm}
            </Button>
          </div>
        </form>
      ) : (
        <Found query={state} lines={2}>
          {({ isOn, backupCodesLeft }) => (
            <form onSubmit={onPassword}>
              <p>
                <b>{isOn ? words.isOn(format.number(backupCodesLeft)) : words.isOff}</b>
              </p>
              <label className="field">
                <span>{words.password}</span>
                <input name="password" type="password" autoComplete="current-password" required />
              </label>
              {trouble && <TroubleNote error={trouble} />}
              <div className="acts">
                {isOn ? (
                  <>
                    <Button htmlType="submit" data-act="renew" loading={renew.isPending}>
                      {words.renew}
                    </Button>
                    <Button danger htmlType="submit" data-act="end" loading={end.isPending}>
                      {words.end}
                    </Button>
                  </>
                ) : (
                  <Button type="primary" htmlType="submit" data-act="begin" loading={begin.isPending}>
                    {words.begin}
                  </Button>
                )}
              </div>
            </form>
          )}
        </Found>
      )}
    </section>
  );
}
