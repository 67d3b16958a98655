import type { CashAssetId } from '@feiqian/domain/assets';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, encodeAmount, type Money, zeroAmount } from '@feiqian/domain/money';
import type { RowChange } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import { assertPayable, type Deps, getRequest, getRequested } from './deps.ts';
import { missingCash } from './describe.ts';
import { followPayments, insertPayment, type NewPayment } from './rows.ts';

/** What is to be paid at a gateway, for whom and until when. */
export type Sale = {
  readonly payeeId: string;
  readonly requestId: string;
  readonly description: string;
  readonly money: { readonly asset: string; readonly amount: string };
  readonly expiresAt: Date | undefined;
};

/** Money that a gateway has for a request. */
export type SalePaid = {
  readonly requestId: string;
  readonly movementId: string;
  readonly gateway: string;
  readonly money: Money<CashAssetId>;
  readonly payerId: string | undefined;
};

/** Payments through gateways: top-ups of the payee, begun by whoever pays. */
export function createGatewaySales(deps: Deps) {
  return {
    /** What is missing now. @throws {AppError} NOT_FOUND, PAYMENT_REQUEST_CLOSED, RECIPIENT_IS_SELF. */
    async describeSale(id: string, payerId: string | undefined): Promise<Sale> {
      const request = await getRequest(deps, id);
      if (request.payeeId === payerId) throw new AppError('RECIPIENT_IS_SELF', 'This is your own request.');
      assertPayable(request, deps.clock());
      const amount: Amount = missingCash(request);
      return {
        payeeId: request.payeeId,
        requestId: id,
        description: request.description,
        money: { asset: request.asset, amount: encodeAmount(amount) },
        expiresAt: request.expiresAt,
      };
    },

    /** Part of the command that credits the payee: the payment, and what the request comes to by it. Late and double money counts as such. */
    async bookSale({ requestId, movementId, gateway, money, payerId }: SalePaid): Promise<RowChange[]> {
      const { request, payments } = await getRequested(deps, requestId);
      const paidAt = deps.clock();
      const payment: NewPayment = {
        id: businessId('payment', movementId),
        requestId,
        rail: 'gateway',
        state: 'final',
        ...money,
        payerId,
        payerAddress: undefined,
        movementId,
        gateway,
        chainId: undefined,
        epoch: undefined,
        chainTransactionId: undefined,
        txHash: undefined,
        paidAt,
      };
      return [
        insertPayment(payment),
        followPayments(request, [...payments, { ...payment, refunded: zeroAmount }], paidAt),
      ];
    },
  };
}
