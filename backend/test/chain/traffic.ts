/** Things that happen on a test chain. */
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import { type Address, type Hash, parseEther, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { TestChain } from '../support/chain.ts';

/** An account of a test chain. */
export type TestAccount = Awaited<ReturnType<TestChain['createAccount']>>;

// An estimate is of the moment: what an issue costs depends on the second that its block gets.
const ampleGas = 300_000n;
let references = 0n;

/** A reference that was not used before in this file. */
export function newReference(): Hash {
  references += 1n;
  return toHex((BigInt(process.pid) << 64n) | references, { size: 32 });
}

/** Issues tokens as the operator does, past the service. */
export async function issueTokens(
  chain: TestChain,
  to: Address,
  amount: bigint,
  token = chain.addresses.cnyf,
): Promise<Hash> {
  return chain.client.writeContract({
    account: privateKeyToAccount(chain.keys.issuer),
    address: token,
    abi: stablecoinAbi,
    functionName: 'issue',
    args: [newReference(), to, amount],
    gas: ampleGas,
  });
}

/** Moves tokens by a transaction of their holder. */
export async function sendTokens(
  chain: TestChain,
  from: TestAccount,
  to: Address,
  amount: bigint,
  token = chain.addresses.cnyf,
): Promise<Hash> {
  return chain.client.writeContract({
    account: from,
    address: token,
    abi: stablecoinAbi,
    functionName: 'transfer',
    args: [to, amount],
    gas: ampleGas,
  });
}

/** Moves the chain's own coin. */
export async function sendCoin(chain: TestChain, from: TestAccount, to: Address, ether = '0.1'): Promise<Hash> {
  return chain.client.sendTransaction({ account: from, to, value: parseEther(ether) });
}
