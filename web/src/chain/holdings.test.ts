import { afterEach, describe, expect, it, vi } from 'vitest';
import { isUsed, readHoldings } from './holdings.ts';

const one = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const two = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const token = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const word = (value: bigint) => `0x${value.toString(16).padStart(64, '0')}`;
type Call = { id: number; method: string; params: [string | { to: string; data: string }] };

/** A node that answers in any order, as JSON-RPC allows. */
function serve(answer: (call: Call) => unknown): Call[][] {
  const batches: Call[][] = [];
  vi.stubGlobal('fetch', async (_path: string, { body }: { body: string }) => {
    const calls = JSON.parse(body) as Call[];
    batches.push(calls);
    return Response.json(calls.map((call) => ({ jsonrpc: '2.0', id: call.id, ...(answer(call) as object) })).reverse());
  });
  return batches;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('readHoldings', () => {
  it('reads what each address has sent and has, whichever way the answers come', async () => {
    serve(({ method, params: [what] }) => {
      const isTwo = JSON.stringify(what).toLowerCase().includes(two.slice(2).toLowerCase());
      if (method === 'eth_call') return { result: word(isTwo ? 7n : 0n) };
      return { result: isTwo ? '0x10' : '0x0' };
    });
    expect(await readHoldings(1, [one, two], [token])).toEqual([
      { sent: 0n, coin: 0n, tokens: [0n] },
      { sent: 16n, coin: 16n, tokens: [7n] },
    ]);
  });

  it('asks for no more at once than the service answers', async () => {
    const batches = serve(() => ({ result: '0x0' }));
    await readHoldings(
      1,
      Array.from({ length: 60 }, () => one),
      [],
    );
    expect(batches.map(({ length }) => length)).toEqual([50, 50, 20]);
  });

  it.each([
    ['an error', () => ({ error: { code: -32_603, message: 'no' } })],
    ['no quantity', () => ({ result: 'lots' })],
    ['nothing', () => ({ result: null })],
    [
      'the empty answer of what is no contract',
      ({ method }: Call) => ({ result: method === 'eth_call' ? '0x' : '0x0' }),
    ],
  ])('never takes %s for zero', async (_what, answer) => {
    serve(answer);
    await expect(readHoldings(1, [one], [token])).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
  });

  it('says when there is no answer', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('down')));
    await expect(readHoldings(1, [one], [])).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
    vi.stubGlobal('fetch', async () => Response.json({ code: 'RATE_LIMITED' }));
    await expect(readHoldings(1, [one], [])).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
  });
});

describe('isUsed', () => {
  it.each([
    [{ sent: 0n, coin: 0n, tokens: [0n, 0n] }, false],
    [{ sent: 1n, coin: 0n, tokens: [] }, true],
    [{ sent: 0n, coin: 1n, tokens: [] }, true],
    [{ sent: 0n, coin: 0n, tokens: [0n, 1n] }, true],
  ])('is true for whatever has or has sent something (%#)', (holdings, expected) => {
    expect(isUsed(holdings as unknown as Parameters<typeof isUsed>[0])).toBe(expected);
  });
});
