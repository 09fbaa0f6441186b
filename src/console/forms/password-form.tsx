import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import type { FormEvent } from 'react';
import { api, done } from '../api.ts';
import { TroubleNote } from '../parts/waiting.tsx';
import { useSignInOut } from '../session.tsx';
import { settingsWords } from '../words/settings-words.ts';
import { useWords } from '../words/use-words.ts';

/** Changes the own password. */
export function PasswordForm() {
  const words = useWords(settingsWords);
  const { message } = App.useApp();
  const { refresh } = useSignInOut();
  const change = useMutation({
    mutationFn: (json: { current: string; next: string }) =>
      done(api.session.session.password.$put({ json })),
    onSuccess: () => {
      void message.success(words.changed);
      return refresh();
    },
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    change.mutate(
      { current: String(data.get('current')), next: String(data.get('next')) },
      { onSuccess: () => form.reset() },
    );
  }
  return (
    <form className="panel narrow" onSubmit={onSubmit}>
      <h2>{words.password}</h2>
      <label className="field">
        <span>{words.current}</span>
        <input name="current" type="password" autoComplete="current-password" required />
      </label>
      <label className="field">
        <span>{words.next}</span>
        <input
          name="next"
          type="password"
          autoComplete="new-password"
          minLength={12}
          maxLength={128}
          required
        />
      </label>
      {change.error && <TroubleNote error={change.error} />}
      <div className="acts">
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {words.change}
        </Button>
      </div>
    </form>
  );
}
