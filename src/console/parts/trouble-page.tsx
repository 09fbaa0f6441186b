import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useLanguage } from '../language.ts';
import { CAPABILITIES, type Capability, may } from '../may.ts';
import { useMe } from '../session.tsx';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

/** For an address that leads nowhere. */
export function UnknownPage() {
  const words = useWords(shellWords);
  return (
    <section className="page">
      <h1>{words.unknownPage}</h1>
      <p>{words.unknownPageLead}</p>
      <Link to="/">{words.home}</Link>
    </section>
  );
}

/** For a page that the signed-in person's role does not open. */
export function ClosedPage({ needs }: { needs: Capability }) {
  const words = useWords(shellWords);
  return (
    <section className="page">
      <h1>{words.notAllowed}</h1>
      <ClosedNote needs={needs} />
      <Link to="/">{words.home}</Link>
    </section>
  );
}

/** Says whom something is for, and as whom one is signed in. */
export function ClosedNote({ needs }: { needs: Capability }) {
  const words = useWords(shellWords);
  const { role } = useMe();
  const list = new Intl.ListFormat(useLanguage() === 'zh' ? 'zh-CN' : 'en-GB');
  const roles = list.format(CAPABILITIES[needs].roles.map((one) => words.roles[one]));
  return <p>{may(role, needs) ? words.wholeFleetOnly : words.openTo(roles, words.roles[role])}</p>;
}

/** For a page that threw. */
export function TroublePage({ error, reset }: ErrorComponentProps) {
  const words = useWords(shellWords);
  return (
    <section className="page">
      <h1>{words.pageBroke}</h1>
      <p>{words.pageBrokeLead}</p>
      <pre>{error instanceof Error ? error.message : String(error)}</pre>
      <Button onClick={reset}>{words.retry}</Button>
    </section>
  );
}
