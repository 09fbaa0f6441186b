import { PasskeysForm } from '../forms/passkeys-form.tsx';
import { SecondFactorForm } from '../forms/second-factor-form.tsx';
import { useSignInOut } from '../session.tsx';
import { secondFactorWords } from '../words/second-factor-words.ts';
import { useWords } from '../words/use-words.ts';
import { StandInPage } from './stand-in-page.tsx';

/** While the role asks for a second step that is not set up. `onKeeping`: backup codes are shown, or were put aside. */
export function SecondFactorPage({ onKeeping }: { onKeeping: (isKeeping: boolean) => void }) {
  const words = useWords(secondFactorWords);
  const { refresh } = useSignInOut();
  return (
    <StandInPage title={words.neededTitle} lead={words.neededLead}>
      <SecondFactorForm
        onCodes={() => onKeeping(true)}
        onKept={() => {
          onKeeping(false);
          void refresh();
        }}
      />
      <PasskeysForm />
    </StandInPage>
  );
}
