/** Whose wallet is on this device: enough to ask only for the password. Not secret, and gone after logging out. */
export type RememberedAccount = { readonly id: string; readonly email: string; readonly handle: string };

const storageKey = 'feiqian.account';

/** Reads a remembered account; damaged text is no account. */
export function parseRememberedAccount(text: string | null): RememberedAccount | undefined {
  try {
    const kept: unknown = JSON.parse(text ?? 'null');
    if (typeof kept !== 'object' || kept === null) return undefined;
    const { id, email, handle } = kept as Record<string, unknown>;
    if (typeof id !== 'string' || typeof email !== 'string' || typeof handle !== 'string') return undefined;
    return { id, email, handle };
  } catch {
    // Damaged by hand or by an old version: the person logs in again.
    return undefined;
  }
}

/** The account that was last used on this device. */
export function findRememberedAccount(): RememberedAccount | undefined {
  try {
    return parseRememberedAccount(localStorage.getItem(storageKey));
  } catch {
    // A browser without storage remembers nobody.
    return undefined;
  }
}

/** Remembers an account for the next visit. */
export function rememberAccount({ id, email, handle }: RememberedAccount): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify({ id, email, handle }));
  } catch {
    // Next time the e-mail is asked for again.
  }
}

/** Forgets the account after logging out. */
export function forgetAccount(): void {
  try {
    localStorage.removeItem(storageKey);
  } catch {
    // Nothing was kept.
  }
}
