import { useEffect, useState } from 'react';

/** So long a text rests before the server is asked for it. Units: milliseconds. */
const REST_MS = 200;

/** The value once it has stayed the same for a moment, so that not every letter asks the server. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
