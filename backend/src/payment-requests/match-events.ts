/** Which payment each event of a chain is. Pure. */
import { toTokenAssetId } from '@feiqian/domain/assets';
import { businessId } from '../ledger/ids.ts';
import type { Carried, PaymentEvent, Place } from './event-store.ts';
import { carriedPaymentId } from './pay-token.ts';
import type { PaymentRow } from './store.ts';

/**
 * Finds the payment of each event, one for one, by the payment's id; ids that no payment has yet are of new ones.
 *
 * An event is the payment that our own transaction carries. One of somebody else's transaction may be a signature that we were given too:
 * it is in the open, and whoever submits it first makes ours fail. Then it is that payment, as if we had carried it. What it was when it
 * became final it stays.
 */
export function matchEvents(
  payments: readonly PaymentRow[],
  events: readonly PaymentEvent[],
  carried: ReadonlyMap<string, Carried>,
  place: Place,
): Map<string, PaymentEvent> {
  const matched = new Map<string, PaymentEvent>();
  const known = new Map(payments.map((payment) => [payment.id, payment]));
  const here = payments.filter(({ chainId, epoch }) => chainId === place.chainId && epoch === place.epoch);
  let left = events;
  const match = (idOf: (event: PaymentEvent) => string | undefined) => {
    left = left.filter((event) => {
      const id = idOf(event);
      if (id === undefined || matched.has(id)) return true;
      matched.set(id, event);
      return false;
    });
  };
  const find = (event: PaymentEvent, isIt: (payment: PaymentRow) => boolean) =>
    here.find((payment) => !matched.has(payment.id) && isOf(payment, event, place) && isIt(payment))?.id;

  match((event) => find(event, ({ state, txHash }) => state === 'final' && txHash === event.txHash));
  match((event) => {
    const id = ownId(event);
    const payment = id === undefined ? undefined : known.get(id);
    // A transaction that goes on in a chain's next life pays anew.
    return payment && !here.includes(payment) ? undefined : id;
  });
  match((event) => (known.has(othersId(event, place)) ? othersId(event, place) : undefined));
  match((event) =>
    find(event, ({ id, state }) => (state === 'pending' || state === 'mined') && carried.get(id)?.fee === event.fee),
  );
  match((event) => othersId(event, place));
  return matched;
}

const isOf = ({ payerAddress, asset, amount }: PaymentRow, event: PaymentEvent, { chainId }: Place): boolean =>
  payerAddress === event.payer && amount === event.amount && asset === toTokenAssetId(chainId, event.token);

/** Of the payment that our transaction carries. */
const ownId = ({ chainTransactionId, ordinal }: PaymentEvent): string | undefined =>
  chainTransactionId === undefined || ordinal > 0 ? undefined : carriedPaymentId(chainTransactionId);

/** Of the payment at this place of somebody else's transaction, whichever block has it in the end. */
const othersId = ({ txHash, reference, ordinal }: PaymentEvent, { chainId, epoch }: Place): string =>
  businessId('payment', 'event', `${chainId}`, `${epoch}`, txHash, reference, `${ordinal}`);
