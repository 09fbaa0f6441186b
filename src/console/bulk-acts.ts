import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Asset } from '../catalogue/asset.ts';
import { answer, api } from './api.ts';
import { useFormat } from './format.ts';
import { inSlices } from './in-slices.ts';
import { bulkWords } from './words/bulk-words.ts';
import { shellWords } from './words/shell-words.ts';
import { useWords } from './words/use-words.ts';

/** Retired material comes back only through review: so long nothing is sent yet. Units: milliseconds. */
const RETIRE_AFTER_MS = 8_000;

/** What the last act on many pieces came to. */
export interface BulkOutcome {
  readonly text: string;
  /** What the server said of those that could not be done, each sentence once. */
  readonly refusals: readonly string[];
  readonly error?: Error;
  /** Takes it back; null where nothing was changed, or where it is a taking back itself. */
  readonly undo: (() => void) | null;
}

type Step = 'submit' | 'withdraw' | 'retire';

function tagAll(ids: readonly number[], tag: string, isOn: boolean): Promise<number[]> {
  return inSlices(
    ids,
    async (some) =>
      (await answer(api.material.material.tags.$post({ json: { ids: some, tag, isOn } }))).changed,
  );
}

async function stepAll(ids: readonly number[], step: Step): Promise<{ done: number[]; refusals: string[] }> {
  const told = await inSlices(ids, async (some) => [
    await answer(api.review.material.review.$post({ json: { ids: some, step } })),
  ]);
  const details = told.flatMap(({ refused }) => refused.map(({ detail }) => detail));
  return { done: told.flatMap(({ done }) => done), refusals: details };
}

/** Acts on many pieces of material, and how the last one can be taken back. */
export function useBulkActs() {
  const words = useWords(bulkWords);
  const { categories } = useWords(shellWords);
  const format = useFormat();
  const queries = useQueryClient();
  const [outcome, setOutcome] = useState<BulkOutcome | null>(null);
  const [isPending, setPending] = useState(false);
  /** The retirement that was asked for and is not sent yet. */
  const due = useRef<{ timer: ReturnType<typeof setTimeout>; send: () => void } | null>(null);

  function act(doing: () => Promise<BulkOutcome>): void {
    flush();
    setPending(true);
    doing()
      .catch((error: Error) => ({ text: '', refusals: [], error, undo: null }))
      .then(async (came) => {
        await queries.invalidateQueries({ queryKey: ['assets'] });
        setOutcome(came);
        setPending(false);
      });
  }
  /** Sends what only waits for the time in which it can be undone. */
  function flush(): void {
    const waiting = due.current;
    due.current = null;
    if (!waiting) return;
    clearTimeout(waiting.timer);
    waiting.send();
  }
  const leaving = useRef(flush);
  leaving.current = flush;
  useEffect(() => {
    // Closing the page would drop what waits: the browser asks first.
    const onUnload = (event: BeforeUnloadEvent) => {
      if (due.current) event.preventDefault();
    };
    window.addEventListener('beforeunload', onUnload);
    return () => {
      window.removeEventListener('beforeunload', onUnload);
      leaving.current();
    };
  }, []);

  const undoing = (doing: () => Promise<unknown>) => () =>
    act(async () => {
      await doing();
      return { text: words.undone, refusals: [], undo: null };
    });
  const outcomeOf = (
    text: string,
    done: number,
    refusals: readonly string[],
    undo: () => Promise<unknown>,
  ) => ({
    text,
    refusals,
    undo: done > 0 ? undoing(undo) : null,
  });

  return {
    outcome,
    isPending,
    forget: () => setOutcome(null),
    tag: (ids: readonly number[], tag: string, isOn: boolean) =>
      act(async () => {
        const changed = await tagAll(ids, tag, isOn);
        const text = (isOn ? words.tagged : words.untagged)(format.number(changed.length), tag);
        return outcomeOf(text, changed.length, [], () => tagAll(changed, tag, !isOn));
      }),
    categorise: (ids: readonly number[], category: Asset['category']) =>
      act(async () => {
        const setAll = (some: readonly number[], to: Asset['category']) =>
          inSlices(some, async (part) => {
            const json = { ids: part, category: to };
            return (await answer(api.material.material.category.$post({ json }))).changed;
          });
        const changed = await setAll(ids, category);
        const left = ids.length - changed.length;
        const text = words.categorised(format.number(changed.length), categories[category]);
        return outcomeOf(
          text,
          changed.length,
          left > 0 ? [words.settled(format.number(left))] : [],
          async () => {
            for (const [before, some] of Map.groupBy(changed, (one) => one.category))
              await setAll(
                some.map(({ id }) => id),
                before,
              );
          },
        );
      }),
    submit: (ids: readonly number[]) =>
      act(async () => {
        const { done, refusals } = await stepAll(ids, 'submit');
        return outcomeOf(words.submitted(format.number(done.length)), done.length, refusals, () =>
          stepAll(done, 'withdraw'),
        );
      }),
    retire: (ids: readonly number[]) => {
      flush();
      const send = () => {
        due.current = null;
        // What is being sent cannot be taken back.
        setOutcome((told) => told && { ...told, undo: null });
        act(async () => {
          const { done, refusals } = await stepAll(ids, 'retire');
          return { text: words.retired(format.number(done.length)), refusals, undo: null };
        });
      };
      due.current = { timer: setTimeout(send, RETIRE_AFTER_MS), send };
      const undo = () => {
        clearTimeout(due.current?.timer);
        due.current = null;
        setOutcome({ text: words.undone, refusals: [], undo: null });
      };
      setOutcome({ text: words.retiring(format.number(ids.length)), refusals: [], undo });
    },
  };
}
