import type { PaymentRequestState } from '@feiqian/domain/api/payments';
import { type Deps, getRequest, isOverdue } from './deps.ts';

/** What a payer takes back to the shop, and where. */
type Returning = {
  readonly requestId: string;
  readonly payeeId: string;
  readonly returnUrl: string | undefined;
  readonly state: PaymentRequestState;
  readonly orderId: string | null;
};

/** Sending payers back. */
export function createReturns(deps: Pick<Deps, 'store' | 'clock'>) {
  return {
    /** @throws {AppError} NOT_FOUND. */
    async getReturning(id: string): Promise<Returning> {
      const request = await getRequest(deps, id);
      const { payeeId, returnUrl, orderId } = request;
      const state = isOverdue(request, deps.clock()) ? 'expired' : request.state;
      return { requestId: id, payeeId, returnUrl, state, orderId: orderId ?? null };
    },
  };
}
