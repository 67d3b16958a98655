/** Who may ask for what: an entry for every route of the service. A route without one fails `access.test.ts`. */
import { randomBytes } from 'node:crypto';
import type { ApiKeyScope } from '@feiqian/domain/api/api-keys';
import { CNY } from '../support/whole-service.ts';
import { heldRules, type World } from './world.ts';

/** What a request names and says. */
export type Asked = {
  /** For `:id` and other parts of the path. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: object;
};

type MakeAsked = (world: World) => Asked | Promise<Asked>;

export type Access =
  /** Answered to everybody, also without a log-in. */
  | { readonly to: 'anybody'; readonly ask: MakeAsked }
  /** For whoever is logged in, about their own; names nothing of somebody's. */
  | { readonly to: 'person'; readonly scope?: ApiKeyScope; readonly ask: MakeAsked }
  /** Names something that has an owner. To others it is as what does not exist at all. */
  | { readonly to: 'owner'; readonly scope?: ApiKeyScope; readonly ask: MakeAsked }
  /** For whom the operator made staff. To others it does not exist. */
  | { readonly to: 'staff'; readonly ask: MakeAsked };

const nothing: MakeAsked = () => ({});
const kdf = {
  algorithm: 'argon2id',
  version: 19,
  memoryKib: 65_536,
  iterations: 3,
  parallelism: 1,
  salt: randomBytes(16).toString('base64url'),
};
const authSecret = randomBytes(32).toString('base64url');
const unknownId = '018f3a2e-0000-7000-8000-000000000000';
const word = `0x${'ab'.repeat(32)}`;
const yuan = (amount: string) => ({ asset: CNY, amount });
const proof = { kind: 'totp', code: '123456' };
const ticket = 'x'.repeat(43);
/** What a passkey says that nobody has. */
const unknownPasskey = { id: 'AA', rawId: 'AA', type: 'public-key', clientExtensionResults: {} };
const assertion = {
  ...unknownPasskey,
  response: { clientDataJSON: 'AA', authenticatorData: 'AA', signature: 'AA' },
};
const attestation = { ...unknownPasskey, response: { clientDataJSON: 'AA', attestationObject: 'AA' } };

const anybody = (ask: MakeAsked = nothing): Access => ({ to: 'anybody', ask });
const person = (ask: MakeAsked = nothing, scope?: ApiKeyScope): Access => ({
  to: 'person',
  ask,
  ...(scope ? { scope } : {}),
});
const owner = (ask: MakeAsked, scope?: ApiKeyScope): Access => ({ to: 'owner', ask, ...(scope ? { scope } : {}) });
const staff = (ask: MakeAsked = nothing): Access => ({ to: 'staff', ask });

/** Of something that somebody has. */
const of =
  (name: keyof World['ids'], body?: object): MakeAsked =>
  ({ ids }) => ({ params: { id: ids[name] }, ...(body ? { body } : {}) });

/** `METHOD /path` as the route is written → who may. What is listed twice in the router (HEAD beside GET) stands here once. */
export const matrix: Readonly<Record<string, Access>> = {
  // What machines and developers look at.
  'GET /docs/': anybody(),
  'GET /docs/static/index.html': anybody(),
  'GET /docs/static/swagger-initializer.js': anybody(),
  'GET /docs/static/*': anybody(() => ({ params: { '*': 'swagger-ui.css' } })),
  'GET /docs/json': anybody(),
  'GET /docs/yaml': anybody(),
  'GET /healthz': anybody(),
  'GET /readyz': anybody(),
  'GET /metrics': anybody(),
  // The built pages.
  'GET /': anybody(),
  'GET /*': anybody(() => ({ params: { '*': 'index.html' } })),
  'GET /pay/:id': anybody(of('request')),

  // Getting in.
  'POST /v1/auth/parameters': anybody(() => ({ body: { email: 'nobody@example.com' } })),
  'POST /v1/auth/register': anybody(() => ({
    body: { email: `new${randomBytes(6).toString('hex')}@example.com`, kdf, authSecret, language: 'zh' },
  })),
  'POST /v1/auth/login': anybody(() => ({ body: { email: 'nobody@example.com', authSecret } })),
  'POST /v1/auth/login/second-factor': anybody(() => ({ body: { ticket, proof } })),
  'POST /v1/auth/login/passkey-options': anybody(() => ({ body: { ticket } })),
  'POST /v1/auth/passkey/options': anybody(),
  'POST /v1/auth/passkey': anybody(() => ({ body: { credential: assertion } })),
  'POST /v1/auth/logout': anybody(),
  'POST /v1/auth/password': person(() => ({
    body: { authSecret, newAuthSecret: authSecret, newKdf: kdf, vaultVersion: 0 },
  })),
  'POST /v1/auth/step-up': person(() => ({ body: { proof } })),
  'POST /v1/auth/step-up/passkey-options': person(),

  // One's own account.
  'GET /v1/me': person(),
  'PATCH /v1/me': person(() => ({ body: { language: 'zh' } })),
  'POST /v1/me/addresses/challenge': person(({ address, chainId }) => ({ body: { address, chainId } })),
  'POST /v1/me/addresses': person(() => ({ body: { message: 'no such challenge', signature: '0x01' } })),
  'GET /v1/me/second-factors': person(),
  'POST /v1/me/second-factors/totp': person(() => ({ body: { authSecret } })),
  'POST /v1/me/second-factors/totp/confirm': person(() => ({ body: { id: unknownId, code: '123456' } })),
  'DELETE /v1/me/second-factors/totp': person(),
  'POST /v1/me/second-factors/recovery-codes': person(),
  'POST /v1/me/passkeys/options': person(() => ({ body: { authSecret } })),
  'POST /v1/me/passkeys': person(() => ({ body: { name: '', credential: attestation } })),
  // Whoever has one is asked for a factor everywhere; that it is its owner's alone is tested with passkeys.
  'DELETE /v1/me/passkeys/:id': person(() => ({ params: { id: unknownId } })),
  'GET /v1/vault': person(),
  'PUT /v1/vault': person(() => ({ body: { version: 7, vault: '{}' } })),
  'GET /v1/address-book': person(),
  'PUT /v1/address-book': person(() => ({ body: { follows: 6, version: 7, book: '{}' } })),
  'GET /v1/balances': person(),
  'GET /v1/history': person(),
  'GET /v1/history/stream': person(),
  'GET /v1/history/:id': owner(of('entry')),
  'GET /v1/people': person(() => ({ query: '?query=nobody@example.com' })),

  // Chains and tokens.
  'GET /v1/chains': anybody(),
  'POST /rpc/:chainId': anybody(({ chainId }) => ({
    params: { chainId: `${chainId}` },
    body: { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] },
  })),
  'GET /v1/tokens': person(),
  'GET /v1/tokens/:chainId/:address': person(tokenPath),
  'PUT /v1/tokens/:chainId/:address': person(tokenPath),
  'DELETE /v1/tokens/:chainId/:address': person(tokenPath),
  'GET /v1/transactions/nonce': person(({ chainId, address }) => ({ query: `?chainId=${chainId}&address=${address}` })),
  'GET /v1/transactions/:id': owner(of('transaction')),
  'POST /v1/transactions': person(({ chainId }) => ({ body: { chainId, raw: '0x01' } })),
  'POST /v1/simulations': owner(({ chainId, address }) => ({
    body: { chainId, from: address, to: address, value: '0', data: '0x' },
  })),
  'GET /v1/approvals': person(),
  'POST /v1/revocations': person(({ chainId }) => ({ body: { chainId, raw: '0x01' } })),
  'POST /v1/quotes': person(({ token }) => ({ body: { kind: 'relay', asset: token } })),
  'POST /v1/relays': owner(({ relay }) => ({ body: relay })),
  'GET /v1/relays/:id': owner(of('relay')),
  'POST /v1/relays/:id/undo': owner(of('relay', { signature: `0x${'11'.repeat(65)}` })),
  'POST /v1/conversions': owner(({ token, address }) => ({
    body: { direction: 'issue', money: yuan('1000000000'), token, address },
  })),
  'GET /v1/conversions/:id': owner(of('conversion')),

  // Cash.
  'GET /v1/gateways': anybody(),
  'POST /v1/gateways/:name/notifications': anybody(() => ({ params: { name: 'sandbox' }, body: {} })),
  'POST /v1/top-ups': person(() => ({
    body: { gateway: 'none', money: yuan('100'), target: { kind: 'cash' } },
  })),
  'GET /v1/top-ups/:id': owner(of('topUp')),
  'POST /v1/top-ups/:id/attempts': owner(of('topUp')),
  'POST /v1/withdrawals': person(() => ({
    body: { gateway: 'none', money: yuan('100'), bankAccount: { holder: 'Ann', number: '6200000000' } },
  })),
  'GET /v1/withdrawals/:id': owner(of('withdrawal')),
  'POST /v1/cash-transfers': person(() => ({ body: { recipient: 'nobody@example.com', money: yuan('1') } })),
  'GET /v1/payout-rules': person(nothing, 'payouts:read'),
  'POST /v1/payout-rules': person(({ token, address }) => ({
    body: {
      asset: 'iso4217:USD',
      target: { kind: 'token', token, address },
      keep: '0',
      min: '100',
      schedule: { kind: 'at_once' },
    },
  })),
  'PATCH /v1/payout-rules/:id': owner(of('payoutRule', { keep: '1' })),
  'DELETE /v1/payout-rules/:id': owner(of('payoutRule')),
  'GET /v1/payouts': person(nothing, 'payouts:read'),

  // Getting paid.
  'GET /v1/items': person(nothing, 'items:read'),
  'POST /v1/items': person(() => ({ body: { name: 'Tea', money: yuan('100') } }), 'items:write'),
  'PATCH /v1/items/:id': owner(of('item', { name: 'Green tea' }), 'items:write'),
  'DELETE /v1/items/:id': owner(of('item'), 'items:write'),
  'GET /v1/payment-requests': person(nothing, 'payment_requests:read'),
  'POST /v1/payment-requests': person(
    () => ({ body: { money: yuan('100'), description: 'Tea' } }),
    'payment_requests:write',
  ),
  // Whoever has the link may see what it asks for, and pay it.
  'GET /v1/payment-requests/:id': anybody(of('request')),
  'GET /v1/payment-requests/:id/events': anybody(of('request')),
  'GET /v1/payment-requests/:id/return': anybody(of('request')),
  'POST /v1/payment-requests/:id/authorizations': anybody(({ ids, address }) => ({
    params: { id: ids.request },
    body: {
      from: address,
      amount: '1',
      fee: '0',
      feeReceiver: address,
      validAfter: '0',
      validBefore: '1',
      salt: word,
      signature: '0x01',
    },
  })),
  'POST /v1/payment-requests/:id/gateway-payments': anybody(of('request', { gateway: 'none' })),
  'POST /v1/payment-requests/:id/receipts': anybody(of('request', { email: 'who@example.com', language: 'zh' })),
  'POST /v1/payment-requests/:id/payments': person(of('request', { rail: 'cash' })),
  // What only its maker may.
  'GET /v1/payment-requests/:id/payments': owner(of('request'), 'payment_requests:read'),
  'GET /v1/payment-requests/:id/refunds': owner(of('request'), 'payment_requests:read'),
  'POST /v1/payment-requests/:id/pay-code': owner(
    async ({ ids, showPayCode }) => ({ params: { id: ids.request }, body: { code: await showPayCode() } }),
    'payment_requests:write',
  ),
  'POST /v1/payment-requests/:id/accept': owner(of('request'), 'payment_requests:write'),
  'POST /v1/payment-requests/:id/cancel': owner(of('request'), 'payment_requests:write'),
  'POST /v1/refunds': owner(({ ids }) => ({ body: { paymentId: ids.payment } }), 'refunds:write'),
  'POST /v1/pay-codes': person(),
  'GET /v1/pay-codes/asked': person(),
  'GET /v1/pay-limits': person(),

  'PUT /v1/pay-limits/:currency': person(() => ({
    params: { currency: 'CNY' },
    body: { perPayment: '100', perDay: '100', timeZone: 'Asia/Shanghai' },
  })),
  'GET /v1/return-addresses': person(),
  'POST /v1/return-addresses': person(() => ({ body: { url: 'https://shop.example/back' } })),
  'DELETE /v1/return-addresses/:id': owner(of('returnAddress')),

  // Machines of shops.
  'GET /v1/api-keys': person(),
  'POST /v1/api-keys': person(() => ({ body: { name: 'Till', scopes: ['items:read'] } })),
  'DELETE /v1/api-keys/:id': owner(of('apiKey')),
  'GET /v1/webhook-endpoints': person(nothing, 'webhooks:write'),
  'POST /v1/webhook-endpoints': person(() => ({ body: { url: 'http://127.0.0.1:40009/hook' } }), 'webhooks:write'),
  'GET /v1/webhook-endpoints/:id': owner(of('endpoint'), 'webhooks:write'),
  'PATCH /v1/webhook-endpoints/:id': owner(of('endpoint', { description: 'Till' }), 'webhooks:write'),
  'POST /v1/webhook-endpoints/:id/secret': owner(of('endpoint'), 'webhooks:write'),
  'GET /v1/webhook-endpoints/:id/deliveries': owner(of('endpoint'), 'webhooks:write'),
  'POST /v1/webhook-endpoints/:id/test': owner(of('endpoint'), 'webhooks:write'),
  'POST /v1/webhook-deliveries/:id/replay': owner(of('delivery'), 'webhooks:write'),
  'DELETE /v1/webhook-endpoints/:id': owner(of('endpoint'), 'webhooks:write'),

  // The operator's people.
  'GET /v1/admin/suspense': staff(),
  'GET /v1/admin/suspense/:id': staff(of('suspense')),
  'POST /v1/admin/suspense/:id/resolve': staff(
    of('suspense', { action: 'credit', recipient: 'nobody@example.com', note: 'By the slip' }),
  ),
  'GET /v1/admin/holds': staff(),
  'GET /v1/admin/holds/:id': staff(of('hold')),
  'POST /v1/admin/holds/:id/release': staff(of('hold', { note: 'Called them' })),
  'POST /v1/admin/holds/:id/refuse': staff(of('otherHold', { note: 'Not them' })),
  'GET /v1/admin/monitoring/rules': staff(),
  'POST /v1/admin/monitoring/rules/try': staff(() => ({ body: { rules: heldRules } })),
  'POST /v1/admin/monitoring/rules': staff(() => ({ body: { basedOn: 1, rules: heldRules, note: 'As before' } })),
};

function tokenPath({ chainId, tokenAddress }: World): Asked {
  return { params: { chainId: `${chainId}`, address: tokenAddress } };
}
