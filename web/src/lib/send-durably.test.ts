import 'fake-indexeddb/auto';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listIntents, saveIntent } from '../storage/send-intents.ts';
import { nothing } from './http.ts';
import { resendIntents, sendDurably } from './send-durably.ts';

const send = () =>
  sendDurably({ userId: 'lin', path: '/v1/relays', body: { a: 1 }, idempotencyKey: 'key-0001', schema: nothing });
const refusal = (status: number, code: string) => () => Promise.resolve(Response.json({ code }, { status }));
const done = () => Promise.resolve(new Response(null, { status: 204 }));
const lost = () => Promise.reject(new TypeError('no network'));

/** The service answers these, one request after the other; keys and bodies of the requests are noted. */
function answer(...answers: readonly (() => Promise<Response>)[]): unknown[] {
  const asked: unknown[] = [];
  vi.stubGlobal('fetch', (_path: string, { headers, body }: { headers: Record<string, string>; body: string }) => {
    asked.push([headers['idempotency-key'], body]);
    return (answers[asked.length - 1] ?? lost)();
  });
  return asked;
}
const kept = async () => (await listIntents('lin')).map(({ id }) => id);

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('sendDurably', () => {
  it('forgets what is done or refused, and keeps what had no answer', async () => {
    answer(done);
    await send();
    expect(await kept()).toEqual([]);
    answer(refusal(409, 'INSUFFICIENT_FUNDS'));
    await expect(send()).rejects.toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    expect(await kept()).toEqual([]);
    answer(lost);
    await expect(send()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await kept()).toEqual(['key-0001']);
  });

  it('keeps what had no answer when the next attempt is refused before the service looks', async () => {
    answer(lost, refusal(401, 'SESSION_EXPIRED'), refusal(409, 'INSUFFICIENT_FUNDS'));
    await expect(send()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await expect(send()).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    expect(await kept()).toEqual(['key-0001']);
    await expect(send()).rejects.toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    expect(await kept()).toEqual([]);
  });

  it('sends nothing that it cannot write down', async () => {
    const asked = answer(done);
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(send()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(asked).toEqual([]);
  });

  it('tells of a success even when the browser cannot forget', async () => {
    answer(done);
    vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(send()).resolves.toBeUndefined();
  });
});

describe('resendIntents', () => {
  it('sends the very same again, and says what became of it', async () => {
    answer(lost);
    await expect(send()).rejects.toThrow();
    const asked = answer(lost, done);
    expect(await resendIntents('lin')).toEqual({ sent: 0, refused: [] });
    expect(await resendIntents('lin')).toEqual({ sent: 1, refused: [] });
    expect(await resendIntents('lin')).toEqual({ sent: 0, refused: [] });
    expect(asked).toEqual([
      ['key-0001', '{"a":1}'],
      ['key-0001', '{"a":1}'],
    ]);
  });

  it('says why something was refused for good', async () => {
    answer(lost);
    await expect(send()).rejects.toThrow();
    answer(refusal(401, 'SESSION_EXPIRED'), refusal(409, 'INSUFFICIENT_FUNDS'));
    expect(await resendIntents('lin')).toEqual({ sent: 0, refused: [] });
    expect(await resendIntents('lin')).toEqual({ sent: 0, refused: ['INSUFFICIENT_FUNDS'] });
    expect(await kept()).toEqual([]);
  });

  it('leaves alone what is being sent just now, and what is of another day', async () => {
    const asked = answer(() => new Promise(() => undefined), done);
    void send();
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    await saveIntent({ id: 'old', userId: 'lin', path: '/v1/x', body: '{}', createdAt: '2026-01-01T00:00:00Z' });
    expect(await resendIntents('lin')).toEqual({ sent: 0, refused: [] });
    expect([await kept(), asked.length]).toEqual([['key-0001'], 1]);
  });
});
