import { simulationRequest, simulationResponse } from '@feiqian/domain/api/safety';
import type { RegisterRoutes } from '../app.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { SimulationService } from './service.ts';

// Each costs the node about as much as a transaction; a person looks at a few.
const simulationRate = { rateLimit: { max: 60, timeWindow: 60_000 } };
const bodyBytesMax = 32 * 1024;

/** `POST /v1/simulations`. Changes nothing, so it needs no idempotency key. */
export function registerSimulationRoutes({ service }: { readonly service: SimulationService }): RegisterRoutes {
  return (app) => {
    app.post(
      '/v1/simulations',
      {
        bodyLimit: bodyBytesMax,
        config: simulationRate,
        schema: {
          tags: ['transactions'],
          summary: 'What a transaction from a linked address would do now, by the operator’s node',
          body: simulationRequest,
          response: { 200: simulationResponse },
        },
      },
      async (request) => service.simulate(requirePrincipal(request).userId, request.body),
    );
  };
}
