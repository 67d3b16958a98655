/** The whole service on a test chain, with a shop, somebody who pays and somebody without an account, for payments through the checkout. */
import { randomUUID } from 'node:crypto';
import { checkoutAbi } from '@feiqian/contracts/abi/checkout';
import { relayAbi } from '@feiqian/contracts/abi/relay';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import type {
  AuthorizedPayment,
  CheckoutAuthorization,
  PaymentRequestWire,
  PaymentWire,
} from '@feiqian/domain/api/payments';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { buildRelayTypedData } from '@feiqian/domain/authorizations';
import { toAmount } from '@feiqian/domain/money';
import { type Address, erc20Abi, type Hash, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { expect } from 'vitest';
import { gatewayReceivable, userCash } from '../../src/ledger/accounts.ts';
import { businessId } from '../../src/ledger/ids.ts';
import { createLedger } from '../../src/ledger/ledger.ts';
import { describeCheck, verifyAll } from '../../src/verify/verify-all.ts';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { newWord, readWay, signPayment, toSigned } from '../support/checkout.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { until } from './harness.ts';
import { newDataKey, type Person, type Reply, startTestService, type TestService } from './service.ts';
import { issueTokens, type TestAccount } from './traffic.ts';

export const CNY = 'iso4217:CNY';
/** Base units of the token for one of cash. */
export const cent = 10_000n;

/** Before anything that the service sends. */
export const first = { gas: 600_000n, maxFeePerGas: parseGwei('100'), maxPriorityFeePerGas: parseGwei('90') } as const;

/** Somebody with an account of the chain. */
export type Rich = Person & { readonly account: TestAccount };
type Change = Parameters<typeof signPayment>[2];

export type CheckoutScene = {
  readonly chain: TestChain;
  readonly database: TestDatabase;
  readonly test: TestService;
  readonly asset: string;
  readonly shop: Rich;
  readonly payer: Rich;
  /** An address that nobody here has proved, with coin of its own. */
  readonly guest: TestAccount;
  /** Another replica on the same database. */
  readonly replica: () => Promise<TestService>;
  /** Asks for so many cents, payable to the shop's address. */
  readonly ask: (amount: string, change?: object) => Promise<PaymentRequestWire>;
  readonly look: (id: string) => Promise<PaymentRequestWire>;
  readonly paymentsOf: (id: string) => Promise<PaymentWire[]>;
  /** Waits until the request is like that, and gives it. */
  readonly untilLike: (id: string, like: Partial<PaymentRequestWire>) => Promise<PaymentRequestWire>;
  readonly entriesOf: (person: Person, requestId: string) => Promise<HistoryEntry[]>;
  /** Hands in what was signed; from somebody who is not logged in without a person. */
  readonly hand: (
    request: PaymentRequestWire,
    wire: CheckoutAuthorization,
    person?: Person,
    key?: string,
  ) => Promise<Reply<AuthorizedPayment>>;
  /** Signs and hands in. */
  readonly pay: (
    request: PaymentRequestWire,
    by: Rich | TestAccount,
    change?: Change,
  ) => Promise<Reply<AuthorizedPayment>>;
  readonly payCash: (request: PaymentRequestWire, by: Person) => Promise<Reply<object>>;
  /** Pays by a transaction of one's own. */
  readonly payDirectly: (request: PaymentRequestWire, by: TestAccount, amount: bigint) => Promise<Hash>;
  /** Takes to the chain what somebody signed, before the service can. */
  readonly submit: (request: PaymentRequestWire, wire: CheckoutAuthorization) => Promise<Hash>;
  /** Sends tokens under a request's reference past the checkout, which is the only way to send too late, too much or another token. */
  readonly relayUnder: (request: PaymentRequestWire, by: TestAccount, amount: bigint, token?: Address) => Promise<Hash>;
  readonly fund: (person: Person, cash: bigint) => Promise<void>;
  readonly balanceOf: (address: Address) => Promise<bigint>;
  /** Everything that must be so of the books is, but for tokens that were issued past them. */
  readonly assertVerified: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export async function startCheckoutScene({
  chain: given,
  rpcUrl,
}: {
  readonly chain?: TestChain;
  readonly rpcUrl?: string;
} = {}): Promise<CheckoutScene> {
  const chain = given ?? (await startTestChain());
  const database = await createTestDatabase();
  // Tokens are issued past the books, and cash comes from nowhere.
  database.skipVerify();
  // What a block has lost is sent again soon.
  const env = { CHAIN_RECHECK_MS: '100', REQUESTS_PER_MINUTE_MAX: '100000' };
  const options = { dataKey: newDataKey(), env, ...(rpcUrl === undefined ? {} : { rpcUrl }) };
  const test = await startTestService(database, chain, options);
  const ledger = createLedger({ pool: database.pool });
  const replicas: TestService[] = [];
  const rich = async (): Promise<Rich> => {
    const account = await chain.createAccount();
    return { ...(await test.somebody(account)), account };
  };
  const [shop, payer, guest] = [await rich(), await rich(), await chain.createAccount('10')];
  for (const { address } of [shop.account, payer.account, guest]) await issueTokens(chain, address, 10_000_000_000n);
  const look: CheckoutScene['look'] = (id) => shop.get(`/v1/payment-requests/${id}`);
  return {
    chain,
    database,
    test,
    asset: toTokenAssetId(chain.chainId, chain.addresses.cnyf),
    shop,
    payer,
    guest,
    async replica() {
      const one = await startTestService(database, chain, options);
      replicas.push(one);
      return one;
    },
    async ask(amount, change = {}) {
      const money = { asset: CNY, amount };
      const asking = { money, description: 'Tea', address: shop.account.address, ...change };
      const { status, body } = await shop.post<PaymentRequestWire>('/v1/payment-requests', asking);
      expect(status, JSON.stringify(body)).toBe(201);
      return body;
    },
    look,
    paymentsOf: async (id) => (await shop.get<{ items: PaymentWire[] }>(`/v1/payment-requests/${id}/payments`)).items,
    async untilLike(id, like) {
      let last: PaymentRequestWire | undefined;
      try {
        return await until(`the request is ${JSON.stringify(like)}`, async () => {
          last = await look(id);
          const wanted = Object.entries(like) as [keyof PaymentRequestWire, unknown][];
          return wanted.every(([field, value]) => last?.[field] === value) && last;
        });
      } catch (error) {
        expect(last).toMatchObject(like);
        throw error;
      }
    },
    entriesOf: async (person, requestId) =>
      (await person.get<{ items: HistoryEntry[] }>('/v1/history?limit=100')).items.filter(
        ({ paymentRequestId }) => paymentRequestId === requestId,
      ),
    ...createPaying(chain, test),
    async fund(person, cash) {
      const transfer = {
        phase: 'posted',
        debit: gatewayReceivable('test', CNY),
        credit: userCash(person.id, CNY),
      } as const;
      const id = businessId('test funding', randomUUID());
      await ledger.post({ transfers: [{ ...transfer, id, amount: toAmount(cash), kind: 'top_up' }] });
    },
    balanceOf: (address) =>
      chain.client.readContract({
        address: chain.addresses.cnyf,
        abi: erc20Abi,
        functionName: 'balanceOf',
        args: [address],
      }),
    async assertVerified() {
      const odd = (await verifyAll(database.pool)).filter(
        ({ name, violations }) => violations > 0 && !/^(?:tokens|reserves)\./.test(name),
      );
      expect(odd.map(describeCheck)).toEqual([]);
    },
    async stop() {
      for (const one of [...replicas, test]) await one.stop();
      await ledger.close();
      if (!given) await chain.stop();
    },
  };
}

function createPaying(chain: TestChain, test: TestService) {
  const admin = privateKeyToAccount(chain.keys.admin);
  const hand: CheckoutScene['hand'] = async ({ id }, wire, person, key = randomUUID()) => {
    const url = `/v1/payment-requests/${id}/authorizations`;
    if (person) return person.post(url, wire, key);
    const answer = await test.inject({ method: 'POST', url, payload: wire, headers: { 'idempotency-key': key } });
    return { status: answer.statusCode, body: answer.json() };
  };
  const pay: CheckoutScene['pay'] = async (request, by, change) =>
    'account' in by
      ? hand(request, await signPayment(by.account, request, change), by)
      : hand(request, await signPayment(by, request, change));
  const payCash: CheckoutScene['payCash'] = ({ id }, by) =>
    by.post(`/v1/payment-requests/${id}/payments`, { rail: 'cash' });
  const payDirectly: CheckoutScene['payDirectly'] = async (request, by, amount) => {
    const { contract, terms } = readWay(request);
    const account = { account: by, ...first };
    const token = { address: terms.token, abi: erc20Abi } as const;
    await chain.client.writeContract({ ...account, ...token, functionName: 'approve', args: [contract, amount] });
    const to = { address: contract, abi: checkoutAbi } as const;
    return chain.client.writeContract({ ...account, ...to, functionName: 'pay', args: [terms, amount] });
  };
  const submit: CheckoutScene['submit'] = (request, wire) => {
    const { contract, terms } = readWay(request);
    const to = { account: admin, address: contract, abi: checkoutAbi, ...first } as const;
    const args = [terms, toSigned(wire), wire.signature] as const;
    return chain.client.writeContract({ ...to, functionName: 'payWithAuthorization', args });
  };
  const relayUnder: CheckoutScene['relayUnder'] = async (request, by, amount, token = chain.addresses.cnyf) => {
    const { reference, terms } = readWay(request);
    const { timestamp } = await chain.client.getBlock();
    const sent = {
      ...{ token, from: by.address, to: terms.merchant, amount, fee: 0n, feeReceiver: admin.address, reference },
      ...{ validAfter: 0n, validBefore: timestamp + 3_600n, salt: newWord() },
    };
    const name = token === chain.addresses.usdf ? 'Feiqian USD' : 'Feiqian CNY';
    const domain = { name, version: '1', chainId: chain.chainId, verifyingContract: token };
    const signature = await by.signTypedData(buildRelayTypedData(domain, chain.addresses.relay, sent));
    const to = { account: admin, address: chain.addresses.relay, abi: relayAbi, ...first } as const;
    return chain.client.writeContract({ ...to, functionName: 'relay', args: [sent, signature] });
  };
  return { hand, pay, payCash, payDirectly, submit, relayUnder };
}
