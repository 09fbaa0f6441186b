import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { chooseLanguage, useLanguage } from '../language.ts';
import { useMe, useSignInOut } from '../session.tsx';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

/** Changes to the other of the two languages. */
export function LanguageSwitch() {
  const language = useLanguage();
  const words = useWords(shellWords);
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <Button size="small" lang={other === 'zh' ? 'zh-CN' : 'en'} onClick={() => chooseLanguage(other)}>
      {words.otherLanguage}
    </Button>
  );
}

/** Ends the session; what stands in the way is told. */
export function SignOut() {
  const words = useWords(shellWords);
  const { message } = App.useApp();
  const { signOut } = useSignInOut();
  const leave = useMutation({
    mutationFn: signOut,
    onError: (error) => void message.error(error.message),
  });
  return (
    <Button size="small" loading={leave.isPending} onClick={() => leave.mutate()}>
      {words.signOut}
    </Button>
  );
}

/** Brand, the person who is signed in, language. */
export function TopBar({ isMenuOpen, onMenu }: { isMenuOpen: boolean; onMenu: () => void }) {
  const words = useWords(shellWords);
  const me = useMe();
  return (
    <header className="top">
      <button
        type="button"
        className="menu"
        aria-expanded={isMenuOpen}
        aria-controls="rooms"
        onClick={onMenu}
      >
        <span aria-hidden="true">☰</span>
        <span className="unseen">{words.menu}</span>
      </button>
      <Link to="/" className="brand">
        <img src="/favicon.svg" alt="" width="22" height="22" />
        {words.brand}
      </Link>
      <span className="fill" />
      <Link to="/account" className="me" title={words.account}>
        <b>{me.name}</b> <small>{words.roles[me.role]}</small>
      </Link>
      <LanguageSwitch />
      <SignOut />
    </header>
  );
}
