import { withdrawalRequest, withdrawalResponse } from '@feiqian/domain/api/cash';
import { idSchema } from '@feiqian/domain/api/common';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import { movedByBody } from '../http/step-up.ts';
import type { WithdrawalService, WithdrawalWire } from './service.ts';

const tags = ['cash'];
const params = z.object({ id: idSchema });

/** `/v1/withdrawals`. */
export function registerWithdrawalRoutes({
  service,
  answers,
}: {
  readonly service: WithdrawalService;
  readonly answers: AnswerOnce;
}): RegisterRoutes {
  return (app) => {
    app.post(
      '/v1/withdrawals',
      {
        config: { stepUp: movedByBody },
        schema: {
          tags,
          summary: 'Pay cash out to a bank account',
          body: withdrawalRequest,
          response: { 201: withdrawalResponse },
        },
      },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        const answer = await answers.answer(request, { userId, route: 'withdrawals' }, (idempotency) =>
          service.create(userId, request.body, idempotency),
        );
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
