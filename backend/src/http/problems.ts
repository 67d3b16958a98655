import type { Problem } from '@feiqian/domain/api/common';
import { AppError, type ErrorCode, errorCodes, isAppError } from '@feiqian/domain/errors';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { statusByKind } from './error-status.ts';

const mediaType = 'application/problem+json; charset=utf-8';
const retryAfterSeconds = 2;

/** Every failure leaves the service as RFC 9457 problem JSON; what nobody expected is logged and says nothing but its request id. */
export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const failure = toAppError(error);
    if (!failure || errorCodes[failure.code].kind === 'internal')
      request.log.error({ err: describe(error) }, 'request failed');
    return sendProblem(
      reply,
      request,
      failure ?? new AppError('INTERNAL', 'Something broke on our side.'),
      error.statusCode,
    );
  });
}

/** The answer for what does not exist. */
export function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, request, new AppError('NOT_FOUND', 'There is nothing here.'));
}

/** Answers with a problem. `status` is used only where the transport itself refused (413, 415, 429). */
export function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  failure: AppError,
  status?: number,
): FastifyReply {
  const { kind, retryable } = errorCodes[failure.code];
  const code =
    failure.code === 'REQUEST_INVALID' && status && status >= 400 && status < 500 ? status : statusByKind[kind];
  const problem: Problem = {
    type: 'about:blank',
    title: failure.message,
    status: code,
    code: failure.code,
    requestId: request.id,
    ...(Object.keys(failure.details).length > 0 ? { details: { ...failure.details } } : {}),
  };
  if (retryable && !reply.hasHeader('retry-after')) reply.header('retry-after', retryAfterSeconds);
  return reply.code(code).header('cache-control', 'no-store').type(mediaType).serializer(JSON.stringify).send(problem);
}

function toAppError(error: FastifyError): AppError | undefined {
  if (isAppError(error)) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [issue] = error.validation;
    const message = issue?.message ?? '';
    const code: ErrorCode = Object.hasOwn(errorCodes, message) ? (message as ErrorCode) : 'REQUEST_INVALID';
    const field = issue?.instancePath.replace(/^\//, '').replaceAll('/', '.') ?? '';
    return new AppError(code, 'The request does not have the documented form.', {
      details: field === '' ? {} : { field },
    });
  }
  if (error.statusCode === 429) return new AppError('RATE_LIMITED', 'Too many requests; wait a little.');
  if (error.statusCode === 404) return new AppError('NOT_FOUND', 'There is nothing here.');
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError('REQUEST_INVALID', 'The request does not have the documented form.');
  }
  return undefined;
}

// Messages of other libraries can carry addresses with keys in them: log the class, the code and the stack without its first line.
function describe(error: Error & { code?: unknown }): object {
  const isDatabase = typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code);
  const own = isAppError(error) || error.name === 'Error' || isDatabase;
  return {
    type: error.name,
    code: error.code,
    message: own ? error.message : undefined,
    stack: error.stack
      ?.split('\n')
      .filter((line) => line.startsWith('    at '))
      .join('\n'),
    cause:
      error.cause instanceof Error
        ? { type: error.cause.name, code: (error.cause as { code?: unknown }).code }
        : undefined,
  };
}
