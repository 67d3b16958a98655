import type { EndedTransaction } from '../chain/follow-up.ts';
import { type Deps, getRequested, untilWritten } from './deps.ts';
import { changePayment, changeSums, followPayments } from './rows.ts';

/** What the end of a transaction that we carried means for the payment or the refund in it. */
export function createTokenEnds(deps: Deps) {
  return {
    /** Told at least once; what it does twice is done once. */
    async handleEnded(
      ended: Pick<EndedTransaction, 'id' | 'purpose' | 'state' | 'reason' | 'movementId'>,
    ): Promise<void> {
      if (ended.purpose !== 'relay') return;
      if (ended.state !== 'final') await giveUpPayment(deps, ended);
      if (ended.movementId !== null) await followRefund(deps, ended.movementId);
    },
  };
}

/** A payment whose transaction came to nothing. What came to something is seen on chain. */
async function giveUpPayment(
  { ledger, store, clock }: Deps,
  { id, reason }: Pick<EndedTransaction, 'id' | 'reason'>,
): Promise<void> {
  await untilWritten(async () => {
    const payment = await store.findPaymentByTransaction(id);
    // Seen in a block after all: then that is followed.
    if (payment?.state !== 'pending') return true;
    const { request, payments } = await getRequested({ store }, payment.requestId);
    const after = payments.map((one) => (one.id === payment.id ? { ...one, state: 'failed' as const } : one));
    const { status } = await ledger.post({
      transfers: [],
      changes: [changePayment(payment, { state: 'failed', reason }), followPayments(request, after, clock())],
    });
    return status === 'written' || undefined;
  });
}

/** Adds up anew what of a payment has gone back, so that being told twice is once. */
async function followRefund({ ledger, store, refunds, clock }: Deps, movementId: string): Promise<void> {
  const refund = await refunds.find(movementId);
  if (!refund) return;
  await untilWritten(async () => {
    const requested = await getRequested({ store }, refund.requestId);
    const changes = changeSums(requested, refund.paymentId, await refunds.addUp(refund.paymentId), clock());
    const { status } = await ledger.post({ transfers: [], changes });
    return status === 'written' || undefined;
  });
}
