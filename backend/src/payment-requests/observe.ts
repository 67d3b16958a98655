/** Follows what a chain shows of payment requests, and brings payments and requests to it. */
import type { PaymentState } from '@feiqian/domain/api/payments';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { zeroAmount } from '@feiqian/domain/money';
import type { RowChange } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import { type Deps, getRequested, untilWritten } from './deps.ts';
import type { Carried, ChainView, EventStore, PaymentEvent } from './event-store.ts';
import { matchEvents } from './match-events.ts';
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
  const place = { chainId: view.chainId, epoch };
  await untilWritten(async () => {
    const requested = await getRequested(deps, id);
    // Before the events: what is over by now has left all that it will ever leave.
    const carried = await deps.events.listCarried(id);
    const events = await deps.events.listOfRequest(id, place);
    const seen = matchEvents(requested.payments, events, carried, place);
    const { changes, after } = compare(requested, { seen, carried }, { ...view, epoch, isFormer: epoch < view.epoch });
    if (changes.length === 0) return true;
    const change = followPayments(requested.request, after, deps.clock());
    const result = await deps.ledger.post({ transfers: [], changes: [...changes, change] });
    return result.status === 'written' || undefined;
  });
}

type Epoch = ChainView & { readonly isFormer: boolean };
type Shown = { readonly seen: Map<string, PaymentEvent>; readonly carried: ReadonlyMap<string, Carried> };

/** What has to be written so that the payments on a chain are what it shows. */
function compare(
  { request, payments }: Requested,
  { seen, carried }: Shown,
  view: Epoch,
): { readonly changes: RowChange[]; readonly after: PaymentRow[] } {
  const changes: RowChange[] = [];
  const after: PaymentRow[] = [];
  for (const payment of payments) {
    const isHere = payment.chainId === view.chainId && payment.epoch === view.epoch;
    const next =
      isHere && payment.state !== 'final'
        ? nextState(payment, { event: seen.get(payment.id), carried: carried.get(payment.id) }, view)
        : undefined;
    seen.delete(payment.id);
    if (!next) after.push(payment);
    else {
      after.push({ ...payment, ...next });
      changes.push(
        changePayment(payment, {
          state: next.state,
          tx_hash: next.txHash ?? null,
          paid_at: next.paidAt.toISOString(),
          reason: next.reason ?? null,
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

type Next = Pick<PaymentRow, 'state' | 'txHash' | 'paidAt'> & { readonly reason?: string };

/** What a payment has become; undefined when it is what it was. */
function nextState(
  payment: PaymentRow,
  { event, carried }: { readonly event: PaymentEvent | undefined; readonly carried: Carried | undefined },
  view: Epoch,
): Next | undefined {
  if (event) {
    const state = stateOf(event, view);
    if (payment.state === state && payment.txHash === event.txHash) return undefined;
    return { state, txHash: event.txHash, paidAt: event.at };
  }
  if (payment.state === 'failed') return undefined;
  const { paidAt } = payment;
  const fail = (reason: string): Next => ({ state: 'failed', txHash: undefined, paidAt, reason });
  if (view.isFormer) return fail('CHAIN_BEGAN_ANEW');
  // One of ours is sent again, until it is known to be impossible.
  if (carried?.isOver) return fail(carried.reason ?? 'REORGED');
  if (payment.state === 'pending') return undefined;
  return carried ? { state: 'pending', txHash: undefined, paidAt } : fail('REORGED');
}

const stateOf = ({ blockNumber }: PaymentEvent, { finalizedNumber, isFormer }: Epoch): PaymentState =>
  isFormer || (finalizedNumber !== null && blockNumber <= finalizedNumber) ? 'final' : 'mined';

function toPayment(id: string, requestId: string, event: PaymentEvent, view: Epoch): NewPayment {
  const { chainTransactionId: carrier } = event;
  const isCarried = carrier !== undefined && carriedPaymentId(carrier) === id;
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
    chainTransactionId: isCarried ? event.chainTransactionId : undefined,
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
