import { idSchema } from '@feiqian/domain/api/common';
import {
  askedResponse,
  payCodeResponse,
  payLimitSchema,
  payLimitsResponse,
  presentedResponse,
  presentPayCode,
  setPayLimit,
} from '@feiqian/domain/api/pay-codes';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import { requireCaller, requirePrincipal } from '../http/principal.ts';
import type { PayCodeService } from './service.ts';

const tags = ['pay codes'];
/** A screen makes two a minute, and all customers of a shop may come from one address. */
const making = { rateLimit: { max: 240, timeWindow: 60_000 } };
/** Many more than a counter scans, and too few to find a code by trying. */
const presenting = { rateLimit: { max: 60, timeWindow: 60_000 }, scope: 'payment_requests:write' } as const;

/** `/v1/pay-codes` and `/v1/pay-limits`, closed to keys; and presenting a code, which a shop's server may do. */
export function registerPayCodeRoutes({ service }: { readonly service: PayCodeService }): RegisterRoutes {
  return (app) => {
    app.post(
      '/v1/pay-codes',
      {
        config: making,
        schema: { tags, summary: 'A code to show at a counter, for one scan', response: { 201: payCodeResponse } },
      },
      async (request, reply) => {
        const code = await service.create(requirePrincipal(request));
        return reply.code(201).header('cache-control', 'no-store').send(code);
      },
    );
    app.get(
      '/v1/pay-codes/asked',
      { schema: { tags, summary: 'What your code was presented for', response: { 200: askedResponse } } },
      (request) => service.findAsked(requirePrincipal(request)),
    );
    app.post(
      '/v1/payment-requests/:id/pay-code',
      {
        config: presenting,
        schema: {
          tags,
          summary: 'Ask the payer whose code was scanned',
          params: z.object({ id: idSchema }),
          body: presentPayCode,
          response: { 200: presentedResponse },
        },
      },
      (request) => service.present(requireCaller(request).userId, request.params.id, request.body.code),
    );
    app.get(
      '/v1/pay-limits',
      { schema: { tags, summary: 'What is paid without asking', response: { 200: payLimitsResponse } } },
      (request) => service.listLimits(requirePrincipal(request).userId),
    );
    app.put(
      '/v1/pay-limits/:currency',
      {
        config: { stepUp: 'always' },
        schema: {
          tags,
          summary: 'Allow so much without asking, or nothing',
          params: z.object({ currency: z.string().regex(/^[A-Z]{3}$/) }),
          body: setPayLimit,
          response: { 200: payLimitSchema },
        },
      },
      (request) => service.setLimit(requirePrincipal(request).userId, request.params.currency, request.body),
    );
  };
}
