/** A merchant as the sandbox sees one: signs requests, checks answers, keeps what it was notified of. */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulatorConfig } from '../../src/config.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import {
  canonicalText,
  createNonce,
  createSeed,
  createSigningKey,
  createVerifyingKey,
} from '../../src/sandbox/signature.ts';

/** One delivery as it came in. */
export type Delivery = {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly content: Record<string, string>;
};

/** A signed answer of the gateway. */
export type Answer = { readonly status: number; readonly body: Record<string, unknown>; readonly isSigned: boolean };

/** A merchant with a gateway of its own. */
export type Merchant = {
  readonly origin: string;
  readonly notificationUrl: string;
  readonly deliveries: readonly Delivery[];
  readonly sandbox: () => Sandbox;
  readonly call: (
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    change?: (headers: Record<string, string>) => Record<string, string>,
  ) => Promise<Answer>;
  readonly panel: (path: string, form?: Record<string, string>) => Promise<Response>;
  readonly state: () => Promise<{
    payments: Record<string, unknown>[];
    payouts: Record<string, unknown>[];
    notices: Record<string, unknown>[];
    refunds: Record<string, unknown>[];
  }>;
  readonly armFault: (name: string, orderNumber?: string, times?: number) => Promise<void>;
  /** What the merchant answers to notifications from here on. */
  readonly answerNotices: (status: number) => void;
  /** True when the gateway's current key signed this delivery for this merchant. */
  readonly isGenuine: (delivery: Delivery) => boolean;
  readonly restart: (clock?: () => Date) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Starts a merchant's server and a sandbox that knows it. */
export async function startMerchant(overrides: Partial<SimulatorConfig> = {}): Promise<Merchant> {
  const deliveries: Delivery[] = [];
  let noticeStatus = 204;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      // Payers come back by GET.
      if (request.method !== 'POST') return response.writeHead(200).end();
      const body = Buffer.concat(chunks).toString('utf8');
      deliveries.push({ headers: request.headers, body, content: JSON.parse(body) as Record<string, string> });
      return response.writeHead(noticeStatus).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const notificationUrl = `${origin}/notifications`;
  const folder = mkdtempSync(join(tmpdir(), 'feiqian-sandbox-'));
  const own = createSigningKey(createSeed());
  const config: SimulatorConfig = {
    host: '127.0.0.1',
    port: 0,
    publicUrl: undefined,
    tls: undefined,
    statePath: join(folder, 'state.jsonl'),
    gatewaySeeds: [createSeed(), createSeed()],
    merchant: { id: 'feiqian', name: 'Feiqian', publicKey: own.publicKey, origins: [origin] },
    payoutDelayMs: 0,
    retryDelaysMs: [10, 20, 40],
    ...overrides,
  };
  const gatewayKeys = config.gatewaySeeds.map((seed) => createVerifyingKey(createSigningKey(seed).publicKey));
  const verify = (text: string, headers: (name: string) => string): boolean =>
    gatewayKeys.some((key) => key.id === headers('sandbox-key') && key.verify(text, headers('sandbox-signature')));
  let sandbox = await startSandbox(config);
  const panel = async (path: string, form?: Record<string, string>): Promise<Response> =>
    fetch(`${sandbox.url}${path}`, form ? { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' } : {});
  return {
    origin,
    notificationUrl,
    deliveries,
    sandbox: () => sandbox,
    async call(method, path, body, change = (headers) => headers) {
      const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
      const envelope = {
        merchant: 'feiqian',
        key: own.id,
        timestamp: String(Math.floor(Date.now() / 1000)),
        nonce: createNonce(),
      };
      const headers = {
        'content-type': 'application/json',
        'sandbox-merchant': envelope.merchant,
        'sandbox-key': envelope.key,
        'sandbox-timestamp': envelope.timestamp,
        'sandbox-nonce': envelope.nonce,
        'sandbox-algorithm': 'ed25519',
        'sandbox-signature': own.sign(canonicalText({ kind: 'request', method, target: path }, envelope, bytes)),
      };
      const sent = change(headers);
      const response = await fetch(`${sandbox.url}${path}`, {
        method,
        headers: sent,
        ...(bytes.length > 0 ? { body: bytes } : {}),
      });
      const raw = Buffer.from(await response.arrayBuffer());
      const read = (name: string): string => response.headers.get(name) ?? '';
      const answered = {
        merchant: read('sandbox-merchant'),
        key: read('sandbox-key'),
        timestamp: read('sandbox-timestamp'),
        nonce: read('sandbox-nonce'),
      };
      const text = canonicalText(
        { kind: 'answer', status: response.status, requestNonce: sent['sandbox-nonce'] ?? '' },
        answered,
        raw,
      );
      return { status: response.status, body: parseOrEmpty(raw), isSigned: verify(text, read) };
    },
    panel,
    state: async () => (await (await panel('/panel.json')).json()) as Awaited<ReturnType<Merchant['state']>>,
    async armFault(name, orderNumber = '', times = 1) {
      const { status } = await panel('/panel/faults', { name, orderNumber, times: String(times) });
      if (status !== 303) throw new Error(`The fault ${name} could not be armed.`);
    },
    answerNotices(status) {
      noticeStatus = status;
    },
    isGenuine({ headers, body }) {
      const read = (name: string): string => String(headers[name] ?? '');
      const envelope = {
        merchant: read('sandbox-merchant'),
        key: read('sandbox-key'),
        timestamp: read('sandbox-timestamp'),
        nonce: read('sandbox-nonce'),
      };
      const isNow = Math.abs(Date.now() / 1000 - Number(envelope.timestamp)) < 300;
      const text = canonicalText({ kind: 'notification', url: notificationUrl }, envelope, Buffer.from(body));
      return isNow && envelope.merchant === 'feiqian' && read('sandbox-algorithm') === 'ed25519' && verify(text, read);
    },
    async restart(clock) {
      await sandbox.close();
      sandbox = await startSandbox(config, clock);
    },
    async close() {
      await sandbox.close();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let orders = 0;

/** A payment order with defaults. */
export function aPayment(
  merchant: Merchant,
  changes: Record<string, unknown> = {},
): Record<string, unknown> & { orderNumber: string } {
  orders += 1;
  return {
    orderNumber: `ORDER${String(orders).padStart(8, '0')}`,
    currency: 'CNY',
    amount: '10000',
    description: 'Top up',
    returnUrl: `${merchant.origin}/top-ups/1`,
    notificationUrl: merchant.notificationUrl,
    expiresAt: '2999-01-01T00:00:00.000Z',
    ...changes,
  };
}

/** A payout order with defaults. */
export function aPayout(
  merchant: Merchant,
  changes: Record<string, unknown> = {},
): Record<string, unknown> & { orderNumber: string } {
  orders += 1;
  return {
    orderNumber: `PAYOUT${String(orders).padStart(8, '0')}`,
    currency: 'CNY',
    amount: '2500',
    description: 'Withdrawal',
    notificationUrl: merchant.notificationUrl,
    account: { holder: '李雷', number: '6222020000001234' },
    ...changes,
  };
}

function parseOrEmpty(raw: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(raw.toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}
