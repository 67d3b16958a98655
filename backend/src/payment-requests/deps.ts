import type { Asset } from '@feiqian/domain/assets';
import type { Chain } from '@feiqian/domain/chains';
import { AppError } from '@feiqian/domain/errors';
import type { Amount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import type { Carrier } from '../chain/carrier.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PostWatched } from '../ledger/watched.ts';
import type { RefundStore } from './refund-store.ts';
import type { PaymentRequestRow, PaymentRequestStore, PaymentRow, Requested } from './store.ts';

/** What payment requests stand on. */
export type Deps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly postWatched: PostWatched;
  readonly store: PaymentRequestStore;
  readonly refunds: RefundStore;
  readonly assets: readonly Asset[];
  readonly chains: readonly Chain[];
  readonly publicUrl: string;
  readonly clock: () => Date;
  /** Who proved this address. */
  readonly findAddressOwner: (address: Address) => Promise<string | undefined>;
  readonly carrier: Carrier;
  /** Pays the network fee of what is carried, and is paid `fee` for it, in base units of the token. */
  readonly relayer: Address;
  readonly fee: Amount;
  /** Amounts up to this one count once they are in a block, unless the request says otherwise. */
  readonly minedMax: Amount;
  /** Whether this is exactly one of the addresses that a payee sends payers back to. */
  readonly isReturnUrl: (payeeId: string, url: string) => Promise<boolean>;
};

/** What of them reads a request. */
export type Reading = Pick<Deps, 'store'>;

const unknown = () => new AppError('NOT_FOUND', 'There is no such payment request.');

/** @throws {AppError} NOT_FOUND. */
export async function getRequest({ store }: Reading, id: string): Promise<PaymentRequestRow> {
  const request = await store.find(id);
  if (!request) throw unknown();
  return request;
}

/** @throws {AppError} NOT_FOUND. */
export async function getRequested({ store }: Reading, id: string): Promise<Requested> {
  const requested = await store.findWithPayments(id);
  if (!requested) throw unknown();
  return requested;
}

/** A payee's own, with what was paid. @throws {AppError} NOT_FOUND, also for somebody else's. */
export async function getOwn(deps: Reading, payeeId: string, id: string): Promise<Requested> {
  const requested = await getRequested(deps, id);
  if (requested.request.payeeId !== payeeId) throw unknown();
  return requested;
}

/** A payment of a payee's own request, with that. @throws {AppError} NOT_FOUND, also for somebody else's, in the same words. */
export async function getOwnPayment(
  { store }: Reading,
  payeeId: string,
  id: string,
): Promise<{ readonly payment: PaymentRow; readonly requested: Requested }> {
  const found = await store.findPayment(id);
  const requested = found && (await store.findWithPayments(found.requestId));
  if (!found || requested?.request.payeeId !== payeeId) throw new AppError('NOT_FOUND', 'There is no such payment.');
  return { requested, payment: requested.payments.find((payment) => payment.id === id) ?? found };
}

/** Whether its time is over. One that is being paid is paid in time, whenever that is known. */
export const isOverdue = ({ state, expiresAt }: PaymentRequestRow, now: Date): boolean =>
  state === 'new' && expiresAt !== undefined && expiresAt <= now;

/** @throws {AppError} PAYMENT_REQUEST_CLOSED unless it waits for money; `details.state` says what it is. */
export function assertPayable(request: PaymentRequestRow, now: Date): void {
  const state = isOverdue(request, now) ? 'expired' : request.state;
  if (state !== 'new')
    throw new AppError('PAYMENT_REQUEST_CLOSED', 'This request can’t be paid any more.', { details: { state } });
}

const conflictsMax = 8;

/**
 * Does what reads rows and writes them by compare-and-swap, again while somebody else was quicker.
 *
 * @param attempt - Answers undefined when a row had changed meanwhile.
 * @throws {AppError} STATE_CONFLICT when that happens again and again.
 */
export async function untilWritten<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let round = 1; round <= conflictsMax; round += 1) {
    const written = await attempt();
    if (written !== undefined) return written;
  }
  throw new AppError('STATE_CONFLICT', 'It changed again and again meanwhile.');
}
