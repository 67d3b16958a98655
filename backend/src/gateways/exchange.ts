import { AppError } from '@feiqian/domain/errors';

/** An answer as it came, nothing of it trusted yet. */
export type RawAnswer = { readonly status: number; readonly headers: Headers; readonly body: Buffer };

const bodyBytesMax = 262_144;

/**
 * Sends one request to a gateway: no redirects, a limit on time and on size.
 *
 * @throws {AppError} GATEWAY_UNAVAILABLE when it is not reached, does not answer in time or says too much.
 */
export async function exchange({
  gateway,
  url,
  method,
  headers,
  body,
  timeoutMs,
}: {
  readonly gateway: string;
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly timeoutMs: number;
}): Promise<RawAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'error',
      signal,
      ...(body.length > 0 ? { body } : {}),
    });
    return { status: response.status, headers: response.headers, body: await readLimited(response) };
  } catch (cause) {
    throw new AppError('GATEWAY_UNAVAILABLE', 'The gateway did not answer.', { cause, details: { gateway } });
  }
}

async function readLimited(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > bodyBytesMax) throw new Error('The answer is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
