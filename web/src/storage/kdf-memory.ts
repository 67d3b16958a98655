import { readField, withDatabase } from './database.ts';

/** How strong the key derivation for an account has been, as far as this device knows. */
export type SeenStrength = { readonly memoryKib: number; readonly iterations: number };

/** The strongest parameters that this device has met for an e-mail address. */
export function findSeenStrength(email: string): Promise<SeenStrength | undefined> {
  return readField('kdf_seen', toKey(email));
}

/** Remembers parameters, so that weaker ones are refused from now on. Never forgets stronger ones. */
export function rememberStrength(email: string, { memoryKib, iterations }: SeenStrength): Promise<void> {
  return withDatabase(async (database) => {
    const transaction = database.transaction('kdf_seen', 'readwrite');
    const seen = await transaction.store.get(toKey(email));
    const strongest = {
      memoryKib: Math.max(seen?.memoryKib ?? 0, memoryKib),
      iterations: Math.max(seen?.iterations ?? 0, iterations),
    };
    await transaction.store.put(strongest, toKey(email));
    await transaction.done;
  });
}

const toKey = (email: string): string => email.normalize('NFKC').trim().toLowerCase();
