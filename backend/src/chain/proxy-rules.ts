import { AppError } from '@feiqian/domain/errors';
import { z } from 'zod';
import type { RpcCall } from './transport.ts';

/** Calls in one request at most. */
export const proxyBatchMax = 50;
/** Blocks in one range of logs at most. */
export const proxyLogRangeMax = 2_000;

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const word = z.string().regex(/^0x[0-9a-fA-F]{64}$/);
const quantityShape = /^0x(?:0|[1-9a-fA-F][0-9a-fA-F]{0,63})$/;
const quantity = z.string().regex(quantityShape);
const bytes = z
  .string()
  .max(100_002)
  .regex(/^0x(?:[0-9a-fA-F]{2})*$/);
const block = z.union([quantity, z.enum(['latest', 'pending', 'safe', 'finalized', 'earliest'])]);
const call = z.strictObject({
  from: address.optional(),
  to: address.nullish(),
  gas: quantity.optional(),
  gasPrice: quantity.optional(),
  maxFeePerGas: quantity.optional(),
  maxPriorityFeePerGas: quantity.optional(),
  nonce: quantity.optional(),
  type: quantity.optional(),
  value: quantity.optional(),
  data: bytes.optional(),
  input: bytes.optional(),
  accessList: z
    .array(z.strictObject({ address, storageKeys: z.array(word).max(64) }))
    .max(64)
    .optional(),
});
const topic = z.union([word, z.null(), z.array(word).max(16)]);
const logFilter = z
  .strictObject({
    address: z.union([address, z.array(address).max(64)]).optional(),
    topics: z.array(topic).max(4).optional(),
    fromBlock: quantity.optional(),
    toBlock: quantity.optional(),
    blockHash: word.optional(),
  })
  .refine(({ fromBlock, toBlock, blockHash }) =>
    blockHash === undefined
      ? // Both ends as numbers, or a range could not be measured.
        isShort(fromBlock, toBlock)
      : fromBlock === undefined && toBlock === undefined,
  );

// Checks of a whole object run although its fields were refused already.
function isShort(from: string | undefined, to: string | undefined): boolean {
  if (from === undefined || to === undefined || !quantityShape.test(from) || !quantityShape.test(to)) return false;
  return BigInt(to) >= BigInt(from) && BigInt(to) - BigInt(from) < BigInt(proxyLogRangeMax);
}

// What a wallet needs to read, and nothing that changes, signs, traces or configures anything.
const methods: Readonly<Record<string, z.ZodType>> = {
  eth_blockNumber: z.tuple([]),
  eth_call: z.union([z.tuple([call]), z.tuple([call, block])]),
  eth_chainId: z.tuple([]),
  eth_estimateGas: z.union([z.tuple([call]), z.tuple([call, block])]),
  eth_feeHistory: z.tuple([
    quantity.refine((count) => quantityShape.test(count) && BigInt(count) <= 64n),
    block,
    z.array(z.number().min(0).max(100)).max(8),
  ]),
  eth_gasPrice: z.tuple([]),
  eth_getBalance: z.tuple([address, block]),
  eth_getCode: z.tuple([address, block]),
  eth_getLogs: z.tuple([logFilter]),
  eth_getTransactionByHash: z.tuple([word]),
  eth_getTransactionCount: z.tuple([address, block]),
  eth_getTransactionReceipt: z.tuple([word]),
  eth_maxPriorityFeePerGas: z.tuple([]),
};

/** Names of the methods that the proxy carries. */
export const proxyMethods: readonly string[] = Object.keys(methods);

const request = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.int(), z.string().max(64)]),
  method: z.string().max(64),
  params: z.array(z.unknown()).max(4).optional(),
});

/** The body of a request to the proxy: one call or several. */
export const proxyBody = z.union([request, z.array(request).min(1).max(proxyBatchMax)]);
export type ProxyRequest = z.infer<typeof request>;

/**
 * Checks one call against the list of what may be asked.
 *
 * @throws {AppError} RPC_METHOD_NOT_ALLOWED for another method, REQUEST_INVALID for parameters of another form.
 */
export function checkProxyCall({ method, params = [] }: Pick<ProxyRequest, 'method' | 'params'>): RpcCall {
  const shape = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!shape) throw new AppError('RPC_METHOD_NOT_ALLOWED', 'This proxy only reads.', { details: { method } });
  if (!shape.safeParse(params).success)
    throw new AppError('REQUEST_INVALID', 'These parameters are not carried.', { details: { method } });
  return { method, params };
}
