import { useSyncExternalStore } from 'react';
import type { LocalSearch } from '../../lib/address-book/entry-book.ts';

// In this page's memory and never in the address bar, which a reload sends to the service.
let current: LocalSearch = { text: '', tag: '' };
const listeners = new Set<() => void>();

/** Sets what is looked for on this device only. It stays while an entry is open, until the wallet is locked. */
export function setPrivateSearch(part: Partial<LocalSearch>): void {
  current = { ...current, ...part };
  for (const listener of listeners) listener();
}

/** What is looked for on this device only. */
export function usePrivateSearch(): LocalSearch {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
