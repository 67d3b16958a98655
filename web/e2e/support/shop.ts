/** A shop that asks for money through the API, with its owner's session, and a server of its own to which payers come back. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { CreatePaymentRequest, PaymentRequestWire } from '@feiqian/domain/api/payments';
import type { ReturnSecretWire } from '@feiqian/domain/api/return-addresses';
import { inProject } from '../../../scripts/lib/paths.ts';
import type { Person } from './person.ts';
import type { RunningProduct } from './product.ts';
import { sentences } from './sentences.ts';

type Called<Body> = { readonly status: number; readonly body: Body };

/** Asks the service as the owner's own page does. */
export async function callAs<Body>(
  person: Person,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<Called<Body>> {
  return person.page.evaluate(
    async ([how, where, what]) => {
      const response = await fetch(where, {
        method: how,
        headers: {
          'idempotency-key': crypto.randomUUID(),
          ...(what === null ? {} : { 'content-type': 'application/json' }),
        },
        body: what,
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
    },
    [method, path, body ? JSON.stringify(body) : null] as const,
  );
}

/** Asks for ¥10.00. @throws {Error} When the service refuses. */
export async function askForPayment(
  owner: Person,
  more: Partial<CreatePaymentRequest> = {},
): Promise<PaymentRequestWire> {
  const { status, body } = await callAs<PaymentRequestWire>(owner, 'POST', '/v1/payment-requests', {
    money: { asset: 'iso4217:CNY', amount: '1000' },
    description: 'Two lattes',
    ...more,
  });
  if (status !== 201) throw new Error(`The request was refused: ${JSON.stringify(body)}`);
  return body;
}

/** Registers an address that payers are sent back to. */
export const addReturn = async (owner: Person, url: string): Promise<ReturnSecretWire> =>
  (await callAs<ReturnSecretWire>(owner, 'POST', '/v1/return-addresses', { url })).body;

export type ShopServer = {
  /** The page to which payers come back. */
  readonly url: string;
  /** With what they came, in full. */
  readonly returns: readonly string[];
  readonly close: () => void;
};

export async function openShopServer(): Promise<ShopServer> {
  const returns: string[] = [];
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/paid')) returns.push(`http://localhost:${port}${request.url}`);
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Thank you</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/paid?order=7`,
    returns,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Makes a key on the screen and reads its secret from there. */
export async function makeKey(owner: Person, name: string): Promise<string> {
  const words = sentences.en.apiKeys;
  const sheet = owner.page.getByRole('dialog');
  await owner.open('/settings/api-keys');
  await owner.button(words.create).click();
  await sheet.getByLabel(words.name).fill(name);
  await sheet.getByRole('button', { name: words.create }).click();
  await sheet.getByRole('heading', { name: words.madeTitle }).waitFor();
  const secret = await sheet.locator('code').innerText();
  await sheet.getByRole('button', { name: words.saved }).click();
  await sheet.waitFor({ state: 'detached' });
  return secret;
}

export type ExampleShop = { readonly url: string; readonly close: () => void };

/** Opens the example shop with a key, as its first lines say. @throws {Error} When it ends before it is open. */
export async function openExampleShop(
  product: RunningProduct,
  key: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ExampleShop> {
  const child = spawn(process.execPath, [inProject('examples/shop/shop.ts')], {
    env: { ...process.env, FEIQIAN_URL: product.url, FEIQIAN_API_KEY: key, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('The shop did not open.')));
    createInterface({ input: child.stdout }).once('line', (line) => resolve(/http:\S+/.exec(line)?.[0] ?? ''));
  });
  return { url, close: () => void child.kill() };
}
