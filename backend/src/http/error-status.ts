import type { ErrorKind } from '@feiqian/domain/errors';

/** The transport knows the domain, not the reverse. */
export const statusByKind = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorKind, number>;
