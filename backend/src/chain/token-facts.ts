import { AppError } from '@feiqian/domain/errors';
import { cleanTokenText, tokenTextMax } from '@feiqian/domain/token-text';
import { type Address, encodeFunctionData, erc20Abi, type Hex, hexToBytes } from 'viem';
import type { ChainAccess } from './access.ts';
import { parseBytes, toQuantity } from './quantity.ts';
import { isRevert } from './reverts.ts';
import type { RpcReply } from './transport.ts';

/** What a token contract says of itself. */
export type TokenFacts = { readonly symbol: string; readonly name: string; readonly decimals: number };

const decimalsMax = 36n;
const calls = ['decimals', 'symbol', 'name', 'totalSupply'] as const;
// Enough for any honest contract, and all that a dishonest one may waste.
const gas = toQuantity(1_000_000);

const refuse = (reason: string): AppError =>
  new AppError('TOKEN_INVALID', 'There is no ERC-20 token at this address.', { details: { reason } });

/**
 * Reads what a contract says of itself. Nothing of it is true because it says so: a contract can take any name.
 *
 * @throws {AppError} TOKEN_INVALID when it is no ERC-20 token with decimals and a symbol, CHAIN_UNAVAILABLE.
 */
export async function readTokenFacts({ rpc }: Pick<ChainAccess, 'rpc'>, address: Address): Promise<TokenFacts> {
  const call = (data: Hex) => ({ method: 'eth_call', params: [{ to: address, data, gas }, 'latest'] });
  const [code, balance, ...replies] = await rpc.batch([
    { method: 'eth_getCode', params: [address, 'latest'] },
    call(encodeFunctionData({ abi: erc20Abi, functionName: 'balanceOf', args: [address] })),
    ...calls.map((functionName) => call(encodeFunctionData({ abi: erc20Abi, functionName }))),
  ]);
  if (readAnswer(code) === '0x') throw refuse('no contract');
  const [decimals, symbol, name, supply] = replies.map(readAnswer);
  if (readWord(readAnswer(balance)) === undefined || readWord(supply) === undefined) throw refuse('no balances');
  const digits = readWord(decimals);
  if (digits === undefined || digits > decimalsMax) throw refuse('no decimals');
  const shownSymbol = cleanTokenText(readText(symbol) ?? '', tokenTextMax.symbol);
  if (shownSymbol === '') throw refuse('no symbol');
  const shownName = cleanTokenText(readText(name) ?? '', tokenTextMax.name);
  return { symbol: shownSymbol, name: shownName === '' ? shownSymbol : shownName, decimals: Number(digits) };
}

/** Undefined when the contract refused. @throws {AppError} CHAIN_UNAVAILABLE when the node did. */
function readAnswer(reply: RpcReply | undefined): Hex | undefined {
  if (reply && 'result' in reply) return parseBytes(reply.result);
  if (reply && (isRevert(reply.refusal) || /out of gas|invalid opcode/i.test(reply.refusal.nodeMessage)))
    return undefined;
  throw new AppError('CHAIN_UNAVAILABLE', 'The node would not run the call.');
}

function readWord(data: Hex | undefined): bigint | undefined {
  return data?.length === 66 ? BigInt(data) : undefined;
}

const wordBytes = 32;

/** A string as ABI encodes it; or the 32 bytes that tokens before 2017 answer with, filled up with zeros. */
function readText(data: Hex | undefined): string | undefined {
  if (data === undefined) return undefined;
  const bytes = hexToBytes(data);
  if (bytes.length === wordBytes) {
    const end = bytes.indexOf(0);
    return decodeUtf8(end === -1 ? bytes : bytes.subarray(0, end));
  }
  if (bytes.length < 2 * wordBytes) return undefined;
  const [offset, length] = [BigInt(data.slice(0, 66)), BigInt(`0x${data.slice(66, 130)}`)];
  if (offset !== BigInt(wordBytes) || length > BigInt(bytes.length - 2 * wordBytes)) return undefined;
  return decodeUtf8(bytes.subarray(2 * wordBytes, 2 * wordBytes + Number(length)));
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not text.
    return undefined;
  }
}
