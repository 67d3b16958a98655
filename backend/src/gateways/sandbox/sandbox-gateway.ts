import type { IncomingHttpHeaders } from 'node:http';
import type { CashAssetId } from '@feiqian/domain/assets';
import { AppError, isAppError } from '@feiqian/domain/errors';
import { encodeAmount, type Money, toAmount } from '@feiqian/domain/money';
import { exchange, type RawAnswer } from '../exchange.ts';
import type { Gateway, GatewayNotification, UnknownOrder } from '../gateway.ts';
import { readNotification, readPayment, readPayout, readRefund, readRefusal } from './answers.ts';
import { createSigner, createVerifier, type Signer, type Verifier } from './signature.ts';

/** How we are registered with the sandbox gateway. */
export type SandboxSettings = {
  /** Its origin; https beyond loopback. */
  readonly url: string;
  readonly merchant: string;
  /** Our Ed25519 private key: seed of 32 bytes, base64url. */
  readonly key: string;
  /** Its Ed25519 public keys, 32 bytes each, base64url. */
  readonly gatewayKeys: readonly string[];
  /** Our own origin, where its notifications arrive. */
  readonly publicUrl: string;
  readonly timeoutMs?: number;
  readonly clock?: () => Date;
};

type Call = { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: object };
type Answered = { readonly status: number; readonly body: unknown };
type Ask = (call: Call) => Promise<Answered>;

const name = 'sandbox';
const assets: readonly CashAssetId[] = ['iso4217:CNY', 'iso4217:USD'];
const defaultTimeoutMs = 10_000;
// A kept connection that the other side has closed fails once; every call may be repeated.
const attemptsMax = 2;

/**
 * Connects to the plain gateway of the first run; its protocol is described beside its simulator.
 *
 * @throws {Error} for malformed keys, or plain HTTP beyond loopback.
 */
export function createSandboxGateway({
  url,
  merchant,
  key,
  gatewayKeys,
  publicUrl,
  timeoutMs = defaultTimeoutMs,
  clock = () => new Date(),
}: SandboxSettings): Gateway {
  const { origin } = requireSafeUrl(url);
  const notificationUrl = `${new URL(publicUrl).origin}/v1/gateways/${name}/notifications`;
  const verify = createVerifier(merchant, gatewayKeys);
  const ask = createAsk({ origin, sign: createSigner(merchant, key), verify, timeoutMs, clock });
  return {
    name,
    title: { zh: '沙盒银行', en: 'Sandbox Bank' },
    merchant,
    assets,
    min: toAmount(100n),
    max: toAmount(5_000_000_00n),
    canPayOut: true,
    async createPayment({ orderNumber, money, description, returnUrl, expiresAt }) {
      const order = {
        orderNumber,
        ...encodeMoney(money),
        description,
        returnUrl,
        notificationUrl,
        expiresAt: expiresAt.toISOString(),
      };
      const answer = await ask({ method: 'POST', path: '/v1/payments', body: order });
      // It exists already with other particulars (our address may have changed since): what counts is compared by the caller.
      return readAs(
        readPayment,
        answer.status === 409 ? await ask({ method: 'GET', path: `/v1/payments/${orderNumber}` }) : answer,
      );
    },
    async queryPayment(orderNumber) {
      const answer = await ask({ method: 'GET', path: `/v1/payments/${encodeURIComponent(orderNumber)}` });
      return isUnknown(answer, 'PAYMENT_UNKNOWN') ? unknown : readAs(readPayment, answer);
    },
    async refund({ orderNumber, refundNumber, money }) {
      const path = `/v1/payments/${encodeURIComponent(orderNumber)}/refunds`;
      return readAs(readRefund, await ask({ method: 'POST', path, body: { refundNumber, ...encodeMoney(money) } }));
    },
    async payout({ orderNumber, money, description, account }) {
      const order = { orderNumber, ...encodeMoney(money), description, notificationUrl, account };
      const answer = await ask({ method: 'POST', path: '/v1/payouts', body: order });
      return readAs(
        readPayout,
        answer.status === 409 ? await ask({ method: 'GET', path: `/v1/payouts/${orderNumber}` }) : answer,
      );
    },
    async queryPayout(orderNumber) {
      const answer = await ask({ method: 'GET', path: `/v1/payouts/${encodeURIComponent(orderNumber)}` });
      return isUnknown(answer, 'PAYOUT_UNKNOWN') ? unknown : readAs(readPayout, answer);
    },
    parseNotification: (raw, headers) =>
      parseNotification({ raw, headers, verify, notificationUrl, merchant, nowMs: clock().getTime() }),
  };
}

const unknown: UnknownOrder = { state: 'unknown' };

