import type { SessionKeys } from '../vault-crypto.ts';

/** Session keys in memory, with a way to break them. */
export function createMemorySessionKeys(): SessionKeys & { failing: boolean; key: CryptoKey | undefined } {
  const check = (): void => {
    if (keys.failing) throw new DOMException('The disk is full.', 'QuotaExceededError');
  };
  const keys: ReturnType<typeof createMemorySessionKeys> = {
    failing: false,
    key: undefined,
    find: async () => {
      check();
      return keys.key;
    },
    save: async (key) => {
      check();
      keys.key = key;
    },
    clear: async () => {
      check();
      keys.key = undefined;
    },
  };
  return keys;
}
