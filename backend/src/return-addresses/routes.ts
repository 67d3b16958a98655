import { idSchema } from '@feiqian/domain/api/common';
import {
  createReturnAddress,
  type ReturnSecretWire,
  returnAddressesResponse,
  returnResponse,
  returnSecretResponse,
} from '@feiqian/domain/api/return-addresses';
import { AppError } from '@feiqian/domain/errors';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { Returned } from './return-url.ts';
import type { ReturnAddressService } from './service.ts';

const tags = ['return addresses'];
const params = z.object({ id: idSchema });
const path = '/v1/return-addresses';

/** A request of somebody's who wants its payers back. */
export type Returning = Omit<Returned, 'at'> & { readonly payeeId: string; readonly returnUrl: string | undefined };

type Deps = {
  readonly service: ReturnAddressService;
  readonly answers: AnswerOnce;
  readonly clock: () => Date;
  /** @throws {AppError} NOT_FOUND for a payment request that there is not. */
  readonly getReturning: (requestId: string) => Promise<Returning>;
};

/** `/v1/return-addresses`, closed to keys: who finds a shop's key must not be able to send its payers elsewhere. */
export function registerReturnAddressRoutes({ service, answers, clock, getReturning }: Deps): RegisterRoutes {
  return (app) => {
    app.get(
      path,
      { schema: { tags, summary: 'Where payers are sent back to', response: { 200: returnAddressesResponse } } },
      (request) => service.list(requirePrincipal(request).userId),
    );
    app.post(
      path,
      {
        config: { stepUp: 'always' },
        schema: {
          tags,
          summary: 'Add an address; the answer has its secret, once',
          body: createReturnAddress,
          response: { 201: returnSecretResponse },
        },
      },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        let secret: string | null = null;
        const { body } = await answers.answer(request, { userId, route: 'return-addresses' }, async (idempotency) => {
          const { secret: made, ...answer } = await service.create(userId, request.body, idempotency);
          secret = made;
          return answer;
        });
        return reply.code(201).send({ ...(body as ReturnSecretWire), secret });
      },
    );
    app.delete(
      `${path}/:id`,
      { schema: { tags, summary: 'Send nobody there any more', params, response: { 204: z.null() } } },
      async (request, reply) => {
        await service.remove(requirePrincipal(request).userId, request.params.id);
        return reply.code(204).send(null);
      },
    );
    app.get(
      '/v1/payment-requests/:id/return',
      { schema: { tags, summary: 'Where the payer goes back to, signed', params, response: { 200: returnResponse } } },
      async (request) => {
        const { payeeId, returnUrl, ...returning } = await getReturning(request.params.id);
        if (returnUrl === undefined) throw new AppError('NOT_FOUND', 'It sends nobody back.');
        return { url: await service.sign(payeeId, returnUrl, { ...returning, at: clock() }) };
      },
    );
  };
}
