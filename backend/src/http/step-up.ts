import type { MoneyWire } from '@feiqian/domain/api/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Principal } from './principal.ts';

/** What a request would move out of somebody's hands; undefined when it is nothing that counts. */
type FindMoved = (request: FastifyRequest) => MoneyWire | undefined | Promise<MoneyWire | undefined>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether a second factor must have been shown just now: always, or where what is moved is large. Absent: never. */
    stepUp?: 'always' | FindMoved;
  }
}

/** What judges who may go on. */
export type StepUp = {
  /** @throws {AppError} STEP_UP_REQUIRED. */
  readonly requireFresh: (principal: Principal) => Promise<void>;
  /** @throws {AppError} STEP_UP_REQUIRED, COOLING_OFF. */
  readonly requireForMovement: (principal: Principal, moved: MoneyWire) => Promise<void>;
};

/**
 * Stops requests of routes with `stepUp` before anything is done for them, so that the very same request can come again. Servers of
 * shops are not asked: their keys were made with a second factor, and open none of these but what their scopes name.
 */
export function registerStepUp(app: FastifyInstance, { requireFresh, requireForMovement }: StepUp): void {
  app.addHook('preHandler', async (request) => {
    const { stepUp } = request.routeOptions.config;
    if (stepUp === undefined || !request.principal) return;
    if (stepUp === 'always') return requireFresh(request.principal);
    const moved = await stepUp(request);
    if (moved) await requireForMovement(request.principal, moved);
  });
}

/** Of a request that names what it moves as `money`. */
export const movedByBody: FindMoved = ({ body }) => (body as { readonly money?: MoneyWire }).money;
