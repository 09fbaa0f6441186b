import { PasskeysForm } from '../forms/passkeys-form.tsx';
import { PasswordForm } from '../forms/password-form.tsx';
import { SecondFactorForm } from '../forms/second-factor-form.tsx';
import { useRemitText } from '../parts/remit.tsx';
import { Sessions } from '../parts/sessions.tsx';
import { useMe } from '../session.tsx';
import { accountWords } from '../words/account-words.ts';
import { remitWords } from '../words/remit-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

/** What a person keeps of the own account: password, second step, passkeys, sign-ins. */
export function AccountPage() {
  const words = useWords(accountWords);
  const { roles } = useWords(shellWords);
  const remit = useWords(remitWords);
  const remitText = useRemitText();
  const me = useMe();
  return (
    <section className="page">
      <h1>{words.title}</h1>
      <p>
        <b>{me.name}</b> {roles[me.role]}
        {me.remit && ` · ${remit.mine(remitText(me.remit))}`}
      </p>
      <PasswordForm />
      <SecondFactorForm />
      <PasskeysForm />
      <Sessions />
    </section>
  );
}
