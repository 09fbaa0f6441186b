import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button } from 'antd';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

/** Fetches the next page of a list, where there is one. `label`: what the next page holds, where the list says it. */
export function MoreOf({
  of: { hasNextPage, isFetchingNextPage, fetchNextPage },
  label,
}: {
  of: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>;
  label?: string;
}) {
  const { more } = useWords(shellWords);
  if (!hasNextPage) return null;
  return (
    <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
      {label ?? more}
    </Button>
  );
}
