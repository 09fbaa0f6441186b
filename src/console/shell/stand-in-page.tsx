import type { ReactNode } from 'react';
import { LanguageSwitch, SignOut } from './top-bar.tsx';

/** Stands in the place of every page until something was done; one may also sign out. */
export function StandInPage({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main className="alone">
      <div className="first-password">
        <h1>{title}</h1>
        <p>{lead}</p>
        {children}
        <p className="acts">
          <LanguageSwitch />
          <SignOut />
        </p>
      </div>
    </main>
  );
}
