import { isJudgement } from '../lib/flow.ts';
import { type KeptSignature, keep, readKept } from './kept.ts';
import { payBySignature } from './service.ts';

/** What becomes of a payment that was signed in a wallet. */
export type Handing = {
  /** `resending`: signed, but there is no answer yet; it is handed in again until there is. */
  readonly state: 'none' | 'sending' | 'resending';
  /** Why it was refused. */
  readonly error: unknown;
};

/**
 * Hands in what a payer signed, and again whatever happens in between, also after a reload: it is kept until there is an answer, and pays
 * once by its key.
 */
export type Handover = {
  readonly read: () => Handing;
  readonly subscribe: (listener: () => void) => () => void;
  readonly hand: (signed: KeptSignature) => void;
};

const againMs = 4_000;
// Taken, it is soon seen to be paid. A payment that failed at once is not, and then one may pay again.
const seenWithinMs = 10_000;

/** @param onTaken - The service has it: there is something new to be seen. */
export function createHandover(requestId: string, onTaken: () => void): Handover {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isSending = false;
  let handing: Handing = { state: findUsable(requestId) ? 'resending' : 'none', error: undefined };
  const tell = (state: Handing['state'], error?: unknown) => {
    handing = { state, error };
    for (const listener of listeners) listener();
  };
  const wait = (ms: number, next: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(next, ms);
  };
  const send = async ({ key, body }: KeptSignature): Promise<void> => {
    if (isSending) return;
    isSending = true;
    try {
      await payBySignature(requestId, body, key);
      keep(requestId, { signature: undefined });
      wait(seenWithinMs, () => tell('none'));
      onTaken();
    } catch (error) {
      if (isJudgement(error)) {
        keep(requestId, { signature: undefined });
        tell('none', error);
      } else {
        tell('resending');
        wait(againMs, resend);
      }
    } finally {
      isSending = false;
    }
  };
  const resend = () => {
    const kept = findUsable(requestId);
    if (kept) void send(kept);
    else if (handing.state === 'resending') tell('none');
  };
  return {
    read: () => handing,
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) resend();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearTimeout(timer);
      };
    },
    hand(signed) {
      keep(requestId, { signature: signed });
      tell('sending');
      void send(signed);
    },
  };
}

/** What was signed here and can still be used. */
function findUsable(requestId: string): KeptSignature | undefined {
  const { signature } = readKept(requestId);
  return signature && signature.validBeforeSeconds * 1000 > Date.now() ? signature : undefined;
}
