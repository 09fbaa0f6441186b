/** An act as the query library tells of it. `submittedAt`: when it was tried last, 0 before the first time. */
interface Act {
  readonly error: Error | null;
  readonly submittedAt: number;
}

/** What went wrong with the act that was tried last; an error of an act before it says nothing any more. */
export function latestTrouble(first: Act, ...others: readonly Act[]): Error | null {
  return others.reduce((latest, one) => (one.submittedAt > latest.submittedAt ? one : latest), first).error;
}
