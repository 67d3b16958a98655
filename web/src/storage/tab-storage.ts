import type { TabStorage } from '../keyring/wallet-lock.ts';

/**
 * The browser's `sessionStorage`; where it refuses or is full, this page's memory, which a reload forgets. A wallet stays
 * open in either, and the password opens it again.
 */
export function openTabStorage(): TabStorage {
  const memory = new Map<string, string>();
  return {
    getItem: (key) => memory.get(key) ?? attempt(() => sessionStorage.getItem(key)) ?? null,
    setItem: (key, value) => {
      memory.set(key, value);
      attempt(() => sessionStorage.setItem(key, value));
    },
    removeItem: (key) => {
      memory.delete(key);
      attempt(() => sessionStorage.removeItem(key));
    },
  };
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    // Touching the storage is enough for some browsers to refuse.
    return undefined;
  }
}
