import type { RegisterRoutes } from '../app.ts';
import { createRequestFeed, type RequestFeed } from '../payment-requests/feed.ts';
import { registerLiveRequestRoutes } from '../payment-requests/live-routes.ts';
import type { PaymentRequestService } from '../payment-requests/service.ts';
import { registerReturnAddressRoutes } from '../return-addresses/routes.ts';
import { createReturnAddressService } from '../return-addresses/service.ts';
import { createReturnAddressStore } from '../return-addresses/store.ts';
import type { Foundation } from './foundation.ts';

/** What the page that payers are sent to needs beside payment requests themselves. */
export type PaymentPage = { readonly routes: readonly RegisterRoutes[]; readonly feed: RequestFeed };

export function composePaymentPage(
  { pool, sealer, answers, clock }: Foundation,
  paymentRequests: Pick<PaymentRequestService, 'get' | 'getReturning'>,
): PaymentPage {
  const feed = createRequestFeed({ pool, read: paymentRequests.get });
  const service = createReturnAddressService({ pool, store: createReturnAddressStore(pool), sealer });
  return {
    feed,
    routes: [
      registerLiveRequestRoutes({ feed }),
      registerReturnAddressRoutes({ service, answers, clock, getReturning: paymentRequests.getReturning }),
    ],
  };
}
