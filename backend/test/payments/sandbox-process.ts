/** The sandbox gateway as a process of its own, and its counter: what tests can do behind it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { GatewayFault } from '../../src/gateways/gateway.behavior.ts';
import type { Gateway } from '../../src/gateways/gateway.ts';
import { createSandboxGateway } from '../../src/gateways/sandbox/sandbox-gateway.ts';

/** How a service is registered with a sandbox. */
export type SandboxRegistration = {
  readonly url: string;
  readonly merchant: string;
  readonly key: string;
  readonly gatewayKeys: readonly string[];
  readonly publicUrl: string;
};

/** What the sandbox itself knows of an order or notice; only the fields that tests look at. */
export type SandboxState = {
  readonly payments: readonly {
    readonly orderNumber: string;
    readonly status: string;
    readonly amount: string;
    readonly paid: { readonly amount: string } | null;
  }[];
  readonly payouts: readonly {
    readonly orderNumber: string;
    readonly status: string;
    readonly amount: string;
    readonly account: { readonly number: string };
  }[];
  readonly refunds: readonly {
    readonly orderNumber: string;
    readonly refundNumber: string;
    readonly status: string;
    readonly amount: string;
  }[];
  readonly notices: readonly {
    readonly id: string;
    readonly orderNumber: string;
    readonly type: string;
    readonly status: string;
    readonly attempts: number;
    readonly lastAnswer: string | null;
  }[];
};

/** A running sandbox. */
export type SandboxProcess = {
  readonly registration: SandboxRegistration;
  readonly connect: (options?: {
    readonly clockShiftMs?: number;
    readonly timeoutMs?: number;
    readonly knowsNextKey?: boolean;
  }) => Gateway;
  readonly act: (orderNumber: string, action: 'pay' | 'pay_late' | 'decline' | 'expire') => Promise<void>;
  readonly decidePayout: (orderNumber: string, action: 'settled' | 'returned') => Promise<void>;
  readonly arm: (fault: GatewayFault, orderNumber?: string, times?: number) => Promise<void>;
  readonly clearFaults: () => Promise<void>;
  readonly release: (noticeId: string) => Promise<void>;
  readonly rotateKey: () => Promise<void>;
  readonly state: () => Promise<SandboxState>;
  /** Presses a button on the page that the payer was sent to; answers with where the payer is sent afterwards. */
  readonly pressOnPage: (redirectUrl: string, choice: 'pay' | 'decline') => Promise<string | null>;
  readonly close: () => Promise<void>;
};

/** Account numbers and what the sandbox does with them. */
export const sandboxAccounts = {
  good: '6222020000001234',
  returned: '6222020000000000',
  refused: '6222020000001111',
  undecided: '6222020000002222',
} as const;

const main = fileURLToPath(new URL('../../../simulators/src/main.ts', import.meta.url));
const merchant = 'feiqian';

/** @param publicUrl - The service's own origin: registered for returns and notifications. */
export async function startSandboxProcess({
  publicUrl,
  payoutDelayMs = 50,
}: {
  readonly publicUrl: string;
  readonly payoutDelayMs?: number;
}): Promise<SandboxProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'feiqian-sandbox-'));
  const [ours, first, next] = [makeKey(), makeKey(), makeKey()];
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      SANDBOX_STATE: join(folder, 'state.jsonl'),
      SANDBOX_KEY: `${first.seed},${next.seed}`,
      SANDBOX_MERCHANT_ID: merchant,
      SANDBOX_MERCHANT_KEY: ours.publicKey,
      SANDBOX_MERCHANT_ORIGINS: publicUrl,
      SANDBOX_PAYOUT_DELAY_MS: String(payoutDelayMs),
      SANDBOX_RETRY_DELAYS_MS: '50,100,200,400,800,1600',
    },
  });
  const url = await readReady(child);
  const registration = { url, merchant, key: ours.seed, gatewayKeys: [first.publicKey, next.publicKey], publicUrl };
  const post = async (path: string, form: Readonly<Record<string, string>> = {}): Promise<Response> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'manual',
    });
    if (response.status !== 303)
      throw new Error(`The sandbox answered ${response.status} to ${path}: ${await response.text()}`);
    return response;
  };
  return {
    registration,
    connect: ({ clockShiftMs = 0, timeoutMs, knowsNextKey = true } = {}) =>
      createSandboxGateway({
        ...registration,
        gatewayKeys: knowsNextKey ? registration.gatewayKeys : [first.publicKey],
        clock: () => new Date(Date.now() + clockShiftMs),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      }),
    act: async (orderNumber, action) => void (await post(`/panel/payments/${orderNumber}`, { action })),
    decidePayout: async (orderNumber, action) => void (await post(`/panel/payouts/${orderNumber}`, { action })),
    arm: async (name, orderNumber = '', times = 1) =>
      void (await post('/panel/faults', { name, orderNumber, times: String(times) })),
    clearFaults: async () => void (await post('/panel/faults/clear')),
    release: async (noticeId) => void (await post(`/panel/notices/${noticeId}`, { action: 'release' })),
    rotateKey: async () => void (await post('/panel/key')),
    state: async () => (await (await fetch(`${url}/panel.json`)).json()) as SandboxState,
    pressOnPage: async (redirectUrl, choice) =>
      (await post(new URL(redirectUrl).pathname, { choice })).headers.get('location'),
    async close() {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function makeKey(): { seed: string; publicKey: string } {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { seed: d, publicKey: x };
}

function readReady(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('The sandbox ended while starting.')));
    if (!child.stdout) return reject(new Error('The sandbox has no output.'));
    createInterface({ input: child.stdout }).once('line', (line) =>
      resolve((JSON.parse(line) as { ready: { sandbox: string } }).ready.sandbox),
    );
  });
}
