/** What the local chain itself says; nothing of it comes through the service. */
import { type Address, createPublicClient, createTestClient, erc20Abi, http, parseEther } from 'viem';
import type { RunningProduct } from './product.ts';

/** Where the local chain answers, and the contract of CNYF on it. @throws {Error} When the product does not say. */
export async function findChainAccess(
  product: RunningProduct,
): Promise<{ readonly rpcUrl: string; readonly cnyf: Address }> {
  const chains = (await (await fetch(`${product.url}/v1/chains`)).json()) as {
    assets: { symbol: string; address?: Address }[];
  };
  const cnyf = chains.assets.find(({ symbol }) => symbol === 'CNYF')?.address;
  if (!cnyf) throw new Error('The product does not say where its chain is.');
  return { rpcUrl: findChainUrl(product), cnyf };
}

/** Reads how much CNYF (6 decimals) and native coin an address has. @throws {Error} When the product does not say where its chain is. */
export async function readChain(
  product: RunningProduct,
  address: string,
): Promise<{ readonly tokens: bigint; readonly native: bigint }> {
  const { rpcUrl, cnyf } = await findChainAccess(product);
  const client = createPublicClient({ transport: http(rpcUrl) });
  const owner = address as Address;
  const [tokens, native] = await Promise.all([
    client.readContract({ address: cnyf, abi: erc20Abi, functionName: 'balanceOf', args: [owner] }),
    client.getBalance({ address: owner }),
  ]);
  return { tokens, native };
}

/** Gives an address one ETH of the local chain, as somebody who mines it could. */
export async function giveCoins(product: RunningProduct, address: string): Promise<void> {
  const client = createTestClient({ mode: 'hardhat', transport: http(findChainUrl(product)) });
  await client.setBalance({ address: address as Address, value: parseEther('1') });
  await client.mine({ blocks: 1 });
}

function findChainUrl(product: RunningProduct): string {
  // After a restart it may be at another port: the last one counts.
  const rpcUrl = [...product.output().matchAll(/Local chain (http:\S+)/g)].at(-1)?.[1];
  if (!rpcUrl) throw new Error('The product does not say where its chain is.');
  return rpcUrl;
}
