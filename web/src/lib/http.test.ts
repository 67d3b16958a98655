import { describe, expect, it } from 'vitest';
import { toHttpError } from './http.ts';

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

describe('toHttpError', () => {
  it('keeps the code, the details and the request id of a problem', async () => {
    const error = await toHttpError(
      json(409, { code: 'INSUFFICIENT_FUNDS', details: { missing: '500' }, requestId: 'r-1', title: 'x', status: 409 }),
    );
    expect(error.code).toBe('INSUFFICIENT_FUNDS');
    expect(error.details).toEqual({ missing: '500', requestId: 'r-1' });
  });

  it('reads the status where the answer is not ours', async () => {
    expect((await toHttpError(new Response('<html>Bad gateway', { status: 502 }))).code).toBe('SERVICE_UNAVAILABLE');
    expect((await toHttpError(new Response('', { status: 401 }))).code).toBe('SESSION_EXPIRED');
    expect((await toHttpError(json(404, {}))).code).toBe('NOT_FOUND');
    expect((await toHttpError(json(429, {}))).code).toBe('RATE_LIMITED');
    expect((await toHttpError(json(500, { code: 'MADE_UP' }))).code).toBe('INTERNAL');
  });

  it('does not take details that are not text', async () => {
    const error = await toHttpError(json(400, { code: 'REQUEST_INVALID', details: { a: 1, b: 'x' } }));
    expect(error.details).toEqual({ b: 'x' });
  });
});
