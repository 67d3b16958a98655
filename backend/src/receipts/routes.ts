import { idSchema } from '@feiqian/domain/api/common';
import { receiptRequest, receiptResponse } from '@feiqian/domain/api/receipts';
import { AppError } from '@feiqian/domain/errors';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { ReceiptService } from './service.ts';

const params = z.object({ id: idSchema });
type Params = z.infer<typeof params>;
// Nobody needs to be logged in, and each could end in a mail to somebody else.
const ofAddress = { rateLimit: { max: 20, timeWindow: 60_000 } };
const ofRequest = { max: 10, timeWindow: 3_600_000 };

/** `/v1/payment-requests/:id/receipts`: a receipt for whoever paid. */
export function registerReceiptRoutes({ service }: { readonly service: ReceiptService }): RegisterRoutes {
  return (app) => {
    const countOfRequest = app.createRateLimit({
      ...ofRequest,
      keyGenerator: ({ params: asked }) => `receipts ${(asked as Params).id}`,
    });
    app.post(
      '/v1/payment-requests/:id/receipts',
      {
        config: ofAddress,
        schema: {
          tags: ['payment requests'],
          summary: 'Have a receipt sent, once it is settled',
          params,
          body: receiptRequest,
          response: { 202: receiptResponse },
        },
      },
      async (request, reply) => {
        const counted = await countOfRequest(request);
        if (!counted.isAllowed && counted.isExceeded) {
          reply.header('retry-after', counted.ttlInSeconds);
          throw new AppError('RATE_LIMITED', 'Too many receipts were asked for; wait a little.');
        }
        await service.ask(request.params.id, request.body);
        return reply.code(202).send({});
      },
    );
  };
}
