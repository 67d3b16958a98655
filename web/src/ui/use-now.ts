import { useEffect, useState } from 'react';

/**
 * This device's clock, in epoch milliseconds.
 *
 * @param everyMs - How often it is looked at; undefined lets it stand still.
 */
export function useNow(everyMs: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
