import type { KeyringPort } from '../keyring.ts';
import type { KeyringMethods } from '../protocol.ts';
import { serveKeyring } from '../serve.ts';

/** Joins a client to a keyring as a worker would: every message is copied, and nothing else passes. */
export function createLink(
  keyring: KeyringMethods,
): KeyringPort & { readonly isEnded: () => boolean; readonly fail: () => void } {
  const near: ((event: { data: unknown }) => void)[] = [];
  const far: Record<'message' | 'error', ((event: { data?: unknown }) => void)[]> = { message: [], error: [] };
  let hasEnded = false;
  const deliver = (listeners: readonly ((event: { data: unknown }) => void)[], message: unknown): void => {
    const data: unknown = structuredClone(message);
    queueMicrotask(() => {
      if (!hasEnded) for (const listener of listeners) listener({ data });
    });
  };
  serveKeyring(
    {
      postMessage: (message) => deliver(far.message, message),
      addEventListener: (_type, listener) => near.push(listener),
    },
    keyring,
  );
  return {
    postMessage: (message) => deliver(near, message),
    addEventListener: (type, listener) => far[type].push(listener),
    terminate: () => {
      hasEnded = true;
    },
    isEnded: () => hasEnded,
    fail: () => {
      for (const listener of far.error) listener({});
    },
  };
}
