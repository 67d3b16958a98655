import { useEffect, useState } from 'react';

const settleMs = 300;

/** A value that is being typed, once nothing was typed for a moment: so that not every letter asks the service. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
