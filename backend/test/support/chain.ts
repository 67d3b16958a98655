/** A local chain for one test file: a real node, with the contracts deployed and the operator's keys funded. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Chain, ChainToken } from '@feiqian/domain/chains';
import { createHardhatRuntimeEnvironment, importUserConfig } from 'hardhat/hre';
import {
  type Abi,
  type Account,
  type Address,
  createTestClient,
  encodeDeployData,
  encodeFunctionData,
  getAddress,
  type Hex,
  http,
  keccak256,
  parseEther,
  publicActions,
  stringToHex,
  walletActions,
} from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { hardhat } from 'viem/chains';
import { startAnvil } from './anvil.ts';

/** Private keys that the operator of the deployment has; fresh ones for each chain. */
export type TestChainKeys = { readonly admin: Hex; readonly issuer: Hex; readonly relayer: Hex };

/** What a test may change. */
export type TestChainOptions = {
  /** The stablecoins' issuer bucket; the defaults never run dry. */
  readonly bucketCapacity?: bigint;
  readonly bucketRefillPerSecond?: bigint;
  /** Whose node it is: the one that people start (the default), or another make. */
  readonly node?: 'hardhat' | 'anvil';
  /** EIP-155, of Hardhat's node; where one test has several chains. */
  readonly chainId?: number;
};

