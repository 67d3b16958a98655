import { withdrawalRequest, withdrawalResponse } from '@feiqian/domain/api/cash';
import { idSchema } from '@feiqian/domain/api/common';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { Queryable } from '../database/pool.ts';
import { findAnswer, readIdempotency } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { WithdrawalService, WithdrawalWire } from './service.ts';

const tags = ['cash'];
const params = z.object({ id: idSchema });

/** `/v1/withdrawals`. */
export function registerWithdrawalRoutes({
  service,
  database,
}: {
  readonly service: WithdrawalService;
  readonly database: Queryable;
}): RegisterRoutes {
  return (app) => {
    app.post(
      '/v1/withdrawals',
      {
        schema: {
          tags,
          summary: 'Pay cash out to a bank account',
          body: withdrawalRequest,
          response: { 201: withdrawalResponse },
        },
      },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        const idempotency = readIdempotency(request, userId, 'withdrawals');
        const answer =
          (await findAnswer(database, idempotency)) ?? (await service.create(userId, request.body, idempotency));
        return reply.code(201).send(answer.body as WithdrawalWire);
      },
    );
    app.get(
      '/v1/withdrawals/:id',
      { schema: { tags, summary: 'What has become of a withdrawal', params, response: { 200: withdrawalResponse } } },
      (request) => service.get(requirePrincipal(request).userId, request.params.id),
    );
  };
}
