import { type Chains as ChainsWire, chainsResponse } from '@feiqian/domain/api/chain';
import { type Asset, toNativeAssetId } from '@feiqian/domain/assets';
import { listAssets } from '@feiqian/domain/chains';
import { z } from 'zod';
import type { RegisterRoutes } from '../app.ts';
import type { ChainAccess } from './access.ts';
import { findState } from './chain-store.ts';
import type { Chains } from './chains.ts';
import { checkProxyCall, type ProxyRequest, proxyBatchMax, proxyBody } from './proxy-rules.ts';
import type { RpcReply } from './transport.ts';

const tags = ['chains'];
const bodyBytesMax = 256 * 1024;
// A page of the wallet reads a few dozen times a minute; this is no public node.
const proxyLimit = { max: 600, timeWindow: 60_000, allowList: [] as string[] };

/** `GET /v1/chains` and the read-only JSON-RPC proxy `POST /rpc/:chainId`. */
export function registerChainRoutes({
  chains,
  bridge,
  mail,
}: {
  readonly chains: Chains;
  readonly bridge: boolean;
  readonly mail: boolean;
}): RegisterRoutes {
  return (app) => {
    app.get(
      '/v1/chains',
      { schema: { tags, summary: 'Chains and assets of this deployment', response: { 200: chainsResponse } } },
      async () => {
        const all = chains.list();
        return {
          bridge,
          mail,
          assets: listAssets(all.map(({ chain }) => chain)).map(toAssetWire),
          chains: await Promise.all(all.map(toChainWire)),
        };
      },
    );
    app.post(
      '/rpc/:chainId',
      {
        bodyLimit: bodyBytesMax,
        config: { rateLimit: proxyLimit },
        schema: {
          tags,
          summary: `JSON-RPC of a chain's node, reading only; up to ${proxyBatchMax} calls`,
          params: z.object({ chainId: z.coerce.number().int().positive() }),
          body: proxyBody,
        },
      },
      async (request, reply) => {
        const { rpc } = chains.get(request.params.chainId);
        const asked = Array.isArray(request.body) ? request.body : [request.body];
        const replies = await rpc.batch(asked.map(checkProxyCall));
        const answers = asked.map((one, index) => toAnswer(one, replies[index]));
        return reply.header('cache-control', 'no-store').send(Array.isArray(request.body) ? answers : answers[0]);
      },
    );
  };
}

/** A node's own words can carry its address; codes and returned bytes are all that a wallet needs. */
function toAnswer({ id }: ProxyRequest, reply: RpcReply | undefined): object {
  if (!reply) return { jsonrpc: '2.0', id, error: { code: -32_603, message: 'no answer' } };
  if ('result' in reply) return { jsonrpc: '2.0', id, result: reply.result ?? null };
  const { code, data } = reply.refusal;
  return {
    jsonrpc: '2.0',
    id,
    error: {
      code,
      message: data === undefined ? 'the node refused the request' : 'execution reverted',
      ...(data === undefined ? {} : { data }),
    },
  };
}

async function toChainWire({ chain, database }: ChainAccess): Promise<ChainsWire['chains'][number]> {
  const { chainId, name, native, finality, relay, checkout } = chain;
  const state = await findState(database, chainId);
  return {
    chainId,
    name,
    native,
    finality,
    relay,
    checkout,
    // Before its node was reached for the first time nothing is known of it.
    status: state?.status ?? 'unavailable',
    head: state?.headNumber === null || state === undefined ? null : `${state.headNumber}`,
    finalized: state?.finalizedNumber === null || state === undefined ? null : `${state.finalizedNumber}`,
  };
}

function toAssetWire(asset: Asset): ChainsWire['assets'][number] {
  const { id, kind, symbol, name, decimals } = asset;
  if (asset.kind === 'cash') return { id, kind, symbol, name, decimals };
  const base = { id, kind, symbol, name, decimals, chainId: asset.chainId };
  return asset.kind === 'native'
    ? { ...base, id: toNativeAssetId(asset.chainId) }
    : { ...base, address: asset.address, ...(asset.cash === undefined ? {} : { cash: asset.cash }) };
}
