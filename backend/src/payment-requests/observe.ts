/** Follows what a chain shows of payment requests, and brings payments and requests to it. */
import type { PaymentState } from '@feiqian/domain/api/payments';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { zeroAmount } from '@feiqian/domain/money';
import type { RowChange } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import { type Deps, getRequested, untilWritten } from './deps.ts';
import type { ChainView, EventStore, PaymentEvent } from './event-store.ts';
import { carriedPaymentId } from './pay-token.ts';
import { changePayment, followPayments, insertPayment, type NewPayment } from './rows.ts';
import type { PaymentRow, Requested } from './store.ts';

type ObserveDeps = Pick<Deps, 'ledger' | 'store' | 'clock'> & {
  readonly events: EventStore;
  /** The block before the first one that concerns us. */
  readonly startAfter: (chainId: number) => bigint;
};

/** Brings payment requests to what a chain shows. */
export type Observer = {
  /**
   * Looks at every request that something happened to since the last look: paid in a block, final, or gone with a block that was replaced.
   * Several may run; each finds what stands and writes what differs.
   */
  readonly observe: (chainId: number) => Promise<void>;
};

export function createObserver(deps: ObserveDeps): Observer {
  return {
    async observe(chainId) {
      const view = await deps.events.findChain(chainId);
      if (!view) return;
      for (const { id, epoch } of await deps.events.listTouched(chainId, view)) await follow(deps, view, { id, epoch });
      await moveCursor(deps, chainId, view);
    },
  };
}

type Touched = { readonly id: string; readonly epoch: number };

async function follow(deps: ObserveDeps, view: ChainView, { id, epoch }: Touched): Promise<void> {
  await untilWritten(async () => {
    const requested = await getRequested(deps, id);
    const events = await deps.events.listOfRequest(id, { chainId: view.chainId, epoch });
    const { changes, after } = compare(requested, events, { ...view, epoch, isFormer: epoch < view.epoch });
    if (changes.length === 0) return true;
    const change = followPayments(requested.request, after, deps.clock());
    const result = await deps.ledger.post({ transfers: [], changes: [...changes, change] });
    return result.status === 'written' || undefined;
  });
}

type Epoch = ChainView & { readonly isFormer: boolean };

/** What has to be written so that the payments on a chain are what it shows. */
function compare(
  { request, payments }: Requested,
  events: readonly PaymentEvent[],
  view: Epoch,
): { readonly changes: RowChange[]; readonly after: PaymentRow[] } {
  const changes: RowChange[] = [];
  const after: PaymentRow[] = [];
  const seen = new Map(events.map((event) => [paymentIdOf(event, view), event]));
  for (const payment of payments) {
    const event = seen.get(payment.id);
    seen.delete(payment.id);
    const isHere = payment.chainId === view.chainId && payment.epoch === view.epoch;
    const next = isHere && payment.state !== 'final' ? nextState(payment, event, view) : undefined;
    if (!next) after.push(payment);
    else {
      after.push({ ...payment, ...next });
      changes.push(
        changePayment(payment, {
          state: next.state,
          tx_hash: next.txHash ?? null,
          paid_at: next.paidAt.toISOString(),
          reason: next.state === 'failed' ? 'REORGED' : null,
        }),
      );
    }
  }
  for (const [id, event] of seen) {
    const payment = toPayment(id, request.id, event, view);
    changes.push(insertPayment(payment));
    after.push({ ...payment, version: 1, payerHandle: undefined, refunding: zeroAmount, refunded: zeroAmount });
  }
  return { changes, after };
}

type Next = Pick<PaymentRow, 'state' | 'txHash' | 'paidAt'>;

/** What a payment has become; undefined when it is what it was. */
function nextState(payment: PaymentRow, event: PaymentEvent | undefined, view: Epoch): Next | undefined {
  if (event) {
    const state = stateOf(event, view);
    if (payment.state === state && payment.txHash === event.txHash) return undefined;
    return { state, txHash: event.txHash, paidAt: event.at };
  }
  // One of ours is sent again, until it is known to be impossible.
  const isOurs = payment.chainTransactionId !== undefined && !view.isFormer;
  if (payment.state === 'mined')
    return { state: isOurs ? 'pending' : 'failed', txHash: undefined, paidAt: payment.paidAt };
  if (payment.state === 'pending' && view.isFormer)
    return { state: 'failed', txHash: undefined, paidAt: payment.paidAt };
  return undefined;
}

const stateOf = ({ blockNumber }: PaymentEvent, { finalizedNumber, isFormer }: Epoch): PaymentState =>
  isFormer || (finalizedNumber !== null && blockNumber <= finalizedNumber) ? 'final' : 'mined';

/** The same whichever block has it in the end: of the transaction that we carry, or of the place within somebody else's. */
function paymentIdOf(event: PaymentEvent, { chainId, epoch }: ChainView): string {
  if (event.chainTransactionId !== undefined && event.ordinal === 0) return carriedPaymentId(event.chainTransactionId);
  return businessId('payment', 'event', `${chainId}`, `${epoch}`, event.txHash, event.reference, `${event.ordinal}`);
}

function toPayment(id: string, requestId: string, event: PaymentEvent, view: Epoch): NewPayment {
  return {
    id,
    requestId,
    rail: 'token',
    state: stateOf(event, view),
    asset: toTokenAssetId(view.chainId, event.token),
    amount: event.amount,
    payerId: event.payerId,
    payerAddress: event.payer,
    movementId: event.movementId,
    gateway: undefined,
    chainId: view.chainId,
    epoch: view.epoch,
    chainTransactionId: event.ordinal === 0 ? event.chainTransactionId : undefined,
    txHash: event.txHash,
    paidAt: event.at,
  };
}

/** Remembers how far final blocks were looked at, so that the next look begins there. */
async function moveCursor(deps: ObserveDeps, chainId: number, view: ChainView): Promise<void> {
  const { epoch, finalizedNumber, cursor } = view;
  if (finalizedNumber === null || (cursor && cursor.blockNumber >= finalizedNumber)) return;
  const id = businessId('chain cursor', `${chainId}`, `${epoch}`, 'payments');
  const set = cursor
    ? { block_number: `${finalizedNumber}` }
    : { chain_id: chainId, epoch, consumer: 'payments', block_number: `${deps.startAfter(chainId)}` };
  // Somebody else may have moved it; then that is as good.
  await deps.ledger.post({
    transfers: [],
    changes: [{ table: 'chain_cursors', id, expectVersion: cursor?.version ?? 0, set }],
  });
}
