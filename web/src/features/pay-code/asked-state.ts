import type { AskedWire } from '@feiqian/domain/api/pay-codes';
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';

/** What the screen shows: the code, a question, or what became of it. */
export type AskedState =
  | { readonly step: 'showing' }
  | { readonly step: 'asked' | 'paid' | 'closed'; readonly request: PaymentRequestWire };

type Seen = {
  readonly asked: AskedWire | undefined;
  /** When the first code of this visit was made, by the service's clock; undefined before there is one. */
  readonly openedAt: string | undefined;
  /** Requests that were answered or put away in this visit. */
  readonly putAway: readonly string[];
  /** The request that was on the screen before. */
  readonly shown: string | undefined;
};

/**
 * Decides it from what the service says. A question that waits is shown whenever it came; what has ended only if it came or was seen
 * during this visit, or an old payment would look like a new one.
 */
export function toAskedState({ asked, openedAt, putAway, shown }: Seen): AskedState {
  const request = asked?.request;
  if (!request || asked.askedAt === null || putAway.includes(request.id)) return { step: 'showing' };
  const isOfNow = shown === request.id || (openedAt !== undefined && asked.askedAt >= openedAt);
  if (asked.isPaidByYou) return isOfNow ? { step: 'paid', request } : { step: 'showing' };
  if (request.state === 'new') return { step: 'asked', request };
  return isOfNow ? { step: 'closed', request } : { step: 'showing' };
}
