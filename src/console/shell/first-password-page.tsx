import { Button } from 'antd';
import { PasswordForm } from '../forms/password-form.tsx';
import { useSignInOut } from '../session.tsx';
import { accountWords } from '../words/account-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { LanguageSwitch } from './top-bar.tsx';

/** In the place of every page while the password is one that somebody else handed over. */
export function FirstPasswordPage() {
  const words = useWords(accountWords);
  const shell = useWords(shellWords);
  const { signOut } = useSignInOut();
  return (
    <main className="alone">
      <div className="first-password">
        <h1>{words.firstTitle}</h1>
        <p>{words.firstLead}</p>
        <PasswordForm />
        <p className="acts">
          <LanguageSwitch />
          <Button size="small" onClick={() => void signOut()}>
            {shell.signOut}
          </Button>
        </p>
      </div>
    </main>
  );
}
