import { type Problem, problemSchema } from '@feiqian/domain/api/common';
import { errorCodes } from '@feiqian/domain/errors';

/** A refusal of the service, or no answer at all (`code` is then SERVICE_UNAVAILABLE and `status` 0). */
export class FeiqianError extends Error {
  override readonly name = 'FeiqianError';
  /** One of the codes of `@feiqian/domain/errors`; newer services may have newer ones. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Names the request in the service's log; mention it to whoever runs the service. */
  readonly requestId: string | undefined;
  readonly details: Readonly<Record<string, string>>;
  /** Whether the very same request may succeed later. */
  readonly isRetryable: boolean;

  constructor(
    message: string,
    {
      code,
      status,
      requestId,
      details = {},
      cause,
    }: {
      readonly code: string;
      readonly status: number;
      readonly requestId?: string | undefined;
      readonly details?: Readonly<Record<string, string>> | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.requestId = requestId;
    this.details = details;
    const known = Object.hasOwn(errorCodes, code) ? errorCodes[code as keyof typeof errorCodes] : undefined;
    this.isRetryable = known?.retryable ?? (status === 0 || status === 429 || status >= 500);
  }
}

/** Reads a refusal. Proxies in between answer with something else than problem JSON; then the status decides. */
export async function toFeiqianError(response: Response): Promise<FeiqianError> {
  const { status } = response;
  const problem: Partial<Problem> = problemSchema.safeParse(await response.json().catch(() => undefined)).data ?? {};
  return new FeiqianError(problem.title ?? `The service answered ${status}.`, {
    code: problem.code ?? (status >= 500 ? 'SERVICE_UNAVAILABLE' : 'REQUEST_INVALID'),
    status,
    requestId: problem.requestId,
    details: problem.details,
  });
}