/** Asks and checks who answers; repeats a request that did not get through. */
function createAsk({
  origin,
  sign,
  verify,
  timeoutMs,
  clock,
}: {
  readonly origin: string;
  readonly sign: Signer;
  readonly verify: Verifier;
  readonly timeoutMs: number;
  readonly clock: () => Date;
}): Ask {
  const askOnce: Ask = async ({ method, path, body }) => {
    const raw = Buffer.from(body === undefined ? '' : JSON.stringify(body));
    const { headers, nonce } = sign({ kind: 'request', method, target: path }, raw, clock().getTime());
    const answer = await exchange({
      gateway: name,
      url: `${origin}${path}`,
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: raw,
      timeoutMs,
    });
    // What stands before the gateway (a proxy) can't sign, and says nothing about the order either.
    if (answer.status >= 500 || answer.status === 429) throw unavailable({ status: String(answer.status) });
    const fault = verify(
      { kind: 'answer', status: answer.status, requestNonce: nonce },
      (header) => answer.headers.get(header) ?? '',
      answer.body,
      clock().getTime(),
    );
    if (fault) throw invalid({ reason: fault });
    return toAnswered(answer);
  };
  return async (call) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await askOnce(call);
      } catch (error) {
        if (attempt >= attemptsMax || !isNotReached(error)) throw error;
      }
    }
  };
}

/** True when there was no answer at all, and not because time was up. */
function isNotReached(error: unknown): boolean {
  return (
    isAppError(error) &&
    error.code === 'GATEWAY_UNAVAILABLE' &&
    error.cause instanceof Error &&
    error.cause.name !== 'TimeoutError'
  );
}

function toAnswered({ status, body: raw }: RawAnswer): Answered {
  const body = parseJson(raw);
  const reason = readRefusal(body);
  if (status === 422)
    throw new AppError('GATEWAY_REFUSED', 'The gateway refused the order.', { details: { gateway: name, reason } });
  // Our key, clock or nonce was not accepted: nothing is said about the order.
  if (status === 401 || status === 403) throw unavailable({ status: String(status), reason });
  if (status !== 200 && status !== 201 && status !== 404 && status !== 409)
    throw invalid({ status: String(status), reason });
  return { status, body };
}

function readAs<T>(read: (body: unknown) => T, { status, body }: Answered): T {
  if (status !== 200 && status !== 201) throw invalid({ status: String(status), reason: readRefusal(body) });
  try {
    return read(body);
  } catch (cause) {
    throw invalid({ reason: 'BODY' }, cause);
  }
}

function isUnknown({ status, body }: Answered, code: string): boolean {
  return status === 404 && readRefusal(body) === code;
}

function parseNotification({
  raw,
  headers,
  verify,
  notificationUrl,
  merchant,
  nowMs,
}: {
  readonly raw: Uint8Array;
  readonly headers: IncomingHttpHeaders;
  readonly verify: Verifier;
  readonly notificationUrl: string;
  readonly merchant: string;
  readonly nowMs: number;
}): GatewayNotification {
  const readHeader = (header: string): string => {
    const value = headers[header];
    return typeof value === 'string' ? value : '';
  };
  const fault = verify({ kind: 'notification', url: notificationUrl }, readHeader, raw, nowMs);
  if (fault) throw notOurs(fault);
  let notification: GatewayNotification;
  try {
    notification = readNotification(parseJson(raw));
  } catch (cause) {
    throw notOurs('BODY', cause);
  }
  if (notification.merchant !== merchant) throw notOurs('MERCHANT');
  return notification;
}

function parseJson(raw: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
  } catch (cause) {
    throw invalid({ reason: 'BODY' }, cause);
  }
}

function encodeMoney({ asset, amount }: Money<CashAssetId>): { currency: string; amount: string } {
  return { currency: asset.slice('iso4217:'.length), amount: encodeAmount(amount) };
}

function requireSafeUrl(text: string): URL {
  const url = new URL(text);
  const isLoopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback))
    throw new Error('The sandbox gateway must be reached by https beyond loopback.');
  return url;
}

const unavailable = (details: Record<string, string>): AppError =>
  new AppError('GATEWAY_UNAVAILABLE', 'The gateway can’t say now.', { details: { gateway: name, ...details } });
const invalid = (details: Record<string, string>, cause?: unknown): AppError =>
  new AppError('GATEWAY_ANSWER_INVALID', 'The gateway’s answer can’t be trusted or read.', {
    cause,
    details: { gateway: name, ...details },
  });
const notOurs = (reason: string, cause?: unknown): AppError =>
  new AppError('NOTIFICATION_INVALID', 'Not a notification of this gateway for us.', { cause, details: { reason } });
