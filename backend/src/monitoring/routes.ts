import { idSchema, pageOf } from '@feiqian/domain/api/common';
import {
  activeRulesSchema,
  changeRulesRequest,
  endHoldRequest,
  type HoldWire,
  holdSchema,
  holdsQuery,
  triedRulesSchema,
  tryRulesRequest,
} from '@feiqian/domain/api/monitoring';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { RegisterRoutes, TypedApp } from '../app.ts';
import type { AnswerOnce } from '../http/idempotency.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { EndingRequest, HoldService } from './holds.ts';
import type { RulesService } from './rules-service.ts';

const tags = ['staff'];
const params = z.object({ id: idSchema });
const path = '/v1/admin/holds';
const rulesPath = '/v1/admin/monitoring/rules';

type Deps = {
  readonly holds: HoldService;
  readonly rules: RulesService;
  readonly answers: AnswerOnce;
  /** @throws {AppError} NOT_FOUND for everybody else. */
  readonly requireStaff: (userId: string) => Promise<void>;
};

/** `/v1/admin/holds` and `/v1/admin/monitoring/rules`: what waits for staff, and by which rules. 404 for everybody who is not staff. */
export function registerMonitoringRoutes(deps: Deps): RegisterRoutes {
  const { holds } = deps;
  // Before anything is read of the request: to others there is nothing here.
  const preValidation = async (request: FastifyRequest) => deps.requireStaff(requirePrincipal(request).userId);
  return (app) => {
    app.get(
      path,
      {
        preValidation,
        schema: {
          tags,
          summary: 'Movements that wait for staff, newest first',
          querystring: holdsQuery,
          response: { 200: pageOf(holdSchema) },
        },
      },
      (request) => holds.list(requirePrincipal(request).userId, request.query),
    );
    app.get(
      `${path}/:id`,
      { preValidation, schema: { tags, summary: 'One of them', params, response: { 200: holdSchema } } },
      (request) => holds.get(requirePrincipal(request).userId, request.params.id),
    );
    registerEnd(app, deps, { name: 'release', summary: 'Let it happen', preValidation, end: holds.release });
    registerEnd(app, deps, { name: 'refuse', summary: 'Give the money back', preValidation, end: holds.refuse });
    registerRules(app, deps, preValidation);
  };
}

type End = {
  readonly name: string;
  readonly summary: string;
  readonly preValidation: (request: FastifyRequest) => Promise<void>;
  readonly end: (request: EndingRequest) => Promise<{ readonly status: number; readonly body: object }>;
};

function registerEnd(app: TypedApp, { answers }: Deps, { name, summary, preValidation, end }: End): void {
  app.post(
    `${path}/:id/${name}`,
    {
      preValidation,
      config: { stepUp: 'always' },
      schema: { tags, summary, params, body: endHoldRequest, response: { 200: holdSchema } },
    },
    async (request) => {
      const { userId: staffId } = requirePrincipal(request);
      const { id } = request.params;
      const caller = { userId: staffId, route: `holds:${id}:${name}`, isOneCommand: false };
      const { note } = request.body;
      const answer = await answers.answer(request, caller, (idempotency) => end({ staffId, id, note, idempotency }));
      return answer.body as HoldWire;
    },
  );
}

function registerRules(app: TypedApp, { rules }: Deps, preValidation: End['preValidation']): void {
  app.get(
    rulesPath,
    {
      preValidation,
      schema: { tags, summary: 'The rules that are active', response: { 200: activeRulesSchema } },
    },
    () => rules.get(),
  );
  app.post(
    rulesPath,
    {
      preValidation,
      config: { stepUp: 'always' },
      schema: {
        tags,
        summary: 'The next version of the rules',
        body: changeRulesRequest,
        response: { 200: activeRulesSchema },
      },
    },
    (request) => rules.change(requirePrincipal(request).userId, request.body),
  );
  app.post(
    `${rulesPath}/try`,
    {
      preValidation,
      schema: {
        tags,
        summary: 'What rules would have made of the latest movements; changes nothing',
        body: tryRulesRequest,
        response: { 200: triedRulesSchema },
      },
    },
    (request) => rules.try(requirePrincipal(request).userId, request.body.rules),
  );
}