/** A running chain of one test file. */
export type TestChain = {
  readonly chainId: number;
  readonly rpcUrl: string;
  /** The same node for WebSocket clients. */
  readonly wsUrl: string;
  readonly addresses: {
    readonly usdf: Address;
    readonly cnyf: Address;
    readonly relay: Address;
    readonly checkout: Address;
  };
  readonly keys: TestChainKeys;
  /** As the service's configuration lists it. */
  readonly chain: Chain;
  /** viem client with public, wallet and test actions (mine, snapshot, setBalance, …). */
  readonly client: TestChainClient;
  /** An account with `ether` of the chain's own coin (default: none). */
  readonly createAccount: (
    ether?: string,
  ) => Promise<ReturnType<typeof privateKeyToAccount> & { readonly privateKey: Hex }>;
  /** A token of somebody else's, which no configuration lists. The issuer's key makes some of it. */
  readonly deployToken: (symbol: string, name?: string) => Promise<Address>;
  /** Mines `blocks` empty blocks, so that what came before them is final (depth 3 by default). */
  readonly finalize: (blocks?: number) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** The client that {@link TestChain} carries. */
export type TestChainClient = ReturnType<typeof connect>;

type Artifact = { readonly abi: Abi; readonly bytecode: Hex };

const root = fileURLToPath(new URL('../../../', import.meta.url));
const stablecoins = [
  { symbol: 'USDF', name: 'Feiqian USD', cash: 'iso4217:USD' },
  { symbol: 'CNYF', name: 'Feiqian CNY', cash: 'iso4217:CNY' },
] as const;
// 10^9 tokens of 6 decimals: no test meets the limit unless it wants to.
const ampleBucket = 1_000_000_000n * 1_000_000n;

/** Starts a chain that mines a block for each transaction. Call `stop` in `afterAll`. */
export async function startTestChain(options: TestChainOptions = {}): Promise<TestChain> {
  const chainId = options.chainId ?? hardhat.id;
  const { rpcUrl, stop } = options.node === 'anvil' ? await startAnvil() : await startHardhat(chainId);
  const client = connect(rpcUrl, chainId);
  const keys = { admin: generatePrivateKey(), issuer: generatePrivateKey(), relayer: generatePrivateKey() };
  for (const key of Object.values(keys))
    await client.setBalance({ address: privateKeyToAccount(key).address, value: parseEther('1000') });
  const addresses = await deploy(client, keys, options);
  const tokens = stablecoins.map(
    ({ symbol, name, cash }): ChainToken => ({
      symbol,
      name,
      cash,
      decimals: 6,
      address: symbol === 'USDF' ? addresses.usdf : addresses.cnyf,
    }),
  );
  return {
    chainId,
    rpcUrl,
    wsUrl: rpcUrl.replace('http', 'ws'),
    addresses,
    keys,
    chain: {
      chainId,
      name: 'Local',
      native: { symbol: 'ETH', decimals: 18 },
      finality: { kind: 'depth', blocks: 3 },
      ephemeral: true,
      tokens,
      relay: addresses.relay,
      checkout: addresses.checkout,
      startBlock: 0,
    },
    client,
    createAccount: async (ether = '0') => {
      const privateKey = generatePrivateKey();
      const account = privateKeyToAccount(privateKey);
      if (ether !== '0') await client.setBalance({ address: account.address, value: parseEther(ether) });
      return Object.assign(account, { privateKey });
    },
    deployToken: (symbol, name = `${symbol} of a stranger`) => deployStablecoin(client, keys, { symbol, name }),
    finalize: (blocks = 3) => client.mine({ blocks, interval: 0 }),
    stop: async () => stop(),
  };
}

async function startHardhat(chainId: number) {
  const path = `${root}hardhat.config.ts`;
  const hre = await createHardhatRuntimeEnvironment(await importUserConfig(path), { config: path }, root);
  // A clock at the present, because tests sign deadlines; blocks may share a second, so that it does not run ahead.
  const override = { chainId, initialDate: new Date(Date.now() - 1000), allowBlocksWithSameTimestamp: true };
  const server = await hre.network.createServer({ network: 'node', override }, '127.0.0.1', 0);
  const { port } = await server.listen();
  return {
    rpcUrl: `http://127.0.0.1:${port}`,
    // It listens no more at once; connections that a client keeps alive are cut off with the worker.
    stop: () => void server.close().catch(() => undefined),
  };
}

function connect(rpcUrl: string, chainId: number) {
  return createTestClient({
    mode: 'hardhat',
    chain: { ...hardhat, id: chainId },
    transport: http(rpcUrl, { retryCount: 0 }),
    pollingInterval: 20,
    cacheTime: 0,
  })
    .extend(publicActions)
    .extend(walletActions);
}

type Bucket = readonly [capacity: bigint, refillPerSecond: bigint];

/** A token by our contract, whoever's it may be. */
async function deployStablecoin(
  client: TestChainClient,
  keys: TestChainKeys,
  { symbol, name }: { readonly symbol: string; readonly name: string },
  bucket: Bucket = [ampleBucket, ampleBucket],
): Promise<Address> {
  const admin = privateKeyToAccount(keys.admin);
  const stablecoin = readArtifact('Stablecoin');
  const address = await create(client, admin, stablecoin, [name, symbol, admin.address, ...bucket]);
  for (const [role, holder] of [
    ['ISSUER_ROLE', privateKeyToAccount(keys.issuer).address],
    ['PAUSER_ROLE', admin.address],
    ['FREEZER_ROLE', admin.address],
  ] as const) {
    const data = encodeFunctionData({
      abi: stablecoin.abi,
      functionName: 'grantRole',
      args: [keccak256(stringToHex(role)), holder],
    });
    await client.sendTransaction({ account: admin, to: address, data });
  }
  return address;
}

async function deploy(
  client: TestChainClient,
  keys: TestChainKeys,
  { bucketCapacity = ampleBucket, bucketRefillPerSecond = ampleBucket }: TestChainOptions,
) {
  const admin = privateKeyToAccount(keys.admin);
  const tokens: Address[] = [];
  for (const names of stablecoins)
    tokens.push(await deployStablecoin(client, keys, names, [bucketCapacity, bucketRefillPerSecond]));
  const [usdf, cnyf] = tokens;
  if (!usdf || !cnyf) throw new Error('The stablecoins were not deployed.');
  const relay = await create(client, admin, readArtifact('Relay'), []);
  return { usdf, cnyf, relay, checkout: await create(client, admin, readArtifact('Checkout'), []) };
}

async function create(
  client: TestChainClient,
  account: Account,
  { abi, bytecode }: Artifact,
  args: readonly unknown[],
): Promise<Address> {
  const hash = await client.sendTransaction({ account, data: encodeDeployData({ abi, bytecode, args }) });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error('The transaction made no contract.');
  return getAddress(contractAddress);
}

function readArtifact(name: string): Artifact {
  return JSON.parse(readFileSync(`${root}artifacts/contracts/${name}.sol/${name}.json`, 'utf8')) as Artifact;
}
