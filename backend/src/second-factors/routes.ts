import { idSchema } from '@feiqian/domain/api/common';
import * as passkeys from '@feiqian/domain/api/passkeys';
import * as wire from '@feiqian/domain/api/second-factors';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { SecondFactorService } from './service.ts';

const tags = ['account'];
const nothing = z.null();
// Codes are guessed through these; everything else has the general limit.
const guessing = { rateLimit: { max: 60, timeWindow: 60_000 } };
const path = '/v1/me/second-factors';

/** `/v1/me/second-factors` and `/v1/auth/step-up`. The second step of a log-in is beside the first. */
export function registerSecondFactorRoutes({ service }: { readonly service: SecondFactorService }): RegisterRoutes {
  return (app) => {
    app.get(
      path,
      { schema: { tags, summary: 'Your second factors', response: { 200: wire.secondFactorsResponse } } },
      (request) => service.list(requirePrincipal(request).userId),
    );
    app.post(
      '/v1/auth/step-up',
      {
        config: guessing,
        schema: {
          tags,
          summary: 'Show a second factor again; what asks for one is open for five minutes',
          body: wire.stepUpRequest,
          response: { 204: nothing },
        },
      },
      async (request, reply) => {
        await service.stepUp(requirePrincipal(request), request.body.proof);
        return reply.code(204).send(null);
      },
    );
    app.post(
      '/v1/auth/step-up/passkey-options',
      {
        config: guessing,
        schema: {
          tags,
          summary: 'What one of your passkeys is asked as a second factor (WebAuthn)',
          response: { 201: passkeys.passkeyRequestOptions },
        },
      },
      async (request, reply) => {
        const { userId, sessionId } = requirePrincipal(request);
        const options = await service.askPasskey(userId, Buffer.from(sessionId, 'hex'));
        return reply.code(201).header('cache-control', 'no-store').send(options);
      },
    );
    addTotp(app, service);
    addPasskeys(app, service);
    app.post(
      `${path}/recovery-codes`,
      {
        schema: {
          tags,
          summary: 'Ten new recovery codes instead of the old ones; shown this once',
          response: { 201: wire.recoveryCodesResponse },
        },
      },
      async (request, reply) => {
        const recoveryCodes = await service.renewRecoveryCodes(requirePrincipal(request));
        return reply.code(201).header('cache-control', 'no-store').send({ recoveryCodes });
      },
    );
  };
}

function addTotp(app: Parameters<RegisterRoutes>[0], service: SecondFactorService): void {
  app.post(
    `${path}/totp`,
    {
      config: guessing,
      schema: {
        tags,
        summary: 'Begin to add an authenticator app (RFC 6238)',
        body: wire.beginTotpRequest,
        response: { 201: wire.beginTotpResponse },
      },
    },
    async (request, reply) => {
      const enrolment = await service.beginTotp(requirePrincipal(request), request.body.authSecret);
      return reply.code(201).header('cache-control', 'no-store').send(enrolment);
    },
  );
  app.post(
    `${path}/totp/confirm`,
    {
      config: guessing,
      schema: {
        tags,
        summary: 'Add it by its first code; other sessions end, and recovery codes are shown this once',
        body: wire.confirmTotpRequest,
        response: { 201: wire.recoveryCodesResponse },
      },
    },
    async (request, reply) => {
      const recoveryCodes = await service.confirmTotp(requirePrincipal(request), request.body);
      return reply.code(201).header('cache-control', 'no-store').send({ recoveryCodes });
    },
  );
  app.delete(
    `${path}/totp`,
    { schema: { tags, summary: 'Remove the authenticator app; other sessions end', response: { 204: nothing } } },
    async (request, reply) => {
      await service.removeTotp(requirePrincipal(request));
      return reply.code(204).send(null);
    },
  );
}

function addPasskeys(app: Parameters<RegisterRoutes>[0], service: SecondFactorService): void {
  app.post(
    '/v1/me/passkeys/options',
    {
      config: guessing,
      schema: {
        tags,
        summary: 'Begin to add a passkey (WebAuthn)',
        body: passkeys.beginPasskeyRequest,
        response: { 201: passkeys.passkeyCreationOptions },
      },
    },
    async (request, reply) => {
      const options = await service.beginPasskey(requirePrincipal(request), request.body.authSecret);
      return reply.code(201).header('cache-control', 'no-store').send(options);
    },
  );
  app.post(
    '/v1/me/passkeys',
    {
      config: guessing,
      schema: {
        tags,
        summary: 'Add it; other sessions end, and with the first factor recovery codes are shown this once',
        body: passkeys.addPasskeyRequest,
        response: { 201: wire.recoveryCodesResponse },
      },
    },
    async (request, reply) => {
      const recoveryCodes = await service.addPasskey(requirePrincipal(request), request.body);
      return reply.code(201).header('cache-control', 'no-store').send({ recoveryCodes });
    },
  );
  app.delete(
    '/v1/me/passkeys/:id',
    {
      schema: {
        tags,
        summary: 'Remove a passkey; other sessions end',
        params: z.object({ id: idSchema }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await service.removePasskey(requirePrincipal(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
