import { Outlet, useRouterState } from '@tanstack/react-router';
import { type ReactNode, Suspense, useEffect, useState } from 'react';
import { useIsAway } from '../connection.ts';
import { may } from '../may.ts';
import { ClosedPage } from '../parts/trouble-page.tsx';
import { SkeletonLines } from '../parts/waiting.tsx';
import { type Me, SignedIn, useMe, useSession } from '../session.tsx';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { FirstPasswordPage } from './first-password-page.tsx';
import { Navigation } from './navigation.tsx';
import { SecondFactorPage } from './second-factor-page.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { TopBar } from './top-bar.tsx';
import { useWhyShortcut } from './why-shortcut.tsx';

/** The frame around every page; without a session, the sign-in in the page's place, at the same address. */
export function Shell() {
  const words = useWords(shellWords);
  const member = useSession();
  const isAway = useIsAway();
  useWhyShortcut();
  const away = isAway && (
    <p className="away" role="alert">
      {words.away}
    </p>
  );
  if (member === undefined) {
    return (
      <>
        {away}
        <main className="alone">
          <SkeletonLines lines={4} />
        </main>
      </>
    );
  }
  if (member === null) {
    return (
      <>
        {away}
        <SignInPage />
      </>
    );
  }
  return <Inside key={member.id} member={member} away={away} />;
}

/** What a signed-in person sees: the pages, or what must be done before them. */
function Inside({ member, away }: { member: Me; away: ReactNode }) {
  const words = useWords(shellWords);
  const [isMenuOpen, setMenuOpen] = useState(false);
  // Backup codes are shown once: whoever set up the second step stays until they were put aside.
  const [isKeepingCodes, setKeepingCodes] = useState(false);
  useEffect(() => {
    if (!isMenuOpen) return;
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && setMenuOpen(false);
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [isMenuOpen]);
  if (member.mustChangePassword) {
    return (
      <>
        {away}
        <FirstPasswordPage />
      </>
    );
  }
  if (member.mustSetSecondFactor || isKeepingCodes) {
    return (
      <>
        {away}
        <SecondFactorPage onKeeping={setKeepingCodes} />
      </>
    );
  }
  return (
    <SignedIn member={member}>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <div className="frame" data-menu={isMenuOpen ? 'open' : 'shut'}>
        <TopBar isMenuOpen={isMenuOpen} onMenu={() => setMenuOpen(!isMenuOpen)} />
        <Navigation onGone={() => setMenuOpen(false)} />
        <main id="content" tabIndex={-1}>
          {away}
          <Suspense fallback={<SkeletonLines lines={8} />}>
            <OpenPage />
          </Suspense>
        </main>
      </div>
    </SignedIn>
  );
}

/** The page of the address, where the person's role opens it. */
function OpenPage() {
  const { role, remit } = useMe();
  const needs = useRouterState({ select: ({ matches }) => matches.at(-1)?.staticData.needs });
  return needs === undefined || may(role, needs, remit !== null) ? <Outlet /> : <ClosedPage needs={needs} />;
}
