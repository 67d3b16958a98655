import { approvalsResponse, revocationRequest, revocationResponse } from '@feiqian/domain/api/safety';
import type { RegisterRoutes } from '../app.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { ApprovalService } from './service.ts';

const tags = ['transactions'];
// Each look reads logs of the chain.
const lookRate = { rateLimit: { max: 60, timeWindow: 60_000 } };

/** `GET /v1/approvals` and `POST /v1/revocations`. */
export function registerApprovalRoutes({ service }: { readonly service: ApprovalService }): RegisterRoutes {
  return (app) => {
    app.get(
      '/v1/approvals',
      {
        config: lookRate,
        schema: {
          tags,
          summary: 'Who may take tokens of the linked addresses',
          response: { 200: approvalsResponse },
        },
      },
      async (request) => service.list(requirePrincipal(request).userId),
    );
    app.post(
      '/v1/revocations',
      {
        config: lookRate,
        schema: {
          tags,
          summary: 'Broadcast a signed transaction that ends or lowers an allowance',
          body: revocationRequest,
          response: { 201: revocationResponse },
        },
      },
      async (request, reply) => {
        const { userId } = requirePrincipal(request);
        return reply.code(201).send(await service.revoke(userId, request.body));
      },
    );
  };
}
