import { useState } from 'react';
import { openTabStorage } from '../../storage/tab-storage.ts';

const key = 'feiqian.pay-code.put-away';
/** Nobody is asked more often in the minutes for which the service asks. */
const keptMax = 20;

/** Requests that were answered or declined on this screen, kept with the tab: coming back asks for none of them again. */
export function usePutAway(): [readonly string[], (id: string) => void] {
  const [storage] = useState(openTabStorage);
  const [ids, setIds] = useState<readonly string[]>(() => (storage.getItem(key) ?? '').split(' ').filter(Boolean));
  const add = (id: string) => {
    const next = [...ids, id].slice(-keptMax);
    storage.setItem(key, next.join(' '));
    setIds(next);
  };
  return [ids, add];
}
