import { Button } from 'antd';
import { SecondFactorForm } from '../forms/second-factor-form.tsx';
import { useSignInOut } from '../session.tsx';
import { secondFactorWords } from '../words/second-factor-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { LanguageSwitch } from './top-bar.tsx';

/** In the place of every page while the role asks for a second step that is not set up. */
export function SecondFactorPage() {
  const words = useWords(secondFactorWords);
  const shell = useWords(shellWords);
  const { signOut, refresh } = useSignInOut();
  return (
    <main className="alone">
      <div className="first-password">
        <h1>{words.neededTitle}</h1>
        <p>{words.neededLead}</p>
        <SecondFactorForm onKept={() => void refresh()} />
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
