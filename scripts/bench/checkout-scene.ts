/** A shop and somebody with tokens on a product of their own, for the benchmark of payment requests. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { CreatedApiKey } from '@feiqian/domain/api/api-keys';
import type { TopUp } from '@feiqian/domain/api/cash';
import type { Chains } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { buildCheckoutTypedData, type CheckoutSigned } from '@feiqian/domain/authorizations';
import { type Address, createPublicClient, type Hash, webSocket } from 'viem';
import { startProduct } from '../../web/e2e/support/product.ts';
import { type Person, registerPerson } from '../lib/chaos/person.ts';

const CNY = 'iso4217:CNY';
const chainId = 31_337;

/** The product, with what the benchmark needs of it. */
export type CheckoutScene = {
  readonly url: string;
  /** May make payment requests. */
  readonly apiKey: string;
  readonly shopAddress: Address;
  /** Makes a request, and pays it in tokens by a signature. Answers with its id. */
  readonly payOne: () => Promise<string>;
  /** When the service's message that a request is settled was here, by its id; in milliseconds of `performance.now()`. */
  readonly toldAt: ReadonlyMap<string, number>;
  /** When the block with a request's payment was seen here, and when a process that does nothing else would have told of it. */
  readonly minedAt: ReadonlyMap<string, { readonly seen: number; readonly bare: number }>;
  readonly stop: () => Promise<void>;
};

export async function startCheckoutScene(payments: number): Promise<CheckoutScene> {
  const product = await startProduct({ REQUESTS_PER_MINUTE_MAX: '1000000' });
  const reachable = { publicUrl: product.url, replicas: [{ origin: product.url }], chain: { chainId } };
  const [shop, payer] = [await registerPerson(reachable), await registerPerson(reachable)];
  const { assets } = await shop.get<Chains>('/v1/chains');
  const token = assets.find((asset) => asset.kind === 'token' && asset.cash === CNY);
  if (!token?.address) throw new Error('There is no token.');
  await topUpTokens(payer, { token: token.id, amount: `${payments * 200}` });
  const scopes = ['payment_requests:read', 'payment_requests:write', 'webhooks:write'];
  const { secret } = await shop.insist<CreatedApiKey>('/v1/api-keys', { name: 'bench', scopes });
  const toldAt = new Map<string, number>();
  const receiver = await listen((type, id, at) => type === 'payment_request.settled' && toldAt.set(id, at));
  await shop.insist('/v1/webhook-endpoints', { url: receiver.url });
  const follow = followBlocks(product.output(), receiver.url);
  const domain = { name: token.name, version: '1', chainId, verifyingContract: token.address };
  return {
    ...{ url: product.url, apiKey: secret ?? '', shopAddress: shop.account.address, toldAt, minedAt: follow.minedAt },
    payOne: () => payOne({ shop, payer, domain, expect: follow.expect }),
    async stop() {
      follow.stop();
      receiver.server.close();
      await product.stop();
    },
  };
}

async function topUpTokens(person: Person, { token, amount }: { readonly token: string; readonly amount: string }) {
  const target = { kind: 'token', token, address: person.account.address };
  const made = await person.insist<TopUp>('/v1/top-ups', { gateway: 'sandbox', money: { asset: CNY, amount }, target });
  const page = made.redirectUrl ?? '';
  await fetch(page, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ choice: 'pay' }) });
  while ((await person.get<HistoryEntry>(`/v1/history/${made.historyId}`)).status === 'pending') await delay(100);
}

type Paying = {
  readonly shop: Person;
  readonly payer: Person;
  readonly domain: { name: string; version: string; chainId: number; verifyingContract: Address };
  readonly expect: (reference: Hash, id: string) => void;
};

async function payOne({ shop, payer, domain, expect }: Paying): Promise<string> {
  const { id, token } = await shop.insist<PaymentRequestWire>('/v1/payment-requests', {
    money: { asset: CNY, amount: '100' },
    description: 'bench',
    address: shop.account.address,
  });
  if (!token) throw new Error('It takes no tokens.');
  expect(token.reference, id);
  const signed: CheckoutSigned = {
    payer: payer.account.address,
    amount: BigInt(token.missing),
    fee: BigInt(token.fee),
    feeReceiver: token.feeReceiver,
    validAfter: 0n,
    validBefore: BigInt(Math.floor(Date.now() / 1000) + 3000),
    salt: `0x${randomBytes(32).toString('hex')}`,
  };
  const terms = {
    merchant: token.address,
    token: domain.verifyingContract,
    amount: BigInt(token.amount),
    validBefore: BigInt(token.validBefore),
    salt: token.salt,
  };
  const typedData = buildCheckoutTypedData(domain, token.contract, { kind: 'payment', terms, signed });
  const { fee, feeReceiver, validBefore, salt } = signed;
  await payer.insist(`/v1/payment-requests/${id}/authorizations`, {
    ...{ from: payer.account.address, amount: token.missing, fee: `${fee}`, feeReceiver, validAfter: '0' },
    ...{ validBefore: `${validBefore}`, salt, signature: await payer.account.signTypedData(typedData) },
  });
  return id;
}

/** Where the service's messages arrive. */
async function listen(
  onEvent: (type: string, id: string, at: number) => void,
): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const at = performance.now();
      response.writeHead(204).end();
      const { type = '', data } = JSON.parse(Buffer.concat(chunks).toString()) as {
        type?: string;
        data?: { id?: string };
      };
      onEvent(type, data?.id ?? '', at);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, server };
}

/**
 * Follows the chain as a process would that does nothing but tell of payments: hears of a block, asks for its logs, posts one message for
 * each reference that it waits for. That is the limit: no signature, no database, no order.
 */
function followBlocks(output: string, receiverUrl: string) {
  const rpcUrl = /http:\/\/127\.0\.0\.1:(\d+)/.exec(output.split('\n').find((line) => /chain/i.test(line)) ?? '')?.[1];
  if (rpcUrl === undefined) throw new Error('The product does not say where its chain is.');
  const client = createPublicClient({ transport: webSocket(`ws://127.0.0.1:${rpcUrl}`) });
  const waiting = new Map<string, string>();
  const minedAt = new Map<string, { seen: number; bare: number }>();
  const stop = client.watchBlocks({
    onBlock: async ({ hash }) => {
      const seen = performance.now();
      for (const { topics } of await client.getLogs({ blockHash: hash })) {
        const id = topics[1] && waiting.get(topics[1]);
        if (id === undefined || minedAt.has(id)) continue;
        minedAt.set(id, { seen, bare: Number.NaN });
        await fetch(receiverUrl, { method: 'POST', body: JSON.stringify({ type: 'bare', data: { id } }) });
        minedAt.set(id, { seen, bare: performance.now() });
      }
    },
  });
  return { minedAt, expect: (reference: Hash, id: string) => void waiting.set(reference, id), stop };
}
