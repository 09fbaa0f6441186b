import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Button } from 'antd';
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
