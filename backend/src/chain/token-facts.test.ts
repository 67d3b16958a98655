import { AppError } from '@feiqian/domain/errors';
import fc from 'fast-check';
import { encodeAbiParameters, encodeFunctionData, erc20Abi, getAddress, type Hex, pad, stringToHex, toHex } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Rpc } from './rpc.ts';
import { readTokenFacts } from './token-facts.ts';
import { RpcRefusal, type RpcReply } from './transport.ts';

const address = getAddress('0x5fbdb2315678afecb367f032d93f642f64180aa3');
type Part = 'code' | 'balanceOf' | 'decimals' | 'symbol' | 'name' | 'totalSupply';
type Answers = Record<Part, Hex | RpcRefusal>;

const text = (value: string): Hex => encodeAbiParameters([{ type: 'string' }], [value]);
const word = (value: bigint): Hex => toHex(value, { size: 32 });
const good: Answers = {
  code: '0x6001',
  balanceOf: word(0n),
  decimals: word(18n),
  symbol: text('PEAR'),
  name: text('Pear Points'),
  totalSupply: word(1n),
};
const selectors = Object.fromEntries(
  (['balanceOf', 'decimals', 'symbol', 'name', 'totalSupply'] as const).map((name) => [
    encodeFunctionData({
      abi: erc20Abi,
      functionName: name,
      args: name === 'balanceOf' ? [address] : undefined,
    } as never).slice(0, 10),
    name,
  ]),
) as Record<string, Part>;

/** A node with one contract. */
function read(change: Partial<Answers> = {}) {
  const answers = { ...good, ...change };
  const batch: Rpc['batch'] = async (calls) =>
    calls.map(({ method, params }): RpcReply => {
      const data = (params[0] as { data?: string }).data ?? '';
      const answer = answers[method === 'eth_getCode' ? 'code' : (selectors[data.slice(0, 10)] ?? 'code')];
      return answer instanceof RpcRefusal ? { refusal: answer } : { result: answer };
    });
  return readTokenFacts({ rpc: { batch } as Rpc }, address);
}
const reverted = new RpcRefusal(3, 'execution reverted', '0x');
const busy = new RpcRefusal(-32_000, 'busy', undefined);

describe('what a token contract says of itself', () => {
  it('is its symbol, name and decimals', async () => {
    expect(await read()).toEqual({ symbol: 'PEAR', name: 'Pear Points', decimals: 18 });
  });

  it('is read in 32 bytes too, as tokens before 2017 say it', async () => {
    const old = (value: string) => pad(stringToHex(value), { dir: 'right' });
    expect(await read({ symbol: old('MKR'), name: old('Maker') })).toMatchObject({ symbol: 'MKR', name: 'Maker' });
    expect(await read({ symbol: old('a'.repeat(24)) })).toMatchObject({ symbol: 'a'.repeat(24) });
  });

  it('is cleaned of what cannot be seen, and cut', async () => {
    expect(await read({ symbol: text('US\u200b\u202eDF\u0000'), name: text('x'.repeat(900)) })).toEqual({
      symbol: 'USDF',
      name: 'x'.repeat(64),
      decimals: 18,
    });
  });

  it('has its symbol for a name where it has none', async () => {
    expect(await read({ name: reverted })).toMatchObject({ name: 'PEAR' });
    expect(await read({ name: text('\u200b ') })).toMatchObject({ name: 'PEAR' });
  });

  it.each<[string, Partial<Answers>]>([
    ['no contract', { code: '0x' }],
    ['no decimals, as collections have none', { decimals: reverted }],
    ['more decimals than any amount has', { decimals: word(37n) }],
    ['decimals in two words', { decimals: `0x${'0'.repeat(128)}` }],
    ['no balances', { balanceOf: '0x' }],
    ['no supply', { totalSupply: reverted }],
    ['no symbol', { symbol: reverted }],
    ['a symbol of nothing that can be seen', { symbol: text('\u200b\u2060') }],
    ['a symbol that is no text', { symbol: encodeAbiParameters([{ type: 'bytes' }], ['0xff00fe']) }],
    ['a symbol longer than its answer', { symbol: `0x${word(32n).slice(2)}${word(1000n).slice(2)}` }],
    ['a symbol elsewhere', { symbol: `0x${word(64n).slice(2)}${text('PEAR').slice(2)}` }],
  ])('is refused with %s', async (_, change) => {
    await expect(read(change)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('is not known while the node does not answer', async () => {
    await expect(read({ symbol: busy })).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
    await expect(read({ code: busy })).rejects.toMatchObject({ code: 'CHAIN_UNAVAILABLE' });
  });

  it('never breaks anything else, whatever bytes a contract answers with', async () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((value) => toHex(value));
    await fc.assert(
      fc.asyncProperty(bytes, bytes, bytes, async (symbol, name, decimals) => {
        const facts = await read({ symbol, name, decimals }).catch((error: unknown) => error);
        if (facts instanceof AppError) expect(facts.code).toBe('TOKEN_INVALID');
        else expect(facts).toMatchObject({ symbol: expect.stringMatching(/^[^\p{C}]{1,48}$/u) });
      }),
    );
  });
});
