/** A client of a Feiqian service for the server of a shop. Its key comes from the wallet: Settings, For shops, API keys. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { pageOf } from '@feiqian/domain/api/common';
import {
  createPaymentRequest,
  type PaymentRequestWire,
  type PaymentWire,
  paymentRequestSchema,
  paymentsResponse,
  type RefundWire,
  refundRequest,
  refundSchema,
  refundsResponse,
} from '@feiqian/domain/api/payments';
import { createWebhookEndpoint, type WebhookSecretWire, webhookSecretResponse } from '@feiqian/domain/api/webhooks';
import { z } from 'zod';
import { FeiqianError, toFeiqianError } from './feiqian-error.ts';

export type FeiqianOptions = {
  /** Origin of the service, such as `https://wallet.example`. */
  readonly url: string;
  /** `fqk_…`, with the scopes that the calls need. Keep it on the server. */
  readonly apiKey: string;
  /** Of one attempt. */
  readonly timeoutMs?: number;
  /** How often a request is tried that got no answer, or one that says to come again. The same change happens once all the same. */
  readonly attemptsMax?: number;
  /** Of the first wait between two attempts; each next one is twice as long. */
  readonly waitMs?: number;
};

/** What is asked of a payer. Amounts are decimal strings of the smallest unit: `'2500'` of `iso4217:CNY` is ¥25.00. */
export type NewPaymentRequest = z.input<typeof createPaymentRequest>;
export type NewWebhookEndpoint = z.input<typeof createWebhookEndpoint>;
export type NewRefund = z.input<typeof refundRequest>;
export type PaymentRequest = PaymentRequestWire;
export type Payment = PaymentWire;
export type Refund = RefundWire;
export type PaymentRequestPage = {
  readonly items: readonly PaymentRequest[];
  readonly nextCursor?: string | undefined;
};

/** Names one intended change: the same key and content give the same answer, however often it is asked. */
export type Intent = { readonly idempotencyKey?: string };

export type Feiqian = ReturnType<typeof createFeiqian>;

export function createFeiqian(options: FeiqianOptions) {
  const call = createCall(options);
  const [path, endpoints] = ['/v1/payment-requests', '/v1/webhook-endpoints'];
  return {
    paymentRequests: {
      /**
       * Asks for money. Send the payer to `url` of the answer.
       *
       * @param intent - Give the order's own number as key, and a repeated order asks once.
       * @throws {FeiqianError}
       */
      create: async (
        request: NewPaymentRequest,
        { idempotencyKey = randomUUID() }: Intent = {},
      ): Promise<PaymentRequest> =>
        call(paymentRequestSchema, path, { method: 'POST', body: createPaymentRequest.parse(request), idempotencyKey }),

      /** What has become of a request. @throws {FeiqianError} NOT_FOUND */
      get: (id: string): Promise<PaymentRequest> => call(paymentRequestSchema, `${path}/${encodeURIComponent(id)}`),

      /** Newest first, page by page. @throws {FeiqianError} */
      list: ({
        limit = 20,
        cursor,
        orderId,
      }: {
        limit?: number;
        cursor?: string;
        orderId?: string;
      } = {}): Promise<PaymentRequestPage> =>
        call(
          pageOf(paymentRequestSchema),
          `${path}?${new URLSearchParams({ limit: `${limit}`, ...(cursor ? { cursor } : {}), ...(orderId ? { orderId } : {}) })}`,
        ),

      /** Takes a request back that nobody has paid. @throws {FeiqianError} PAYMENT_REQUEST_CLOSED when somebody has. */
      cancel: (id: string): Promise<PaymentRequest> =>
        call(paymentRequestSchema, `${path}/${encodeURIComponent(id)}/cancel`, { method: 'POST' }),

      /** Takes what came for enough, though it was too little or too late. @throws {FeiqianError} STATE_CONFLICT when nothing came. */
      accept: (id: string): Promise<PaymentRequest> =>
        call(paymentRequestSchema, `${path}/${encodeURIComponent(id)}/accept`, { method: 'POST' }),

      /** What was paid for it, oldest first. @throws {FeiqianError} NOT_FOUND */
      listPayments: async (id: string): Promise<readonly Payment[]> =>
        (await call(paymentsResponse, `${path}/${encodeURIComponent(id)}/payments`)).items,

      /** What was given back of it, oldest first. @throws {FeiqianError} NOT_FOUND */
      listRefunds: async (id: string): Promise<readonly Refund[]> =>
        (await call(refundsResponse, `${path}/${encodeURIComponent(id)}/refunds`)).items,
    },
    refunds: {
      /**
       * Gives (a part of) a payment back the way it came: cash at once, a gateway's payment by the gateway.
       *
       * @throws {FeiqianError} REFUND_NEEDS_SIGNATURE for tokens, which leave their holder's address only by the wallet's own signature;
       *   REFUND_NOT_POSSIBLE before it is final, REFUND_NOT_COVERED for more than is left of it.
       */
      create: async (refund: NewRefund, { idempotencyKey = randomUUID() }: Intent = {}): Promise<Refund> =>
        call(refundSchema, '/v1/refunds', { method: 'POST', body: refundRequest.parse(refund), idempotencyKey }),
    },
    webhookEndpoints: {
      /**
       * Has the service tell of what happens. `secret` checks what comes ({@link readWebhook}) and is shown this once: a
       * repeated request gets null.
       *
       * @throws {FeiqianError} WEBHOOK_URL_REFUSED for an address that is not public, unless service and shop run on one machine.
       */
      create: async (
        endpoint: NewWebhookEndpoint,
        { idempotencyKey = randomUUID() }: Intent = {},
      ): Promise<WebhookSecretWire> =>
        call(webhookSecretResponse, endpoints, {
          method: 'POST',
          body: createWebhookEndpoint.parse(endpoint),
          idempotencyKey,
        }),

      /** Nothing is told there any more. @throws {FeiqianError} NOT_FOUND */
      remove: async (id: string): Promise<void> =>
        void (await call(z.unknown(), `${endpoints}/${encodeURIComponent(id)}`, { method: 'DELETE' })),
    },
  };
}

type Request = {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: object;
  readonly idempotencyKey?: string;
};

function createCall({ url, apiKey, timeoutMs = 15_000, attemptsMax = 4, waitMs = 500 }: FeiqianOptions) {
  const ask = async (path: string, { method = 'GET', body, idempotencyKey }: Request): Promise<unknown> => {
    const response = await fetch(new URL(path, url), {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        authorization: `Bearer ${apiKey}`,
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(idempotencyKey ? { 'idempotency-key': idempotencyKey } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch((cause: unknown) => {
      throw new FeiqianError('The service did not answer.', { code: 'SERVICE_UNAVAILABLE', status: 0, cause });
    });
    if (!response.ok) throw await toFeiqianError(response);
    if (response.status === 204) return undefined;
    return response.json().catch((cause: unknown) => {
      throw new FeiqianError('The answer broke off.', { code: 'SERVICE_UNAVAILABLE', status: 0, cause });
    });
  };
  return async <Value>(schema: z.ZodType<Value>, path: string, request: Request = {}): Promise<Value> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return schema.parse(await ask(path, request));
      } catch (error) {
        if (!(error instanceof FeiqianError) || !error.isRetryable || attempt >= attemptsMax) throw error;
        await delay(waitMs * 2 ** (attempt - 1));
      }
    }
  };
}
