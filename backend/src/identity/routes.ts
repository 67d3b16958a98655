import * as auth from '@feiqian/domain/api/auth';
import { passkeyLoginRequest, passkeyRequestOptions } from '@feiqian/domain/api/passkeys';
import {
  loginChallengeResponse,
  loginPasskeyRequest,
  secondFactorLoginRequest,
} from '@feiqian/domain/api/second-factors';
import { z } from 'zod';
import type { RegisterRoutes, TypedApp } from '../app.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { IdentityService } from './service.ts';
import type { SessionCookie } from './sessions.ts';

// Guessing passwords goes through these; everything else has the general limit.
const guessing = { rateLimit: { max: 60, timeWindow: 60_000 } };
const tags = ['account'];
const nothing = z.null();

type Deps = { readonly service: IdentityService; readonly cookie: SessionCookie };

/** `/v1/auth/*`, `/v1/me`, `/v1/me/addresses`. */
export function registerIdentityRoutes(deps: Deps): RegisterRoutes {
  return (app) => {
    addAccess(app, deps);
    addSessions(app, deps);
    addPasskeyLogin(app, deps);
    addPassword(app, deps);
    addMe(app, deps);
    addAddresses(app, deps);
  };
}

function addAccess(app: TypedApp, { service, cookie }: Deps): void {
  app.post(
    '/v1/auth/parameters',
    {
      config: guessing,
      schema: {
        tags,
        summary: 'How to derive the keys of an account',
        body: auth.parametersRequest,
        response: { 200: auth.parametersResponse },
      },
    },
    async (request) => ({ kdf: await service.getParameters(request.body.email) }),
  );
  app.post(
    '/v1/auth/register',
    {
      config: guessing,
      schema: { tags, summary: 'Open an account', body: auth.registerRequest, response: { 201: auth.meResponse } },
    },
    async (request, reply) => {
      const { token, me } = await service.register(request.body, request.headers['user-agent'] ?? '');
      cookie.set(reply, token);
      return reply.code(201).send(me);
    },
  );
}

function addSessions(app: TypedApp, { service, cookie }: Deps): void {
  app.post(
    '/v1/auth/login',
    {
      config: guessing,
      schema: {
        tags,
        summary: 'Log in; 202 asks for a second factor first',
        body: auth.loginRequest,
        response: { 200: auth.meResponse, 202: loginChallengeResponse },
      },
    },
    async (request, reply) => {
      const login = await service.login(request.body, request.headers['user-agent'] ?? '');
      if ('challenge' in login) return reply.code(202).header('cache-control', 'no-store').send(login.challenge);
      cookie.set(reply, login.token);
      return reply.code(200).send(login.me);
    },
  );
  app.post(
    '/v1/auth/login/second-factor',
    {
      config: guessing,
      schema: {
        tags,
        summary: 'The second step of a log-in',
        body: secondFactorLoginRequest,
        response: { 200: auth.meResponse },
      },
    },
    async (request, reply) => {
      const { token, me } = await service.loginBySecondFactor(request.body, request.headers['user-agent'] ?? '');
      cookie.set(reply, token);
      return reply.send(me);
    },
  );
  app.post(
    '/v1/auth/logout',
    { schema: { tags, summary: 'Log out', response: { 204: nothing } } },
    async (request, reply) => {
      const token = request.cookies[cookie.name];
      if (token !== undefined) await service.logout(token);
      cookie.clear(reply);
      return reply.code(204).send(null);
    },
  );
}

function addPasskeyLogin(app: TypedApp, { service, cookie }: Deps): void {
  app.post(
    '/v1/auth/login/passkey-options',
    {
      config: guessing,
      schema: {
        tags,
        summary: 'What a passkey is asked as the second step of a log-in (WebAuthn)',
        body: loginPasskeyRequest,
        response: { 201: passkeyRequestOptions },
      },
    },
    async (request, reply) => {
      const options = await service.askPasskeyFor(request.body.ticket);
      return reply.code(201).header('cache-control', 'no-store').send(options);
    },
  );
  app.post(
    '/v1/auth/passkey/options',
    {
      config: guessing,
      schema: {
        tags,
        summary: 'What a passkey is asked that logs in without a password; the same for everybody',
        response: { 201: passkeyRequestOptions },
      },
    },
    async (_request, reply) =>
      reply
        .code(201)
        .header('cache-control', 'no-store')
        .send(await service.askPasskeyAlone()),
  );
  app.post(
    '/v1/auth/passkey',
    {
      config: guessing,
      schema: {
        tags,
        summary: 'Log in by a passkey alone',
        body: passkeyLoginRequest,
        response: { 200: auth.meResponse },
      },
    },
    async (request, reply) => {
      const { token, me } = await service.loginByPasskey(request.body.credential, request.headers['user-agent'] ?? '');
      cookie.set(reply, token);
      return reply.send(me);
    },
  );
}

function addPassword(app: TypedApp, { service }: Deps): void {
  app.post(
    '/v1/auth/password',
    {
      config: { ...guessing, stepUp: 'always' },
      schema: {
        tags,
        summary: 'Change the password: verifier, key derivation and vault in one step; other sessions end',
        body: auth.changePasswordRequest,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { userId, sessionId } = requirePrincipal(request);
      await service.changePassword(userId, sessionId, request.body);
      return reply.code(204).send(null);
    },
  );
}

function addMe(app: TypedApp, { service }: Deps): void {
  app.get('/v1/me', { schema: { tags, summary: 'The account', response: { 200: auth.meResponse } } }, (request) =>
    service.getMe(requirePrincipal(request).userId),
  );
  app.patch(
    '/v1/me',
    {
      schema: {
        tags,
        summary: 'Change language, display currency or handle',
        body: auth.updateMeRequest,
        response: { 200: auth.meResponse },
      },
    },
    (request) => service.updateMe(requirePrincipal(request).userId, request.body),
  );
}

function addAddresses(app: TypedApp, { service }: Deps): void {
  app.post(
    '/v1/me/addresses/challenge',
    {
      schema: {
        tags,
        summary: 'The EIP-4361 text that proves an address',
        body: auth.addressChallengeRequest,
        response: { 200: auth.addressChallengeResponse },
      },
    },
    async (request) => {
      const { message, expiresAt } = await service.challengeAddress(
        requirePrincipal(request).userId,
        request.body.address,
        request.body.chainId,
      );
      return { message, expiresAt: expiresAt.toISOString() };
    },
  );
  app.post(
    '/v1/me/addresses',
    {
      schema: {
        tags,
        summary: 'Link an address that was proved',
        body: auth.linkAddressRequest,
        response: { 200: auth.meResponse },
      },
    },
    (request) => service.linkAddress(requirePrincipal(request).userId, request.body.message, request.body.signature),
  );
}
