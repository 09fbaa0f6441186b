import { useEffect, useState } from 'react';

/** So long a text rests before the server is asked for it. Units: milliseconds. */
const REST_MS = 200;

/** The value once it has stayed the same for `restMs`, so that not every letter asks the server. */
export function useSettled<T>(value: T, restMs = REST_MS): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);
  return settled;
}
