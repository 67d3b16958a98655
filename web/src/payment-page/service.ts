/** What the page asks of the service, and what it gets. */
import { decodeAmount } from '@feiqian/domain/money';
import { getJson, nothing, sendJson } from '../lib/http.ts';
import { count, flag, listOf, nullable, oneOf, optional, record, text, toSchema } from './shape.ts';

const id = text(/^[0-9a-f-]{36}$/);
const hex = (bytes: number) => text(new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`));
const amount = (value: unknown) => decodeAmount(text()(value));
const instant = (value: unknown): Date => {
  const at = new Date(text()(value));
  if (Number.isNaN(at.getTime())) throw new TypeError('Not an instant.');
  return at;
};

const requestShape = record({
  id,
  state: oneOf(['new', 'processing', 'settled', 'expired', 'invalid']),
  exception: oneOf(['none', 'partial', 'over', 'late']),
  reason: nullable(oneOf(['CANCELLED', 'UNCONFIRMED'])),
  money: record({ asset: text(), amount }),
  received: amount,
  coming: amount,
  refunded: amount,
  missing: amount,
  description: text(),
  payee: record({ handle: text() }),
  token: nullable(
    record({
      asset: text(),
      amount,
      missing: amount,
      address: hex(20),
      reference: hex(32),
      contract: hex(20),
      validBefore: text(/^\d{1,18}$/),
      salt: hex(32),
      fee: amount,
      feeReceiver: hex(20),
    }),
  ),
  orderId: nullable(text()),
  returnUrl: nullable(text()),
  expiresAt: nullable(instant),
  settledAt: nullable(instant),
});
/** What is asked for and what has come of it. */
export type Request = ReturnType<typeof requestShape>;
/** How it is paid in tokens. */
export type TokenTerms = NonNullable<Request['token']>;

const assetShape = record({
  id: text(),
  kind: oneOf(['cash', 'token', 'native']),
  symbol: text(),
  name: text(),
  decimals: count,
  chainId: optional(count),
  address: optional(hex(20)),
});
export type Asset = ReturnType<typeof assetShape>;

const chainsShape = record({
  chains: listOf(
    record({
      chainId: count,
      name: text(),
      native: record({ symbol: text(), decimals: count }),
      status: oneOf(['following', 'unavailable', 'halted']),
    }),
  ),
  assets: listOf(assetShape),
  /** Absent where the service is older than its mails. */
  mail: optional(flag),
});
/** What this deployment has. */
export type Deployment = ReturnType<typeof chainsShape>;
export type Chain = Deployment['chains'][number];

const meShape = record({ handle: text(), addresses: listOf(record({ address: hex(20) })) });
const balancesShape = record({
  cash: listOf(record({ asset: text(), available: amount })),
  onChain: listOf(record({ asset: text(), address: hex(20), amount })),
});
/** Whoever is logged in here, with what they can pay from. */
export type Me = ReturnType<typeof meShape> & { readonly balances: ReturnType<typeof balancesShape> };

const gatewayShape = record({ name: text(), title: record({ zh: text(), en: text() }) });
const gatewaysShape = record({ gateways: listOf(gatewayShape) });
export type Gateway = ReturnType<typeof gatewayShape>;

const pathOf = (requestId: string) => `/v1/payment-requests/${requestId}`;

/** Where changes are told as they happen. */
export const eventsPath = (requestId: string): string => `${pathOf(requestId)}/events`;

/** Reads a request as it was told. @throws {TypeError} for anything else. */
export const parseRequest = (value: unknown): Request => requestShape(value);

/** @throws {AppError} NOT_FOUND, SERVICE_UNAVAILABLE. */
export const getRequest = (requestId: string, signal?: AbortSignal): Promise<Request> =>
  getJson(pathOf(requestId), toSchema(requestShape), signal);

const lookAgainMs = 4_000;

/** Asks until there is an answer: nothing can be shown without it. */
export async function getDeployment(): Promise<Deployment> {
  for (;;) {
    try {
      return await getJson('/v1/chains', toSchema(chainsShape));
    } catch {
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    }
  }
}

/** @throws {AppError} SESSION_EXPIRED when nobody is logged in. */
export async function getMe(): Promise<Me> {
  const me = await getJson('/v1/me', toSchema(meShape));
  return { ...me, balances: await getJson('/v1/balances', toSchema(balancesShape)) };
}

/** Those that can take what is missing. @throws {AppError} SERVICE_UNAVAILABLE. */
export const getGateways = async ({ money, missing }: Request): Promise<readonly Gateway[]> =>
  (
    await getJson(
      `/v1/gateways?${new URLSearchParams({ asset: money.asset, amount: `${missing}` })}`,
      toSchema(gatewaysShape),
    )
  ).gateways;

/** Pays what is missing from cash, at once. @returns what the payer's history calls it. */
export const payFromCash = async (requestId: string, idempotencyKey: string): Promise<string> => {
  const schema = toSchema(record({ historyId: id }));
  const path = `${pathOf(requestId)}/payments`;
  return (await sendJson({ path, body: { rail: 'cash' }, schema, idempotencyKey })).historyId;
};

const saleShape = record({ id, redirectUrl: nullable(text(/^https?:\/\//)), expiresAt: nullable(instant) });
export type Sale = ReturnType<typeof saleShape>;

/** Begins to pay what is missing on a gateway's page. */
export const payAtGateway = (requestId: string, gateway: string, idempotencyKey: string): Promise<Sale> =>
  sendJson({
    path: `${pathOf(requestId)}/gateway-payments`,
    body: { gateway },
    schema: toSchema(saleShape),
    idempotencyKey,
  });

/** Hands in what a payer signed. */
export const payBySignature = (
  requestId: string,
  body: object,
  idempotencyKey: string,
): Promise<{ paymentId: string }> =>
  sendJson({
    path: `${pathOf(requestId)}/authorizations`,
    body,
    schema: toSchema(record({ paymentId: id })),
    idempotencyKey,
  });

/** Where the payer goes back to, signed for the shop. @throws {AppError} NOT_FOUND when the shop takes nobody back any more. */
export const getReturn = async (requestId: string): Promise<string> =>
  (await getJson(`${pathOf(requestId)}/return`, toSchema(record({ url: text(/^https?:\/\//) })))).url;

/** Has a receipt sent. @throws {AppError} NOT_FOUND where the deployment sends no mail. */
export const askForReceipt = (requestId: string, email: string, language: string): Promise<undefined> =>
  sendJson({ path: `${pathOf(requestId)}/receipts`, body: { email, language }, schema: nothing });
