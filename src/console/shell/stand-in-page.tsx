import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useSignInOut } from '../session.tsx';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { LanguageSwitch } from './top-bar.tsx';

/** Stands in the place of every page until something was done; one may also sign out. */
export function StandInPage({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  const shell = useWords(shellWords);
  const { signOut } = useSignInOut();
  return (
    <main className="alone">
      <div className="first-password">
        <h1>{title}</h1>
        <p>{lead}</p>
        {children}
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
