/** Blocks of transactions that are signed beforehand, so that a test can mine the very same ones elsewhere, or others with their nonces. */
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import { type Address, encodeFunctionData, type Hash, type Hex, keccak256, parseGwei } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import type { TestChain } from '../support/chain.ts';
import { newReference, type TestAccount } from './traffic.ts';

/** A signed transaction. A payment's fields say what its sender would have asked for. */
export type Signed = {
  readonly raw: Hex;
  readonly hash: Hash;
  readonly sender: Address;
  readonly nonce: number;
  readonly payment: { readonly to: Address; readonly amount: bigint } | undefined;
};

/** The transactions of one block. */
export type SignedBlock = readonly Signed[];

const gasPrice = parseGwei('50');
const gas = 300_000n;
const stranger: Address = '0x00000000000000000000000000000000000000C7';

/** Numbers between 0 and 1 that follow from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How the transactions of a second version of some blocks differ from the first. */
export type Version = 'first' | 'replaced' | 'changed in amount';

type TrafficDeps = { readonly chain: TestChain; readonly ann: TestAccount; readonly bob: TestAccount };
type Act = { readonly sender: PrivateKeyAccount; readonly make: (version: Version) => Omit<Draft, 'sender'> };
type Draft = {
  readonly sender: PrivateKeyAccount;
  readonly to: Address;
  readonly data?: Hex;
  readonly value?: bigint;
  readonly payment?: Signed['payment'];
};

/**
 * Makes blocks of token payments, coin payments, issues, and nothing; the same for the same seed.
 *
 * @returns a function that signs them in one version or another.
 */
export function planTraffic(
  { chain, ann, bob }: TrafficDeps,
  seed: number,
  depth: number,
): (version: Version) => Promise<SignedBlock[]> {
  const next = seeded(seed);
  const issuer = privateKeyToAccount(chain.keys.issuer);
  const amountOf = (amount: bigint, version: Version) => (version === 'changed in amount' ? amount + 1_000n : amount);
  const acts: readonly (() => Act)[] = [
    () => {
      const amount = BigInt(Math.floor(next() * 1_000) + 1);
      return { sender: ann, make: (version) => payTokens(chain, version, amountOf(amount, version), bob.address) };
    },
    () => {
      const value = BigInt(Math.floor(next() * 1_000_000) + 1);
      const make = (version: Version) => ({
        to: version === 'replaced' ? stranger : ann.address,
        value: amountOf(value, version),
      });
      return { sender: bob, make };
    },
    () => {
      const [amount, reference] = [10_000n * BigInt(Math.floor(next() * 100) + 1), newReference()];
      const make = (version: Version) => {
        const args = [
          version === 'replaced' ? newReference() : reference,
          version === 'replaced' ? bob.address : ann.address,
          amountOf(amount, version) - (amountOf(amount, version) % 10_000n) + (version === 'first' ? 0n : 10_000n),
        ] as const;
        return {
          to: chain.addresses.cnyf,
          data: encodeFunctionData({ abi: stablecoinAbi, functionName: 'issue', args }),
        };
      };
      return { sender: issuer, make };
    },
  ];
  // The last block always has a payment: a reorg of it is never one of empty blocks alone.
  const plan = Array.from({ length: depth }, (_, index) =>
    acts.filter((_act, kind) => next() < 0.4 || (index === depth - 1 && kind === 0)).map((act) => act()),
  );
  return async (version) => {
    const nonces = new Map<Address, number>();
    for (const { address } of [ann, bob, issuer])
      nonces.set(address, await chain.client.getTransactionCount({ address }));
    const blocks: SignedBlock[] = [];
    for (const block of plan) {
      const signed: Signed[] = [];
      for (const { sender, make } of block) {
        const nonce = nonces.get(sender.address) ?? 0;
        nonces.set(sender.address, nonce + 1);
        signed.push(await sign(chain, { sender, ...make(version) }, nonce));
      }
      blocks.push(signed);
    }
    return blocks;
  };
}

function payTokens(chain: TestChain, version: Version, amount: bigint, bob: Address): Omit<Draft, 'sender'> {
  const to = version === 'replaced' ? stranger : bob;
  const data = encodeFunctionData({ abi: stablecoinAbi, functionName: 'transfer', args: [to, amount] });
  return { to: chain.addresses.cnyf, data, payment: { to, amount } };
}

async function sign(chain: TestChain, { sender, to, data, value, payment }: Draft, nonce: number): Promise<Signed> {
  const raw = await sender.signTransaction({
    type: 'eip1559',
    chainId: chain.chainId,
    nonce,
    gas,
    maxFeePerGas: gasPrice,
    maxPriorityFeePerGas: 1_000_000_000n,
    to,
    ...(data === undefined ? {} : { data }),
    ...(value === undefined ? {} : { value }),
  });
  return { raw, hash: keccak256(raw), sender: sender.address, nonce, payment };
}

/** Mines blocks of exactly these transactions. Mining must not happen by itself meanwhile. */
export async function mineSigned({ client }: TestChain, blocks: readonly SignedBlock[]): Promise<void> {
  for (const block of blocks) {
    for (const { raw } of block) await client.sendRawTransaction({ serializedTransaction: raw });
    await client.mine({ blocks: 1 });
  }
}
