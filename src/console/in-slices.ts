import { MOST_AT_ONCE } from './choices.ts';

/** Asks for any number of ids, as many at once as one request may name, and gives all answers in order. */
export async function inSlices<T>(
  ids: readonly number[],
  ask: (some: number[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const answers: T[] = [];
  for (let from = 0; from < ids.length; from += MOST_AT_ONCE)
    answers.push(...(await ask(ids.slice(from, from + MOST_AT_ONCE))));
  return answers;
}
