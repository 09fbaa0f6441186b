import { useEffect, useState } from 'react';
import { useFormat } from '../format.ts';

/** The time until an instant, ticking; 0:00 once it has passed. */
export function Countdown({ until, label }: { until: string; label: string }) {
  const format = useFormat();
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="countdown" role="timer" aria-label={label}>
      {format.length(Math.max(0, Date.parse(until) - now))}
    </span>
  );
}
