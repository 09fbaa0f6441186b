import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { FormEvent } from 'react';
import { Trouble } from '../api.ts';
import { HindranceNote, PasskeyTrouble, useHindrance } from '../parts/passkey-notes.tsx';
import { TroubleNote } from '../parts/waiting.tsx';
import { signInMethodsQuery } from '../queries.ts';
import { returnPlace } from '../return-place.ts';
import { useSignInOut } from '../session.tsx';
import { passkeyWords } from '../words/passkey-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { LanguageSwitch } from './top-bar.tsx';

/** Whoever typed the password goes on typing. */
function focusOnce(input: HTMLInputElement | null): void {
  input?.focus();
}

/** Asks who is there. The address stays, so that a deep link leads to its page after the sign-in. */
export function SignInPage() {
  const { brand, signIn: words } = useWords(shellWords);
  const passkey = useWords(passkeyWords);
  const { signIn, enterByPasskey } = useSignInOut();
  const attempt = useMutation({
    mutationFn: signIn,
  });
  const byPasskey = useMutation({ mutationFn: enterByPasskey });
  const methods = useQuery(signInMethodsQuery);
  const hindrance = useHindrance();
  const place = new URLSearchParams(window.location.search);
  const refused = words.refused[place.get('refused') ?? ''];
  const trouble = attempt.error instanceof Trouble ? attempt.error.code : null;
  // The password stays in its field: both are sent together.
  const asksCode =
    trouble === 'session.codeNeeded' || (attempt.variables?.code !== undefined && trouble !== null);
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const code = form.get('code');
    byPasskey.reset();
    attempt.mutate({
      username: String(form.get('username')),
      password: String(form.get('password')),
      ...(code !== null && code !== '' && { code: String(code) }),
    });
  }
  return (
    <main className="alone">
      <form className="sign-in" onSubmit={onSubmit}>
        <header>
          <img src="/favicon.svg" alt="" width="40" height="40" />
          <span>
            <b>{brand}</b>
            <small>{words.lead}</small>
          </span>
          <LanguageSwitch />
        </header>
        <h1>{words.title}</h1>
        <label>
          {words.username}
          <input name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} required />
        </label>
        <label>
          {words.password}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        {asksCode && (
          <label>
            {words.code}
            <input
              ref={focusOnce}
              name="code"
              inputMode="text"
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={40}
              required
            />
          </label>
        )}
        {attempt.error && trouble !== 'session.codeNeeded' && <TroubleNote error={attempt.error} />}
        <Button type="primary" htmlType="submit" size="large" block loading={attempt.isPending}>
          {words.submit}
        </Button>
        {byPasskey.error && <PasskeyTrouble error={byPasskey.error} />}
        {hindrance === null && (
          <Button
            size="large"
            block
            loading={byPasskey.isPending}
            onClick={() => {
              attempt.reset();
              byPasskey.mutate();
            }}
          >
            {passkey.signIn}
          </Button>
        )}
        {hindrance === 'address' && <HindranceNote />}
        {refused && (
          <p className="refused" role="alert">
            {refused}
          </p>
        )}
        {methods.data?.oidc && (
          <a
            className="outside"
            href={`/api/session/oidc?to=${encodeURIComponent(returnPlace(window.location.pathname, window.location.search))}`}
          >
            {words.outside(methods.data.oidc.name)}
          </a>
        )}
        <footer>
          <a href="/status">{words.status}</a>
          <a href="/docs">{words.docs}</a>
        </footer>
      </form>
    </main>
  );
}
