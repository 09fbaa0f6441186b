import { PasswordForm } from '../forms/password-form.tsx';
import { accountWords } from '../words/account-words.ts';
import { useWords } from '../words/use-words.ts';
import { StandInPage } from './stand-in-page.tsx';

/** While the password is one that somebody else handed over. */
export function FirstPasswordPage() {
  const words = useWords(accountWords);
  return (
    <StandInPage title={words.firstTitle} lead={words.firstLead}>
      <PasswordForm />
    </StandInPage>
  );
}
