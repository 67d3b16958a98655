import { idSchema, pageOf } from '@feiqian/domain/api/common';
import {
  resolveSuspenseRequest,
  type SuspenseItemWire,
  suspenseItemSchema,
  suspenseQuery,
} from '@feiqian/domain/api/staff';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { StaffService } from './service.ts';

const tags = ['staff'];
const params = z.object({ id: idSchema });
const path = '/v1/admin/suspense';

/** `/v1/admin/suspense`: money whose owner a person has to find. 404 for everybody who is not staff. */
export function registerStaffRoutes({
  service,
  answers,
}: {
  readonly service: StaffService;
  readonly answers: AnswerOnce;
}): RegisterRoutes {
  // Before anything is read of the request: to others there is nothing here.
  const preValidation = async (request: FastifyRequest) => service.requireStaff(requirePrincipal(request).userId);
  return (app) => {
    app.get(
      path,
      {
        preValidation,
        schema: {
          tags,
          summary: 'Money in suspense, newest first',
          querystring: suspenseQuery,
          response: { 200: pageOf(suspenseItemSchema) },
        },
      },
      (request) => service.list(requirePrincipal(request).userId, request.query),
    );
    app.get(
      `${path}/:id`,
      { preValidation, schema: { tags, summary: 'One of them', params, response: { 200: suspenseItemSchema } } },
      (request) => service.get(requirePrincipal(request).userId, request.params.id),
    );
    app.post(
      `${path}/:id/resolve`,
      {
        preValidation,
        schema: {
          tags,
          summary: 'Credit it to the person whose it is',
          params,
          body: resolveSuspenseRequest,
          response: { 200: suspenseItemSchema },
        },
      },
      async (request) => {
        const { userId: staffId } = requirePrincipal(request);
        const { id } = request.params;
        const caller = { userId: staffId, route: `suspense:${id}`, isOneCommand: true };
        const answer = await answers.answer(request, caller, (idempotency) =>
          service.resolve(staffId, id, request.body, idempotency),
        );
        return answer.body as SuspenseItemWire;
      },
    );
  };
}
