/** What the local chain itself says; nothing of it comes through the service. */
import { readFileSync } from 'node:fs';
import {
  type Abi,
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  encodeDeployData,
  erc20Abi,
  getAddress,
  type Hex,
  http,
  keccak256,
  parseEther,
  publicActions,
  stringToHex,
  toHex,
} from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { hardhat } from 'viem/chains';
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

/** Somebody makes a token of their own with 6 decimals, and gives all of it to one address. Gives its contract. */
export async function makeToken(
  product: RunningProduct,
  {
    symbol,
    name,
    holder,
    amount,
  }: {
    readonly symbol: string;
    readonly name: string;
    readonly holder: Address;
    readonly amount: bigint;
  },
): Promise<Address> {
  const transport = http(findChainUrl(product));
  const client = createTestClient({ mode: 'hardhat', chain: hardhat, transport }).extend(publicActions);
  const account = privateKeyToAccount(generatePrivateKey());
  await client.setBalance({ address: account.address, value: parseEther('1') });
  const wallet = createWalletClient({ account, chain: hardhat, transport });
  const file = new URL('../../../artifacts/contracts/Stablecoin.sol/Stablecoin.json', import.meta.url);
  const { abi, bytecode } = JSON.parse(readFileSync(file, 'utf8')) as { abi: Abi; bytecode: Hex };
  const args = [name, symbol, account.address, amount, amount];
  const made = await wallet.sendTransaction({ data: encodeDeployData({ abi, bytecode, args }) });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash: made });
  if (!contractAddress) throw new Error('The transaction made no contract.');
  const address = getAddress(contractAddress);
  const role = keccak256(stringToHex('ISSUER_ROLE'));
  const call = { address, abi, gas: 300_000n } as const;
  const granted = await wallet.writeContract({ ...call, functionName: 'grantRole', args: [role, account.address] });
  await client.waitForTransactionReceipt({ hash: granted });
  const reference = toHex(1n, { size: 32 });
  const issued = await wallet.writeContract({ ...call, functionName: 'issue', args: [reference, holder, amount] });
  await client.waitForTransactionReceipt({ hash: issued });
  return address;
}

function findChainUrl(product: RunningProduct): string {
  // After a restart it may be at another port: the last one counts.
  const rpcUrl = [...product.output().matchAll(/Local chain (http:\S+)/g)].at(-1)?.[1];
  if (!rpcUrl) throw new Error('The product does not say where its chain is.');
  return rpcUrl;
}
