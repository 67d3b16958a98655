import { useRef } from 'react';

/** Names intended changes for the service. */
export type IntentKeys = {
  /** The same content has the same key until {@link IntentKeys.renew}; changed content is another intent. */
  readonly keyFor: (content: unknown) => string;
  /** After a success: the same content again is a new intent. */
  readonly renew: () => void;
};

/** Idempotency keys of a form that sends at once, so that trying again after a lost answer happens once. */
export function useIntentKeys(): IntentKeys {
  const last = useRef<{ readonly content: string; readonly key: string } | undefined>(undefined);
  return {
    keyFor: (content) => {
      const text = JSON.stringify(content);
      if (last.current?.content !== text) last.current = { content: text, key: crypto.randomUUID() };
      return last.current.key;
    },
    renew: () => {
      last.current = undefined;
    },
  };
}
