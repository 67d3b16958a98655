import { type Address, encodeFunctionData, erc20Abi, getAddress, type Hex, pad, toEventSelector } from 'viem';
import { z } from 'zod';
import type { ChainAccess } from './access.ts';
import { invalidAnswer, parseQuantity, toQuantity } from './quantity.ts';

/** Somebody who was allowed to take an owner's tokens. */
export type AllowancePair = { readonly token: Address; readonly owner: Address; readonly spender: Address };

const approvalTopic = toEventSelector('Approval(address,address,uint256)');
const rangeBlocks = 2_000;
const rangesMax = 25;

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => getAddress(text));
const logs = z.array(z.object({ address, topics: z.array(z.string()), transactionHash: z.string() }));
const sender = z.object({ from: address });

/**
 * Reads who an owner allowed in a stretch of blocks. Any contract can write that somebody allowed something; for one that
 * is not listed it counts only in a transaction that the owner sent.
 *
 * @returns what was found, and the first block that was not read.
 * @throws {AppError} CHAIN_UNAVAILABLE.
 */
export async function readAllowancePairs(
  { rpc, chain }: Pick<ChainAccess, 'rpc' | 'chain'>,
  owner: Address,
  { from, head }: { readonly from: bigint; readonly head: bigint },
): Promise<{ readonly pairs: readonly AllowancePair[]; readonly next: bigint }> {
  const starts = Array.from({ length: rangesMax }, (_, at) => from + BigInt(at * rangeBlocks)).filter(
    (start) => start <= head,
  );
  const answers = await rpc.callAll(
    starts.map((start) => {
      const end = start + BigInt(rangeBlocks - 1);
      const filter = {
        fromBlock: toQuantity(start),
        toBlock: toQuantity(end < head ? end : head),
        topics: [approvalTopic, pad(owner.toLowerCase() as Hex)],
      };
      return { method: 'eth_getLogs', params: [filter] };
    }),
  );
  const found = answers.flatMap((answer) => parseLogs(answer));
  const isListed = ({ token }: AllowancePair) => chain.tokens.some((listed) => listed.address === token);
  const doubtful = found.filter(({ pair }) => !isListed(pair));
  const senders = await readSenders(
    rpc,
    doubtful.map(({ hash }) => hash),
  );
  const own = found.filter(({ pair, hash }) => isListed(pair) || senders.get(hash) === owner);
  const read = from + BigInt(starts.length * rangeBlocks);
  return { pairs: own.map(({ pair }) => pair), next: read <= head ? read : head + 1n };
}

function parseLogs(answer: unknown): readonly { readonly pair: AllowancePair; readonly hash: string }[] {
  const parsed = logs.safeParse(answer);
  if (!parsed.success) throw invalidAnswer('not logs');
  return parsed.data.flatMap(({ address: token, topics: [, owner, spender, ...more], transactionHash: hash }) =>
    owner && spender && more.length === 0
      ? [{ pair: { token, owner: toAddress(owner), spender: toAddress(spender) }, hash }]
      : [],
  );
}

async function readSenders(rpc: ChainAccess['rpc'], hashes: readonly string[]): Promise<ReadonlyMap<string, Address>> {
  const all = [...new Set(hashes)];
  const answers = await rpc.callAll(all.map((hash) => ({ method: 'eth_getTransactionByHash', params: [hash] })));
  return new Map(
    all.flatMap((hash, at) => {
      const parsed = sender.safeParse(answers[at]);
      return parsed.success ? [[hash, parsed.data.from] as const] : [];
    }),
  );
}

const toAddress = (word: string): Address => getAddress(`0x${word.slice(-40)}`);

/**
 * How much each may take now; what the contract does not tell is none.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE.
 */
export async function readAllowances(
  { rpc }: Pick<ChainAccess, 'rpc'>,
  pairs: readonly AllowancePair[],
): Promise<readonly bigint[]> {
  const replies = await rpc.batch(
    pairs.map(({ token, owner, spender }) => {
      const data = encodeFunctionData({ abi: erc20Abi, functionName: 'allowance', args: [owner, spender] });
      return { method: 'eth_call', params: [{ to: token, data }, 'latest'] };
    }),
  );
  return replies.map((reply) =>
    'result' in reply && typeof reply.result === 'string' && reply.result.length === 66 ? BigInt(reply.result) : 0n,
  );
}

/** The head's number. @throws {AppError} CHAIN_UNAVAILABLE. */
export async function readHead({ rpc }: Pick<ChainAccess, 'rpc'>): Promise<bigint> {
  return parseQuantity(await rpc.call('eth_blockNumber', []));
}
