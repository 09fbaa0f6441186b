/** What every page asks first, asked before the script that reads it has come. */
const asked = fetch('/api/session');
let isWaiting = true;
// Whoever takes it hears of it.
asked.catch(() => {});

/** The answer to a request that was sent early; null for any other, and from the second time on. */
export function earlyAnswer(input: RequestInfo | URL, method: string | undefined): Promise<Response> | null {
  const isMeant = (method ?? 'GET') === 'GET' && String(input) === '/api/session';
  if (!isMeant || !isWaiting) return null;
  isWaiting = false;
  return asked;
}
