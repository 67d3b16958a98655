import { idSchema, pageQuerySchema } from '@feiqian/domain/api/common';
import {
  changePayoutRule,
  type PayoutRuleWire,
  payoutRuleSchema,
  payoutRulesResponse,
  payoutsResponse,
  setPayoutRule,
} from '@feiqian/domain/api/payouts';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requireCaller, requirePrincipal } from '../http/principal.ts';
import type { PayoutService } from './service.ts';

const tags = ['payouts'];
const params = z.object({ id: idSchema });
const path = '/v1/payout-rules';
/** Keys see rules and payouts; where money goes is said by whoever is logged in. */
const reads = { scope: 'payouts:read' } as const;

/** `/v1/payout-rules` and `/v1/payouts`: cash that is paid out by itself. */
export function registerPayoutRoutes({
  service,
  answers,
}: {
  readonly service: PayoutService;
  readonly answers: AnswerOnce;
}): RegisterRoutes {
  return (app) => {
    app.get(
      path,
      {
        config: reads,
        schema: { tags, summary: 'Your rules, one for each currency', response: { 200: payoutRulesResponse } },
      },
      (request) => service.rules.list(requireCaller(request).userId),
    );
    app.post(
      path,
      {
        config: { stepUp: 'always' },
        schema: {
          tags,
          summary: 'Have cash above what stays paid out by itself; replaces the rule of the currency',
          body: setPayoutRule,
          response: { 201: payoutRuleSchema },
        },
      },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        const answer = await answers.answer(request, { userId, route: 'payout-rules' }, (idempotency) =>
          service.rules.set(userId, request.body, idempotency),
        );
        return reply.code(201).send(answer.body as PayoutRuleWire);
      },
    );
    app.patch(
      `${path}/:id`,
      {
        config: { stepUp: 'always' },
        schema: {
          tags,
          summary: 'Change how much and when, turn it off or on',
          params,
          body: changePayoutRule,
          response: { 200: payoutRuleSchema },
        },
      },
      (request) => service.rules.change(requirePrincipal(request).userId, request.params.id, request.body),
    );
    app.delete(
      `${path}/:id`,
      { schema: { tags, summary: 'Remove it', params, response: { 204: z.null() } } },
      async (request, reply) => {
        await service.rules.remove(requirePrincipal(request).userId, request.params.id);
        return reply.code(204).send(null);
      },
    );
    app.get(
      '/v1/payouts',
      {
        config: reads,
        schema: {
          tags,
          summary: 'What your rules have paid out, newest first',
          querystring: pageQuerySchema,
          response: { 200: payoutsResponse },
        },
      },
      (request) =>
        service.list(requireCaller(request).userId, { limit: request.query.limit, cursor: request.query.cursor }),
    );
  };
}
