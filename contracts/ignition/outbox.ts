/** The one transaction that a deployment is sending, on disk before the chain sees it, so that a stop at any moment loses none. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Address, type Hex, hexToBigInt, hexToNumber, keccak256 } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

/** Makes JSON-RPC calls. */
export type RpcProvider = {
  readonly request: (call: { readonly method: string; readonly params?: unknown }) => Promise<unknown>;
};

/** What a transaction pays for gas at most, in wei as hexadecimal quantities: of EIP-1559, or of the time before it. */
export type OutgoingFees =
  | { readonly maxFeePerGas: Hex; readonly maxPriorityFeePerGas: Hex }
  | { readonly gasPrice: Hex };

/** A signed transaction on its way. */
export type OutgoingTransaction = {
  readonly hash: Hex;
  readonly raw: Hex;
  readonly nonce: number;
  readonly fees: OutgoingFees;
};

// What Ignition asks to be sent: nothing is left for the node to fill in.
type TransactionRequest = OutgoingFees & {
  readonly to?: Address;
  readonly data: Hex;
  readonly value: Hex;
  readonly nonce: Hex;
  readonly gas: Hex;
};

/**
 * A provider that signs with one key and writes each transaction to a file before it is broadcast. All other calls go
 * through as they are.
 */
export function createSendingProvider(provider: RpcProvider, key: Hex, outboxPath: string): RpcProvider {
  const account = privateKeyToAccount(key);
  const send = async (request: TransactionRequest): Promise<Hex> => {
    const chainId = hexToNumber((await provider.request({ method: 'eth_chainId' })) as Hex);
    const raw = await account.signTransaction(toTransaction(request, chainId));
    const transaction = { hash: keccak256(raw), raw, nonce: hexToNumber(request.nonce), fees: toFees(request) };
    await writeOutbox(outboxPath, transaction);
    await broadcast(provider, transaction);
    return transaction.hash;
  };
  return {
    request: async (call) => {
      if (call.method === 'eth_accounts') return [account.address];
      if (call.method !== 'eth_sendTransaction') return provider.request(call);
      const [request] = call.params as [TransactionRequest];
      return send(request);
    },
  };
}

/** The transaction that was sent last, or was about to be. */
export async function readOutbox(path: string): Promise<OutgoingTransaction | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as OutgoingTransaction);
}

/**
 * Gives a signed transaction to the node. Giving it again is no error.
 *
 * @throws What the node says when it does not take the transaction and does not know it either.
 */
export async function broadcast(provider: RpcProvider, { hash, raw }: OutgoingTransaction): Promise<void> {
  try {
    await provider.request({ method: 'eth_sendRawTransaction', params: [raw] });
  } catch (error) {
    if ((await provider.request({ method: 'eth_getTransactionByHash', params: [hash] })) === null) throw error;
  }
}

async function writeOutbox(path: string, transaction: OutgoingTransaction): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // Flushed and then renamed: the file holds the old transaction or the new one, never half of one.
  const draft = `${path}.new`;
  await writeFile(draft, JSON.stringify(transaction), { flush: true });
  await rename(draft, path);
}

function toFees(request: TransactionRequest): OutgoingFees {
  if ('gasPrice' in request) return { gasPrice: request.gasPrice };
  return { maxFeePerGas: request.maxFeePerGas, maxPriorityFeePerGas: request.maxPriorityFeePerGas };
}

function toTransaction(request: TransactionRequest, chainId: number) {
  const common = {
    chainId,
    nonce: hexToNumber(request.nonce),
    gas: hexToBigInt(request.gas),
    value: hexToBigInt(request.value),
    data: request.data,
    ...(request.to === undefined ? {} : { to: request.to }),
  };
  if ('gasPrice' in request) return { ...common, type: 'legacy' as const, gasPrice: hexToBigInt(request.gasPrice) };
  return {
    ...common,
    type: 'eip1559' as const,
    maxFeePerGas: hexToBigInt(request.maxFeePerGas),
    maxPriorityFeePerGas: hexToBigInt(request.maxPriorityFeePerGas),
  };
}
