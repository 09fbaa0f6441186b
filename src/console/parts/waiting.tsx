import type { UseQueryResult } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Trouble } from '../api.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

/** Grey lines where text is about to come. */
export function SkeletonLines({ lines }: { lines: number }) {
  const words = useWords(shellWords);
  return (
    <div className="skeleton" role="status">
      <span className="unseen">{words.loading}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
        <i key={line} aria-hidden="true" />
      ))}
    </div>
  );
}

/** In the place of a page whose program takes long to come. */
export function PendingPage() {
  return <SkeletonLines lines={8} />;
}

/** What went wrong: the title in the language of the console, then the server's own sentence and parts. */
export function TroubleNote({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const words = useWords(shellWords);
  const trouble = error instanceof Trouble ? error : null;
  return (
    <div className="trouble" role="alert">
      <b>{error.message}</b>
      {trouble && trouble.detail !== '' && <p>{trouble.detail}</p>}
      {trouble && trouble.parts.length > 0 && (
        <ul>
          {trouble.parts.slice(0, 8).map(({ where, message }) => (
            <li key={`${where} ${message}`}>
              <code>{where}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {onRetry && (
        <Button size="small" onClick={onRetry}>
          {words.retry}
        </Button>
      )}
    </div>
  );
}

/** Shows what a query found; before that a skeleton, and a trouble where it found none. */
export function Found<T>({
  query,
  lines = 5,
  children,
}: {
  query: UseQueryResult<T>;
  lines?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <TroubleNote error={query.error} onRetry={() => void query.refetch()} />;
  return <SkeletonLines lines={lines} />;
}

/** Says that there is nothing, and what to do about it. */
export function Nothing({ children }: { children: ReactNode }) {
  return <p className="nothing">{children}</p>;
}
