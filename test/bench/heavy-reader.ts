/*
 * Asks for heavy answers, each address again and again, in a process of its own; forked by the benchmark `stall`. Tells
 * the bytes and times of each answer, and ends when it is disconnected.
 */

/** What it is to ask. */
export interface HeavyOrder {
  readonly token: string;
  readonly urls: readonly string[];
}

/** One answer, read to its end. */
export interface HeavyAnswer {
  readonly url: string;
  readonly status: number;
  readonly bytes: number;
  readonly ms: number;
}

async function read(url: string, token: string): Promise<HeavyAnswer> {
  const began = performance.now();
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  let bytes = 0;
  for await (const piece of answer.body ?? []) bytes += piece.byteLength;
  return { url, status: answer.status, bytes, ms: performance.now() - began };
}

process.once('message', async ({ token, urls }: HeavyOrder) => {
  await Promise.all(
    urls.map(async (url) => {
      while (process.connected) process.send?.(await read(url, token));
    }),
  );
});
