import { useState } from 'react';

/** The fields of one form that belong together, and how to change some of them. */
export function useFields<Fields extends object>(initial: Fields): [Fields, (part: Partial<Fields>) => void] {
  const [fields, setFields] = useState(initial);
  return [fields, (part) => setFields((current) => ({ ...current, ...part }))];
}
