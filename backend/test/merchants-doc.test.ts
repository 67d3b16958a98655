/** The examples of docs/merchants.md are run as they stand, by a shop that has nothing but a key. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { CreatedApiKey } from '@feiqian/domain/api/api-keys';
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import type { ReturnSecretWire } from '@feiqian/domain/api/return-addresses';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Person, startWholeService, type WholeService } from './support/whole-service.ts';

let world: WholeService;
let [shop, payer]: Person[] = [];

beforeAll(async () => {
  world = await startWholeService();
  [shop, payer] = [await world.register('shop@example.com'), await world.register('payer@example.com')];
  await world.topUp(payer, '5000', false);
}, 120_000);
afterAll(() => world.stop());

const page = readFileSync(new URL('../../docs/merchants.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code ?? '');

/** Runs code as a module and answers with what it printed. */
function run(code: string, env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-'], { env });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.once('exit', (status) => (status === 0 ? resolve(output) : reject(new Error(errors))));
    child.stdin.end(code);
  });
}

it('runs every example of the page for merchants', async () => {
  if (!shop || !payer) throw new Error('Nobody is there.');
  const scopes = ['payment_requests:read', 'payment_requests:write', 'refunds:write'];
  const { secret } = await shop.post<CreatedApiKey>('/v1/api-keys', { name: 'shop', scopes });
  const env = { FEIQIAN_URL: world.origin, FEIQIAN_API_KEY: secret ?? '' };
  expect(examples.length).toBeGreaterThan(4);

  const [, id = ''] = /Pay at \S+\/pay\/(\S+)/.exec(await run(examples.slice(0, 2).join('\n'), env)) ?? [];
  await payer.post(`/v1/payment-requests/${id}/payments`, { rail: 'cash' });
  // The same intent under the same key: no second request is made.
  const printed = await run(examples.join('\n'), env);

  expect(printed.split('\n')).toEqual([
    expect.stringMatching(`/pay/${id}$`),
    'Order A-1042 is paid.',
    'Refund of 500: posted',
    '1 request for order A-1042',
    'The other one is invalid: CANCELLED',
    '',
  ]);
  expect(await shop.get<PaymentRequestWire>(`/v1/payment-requests/${id}`)).toMatchObject({
    state: 'settled',
    refunded: '500',
  });
}, 60_000);

it('shows how to read what a payer brings back, and to believe nothing else', async () => {
  if (!shop || !payer) throw new Error('Nobody is there.');
  const returnUrl = 'https://shop.example/done?shop=7';
  const { secret } = await shop.post<ReturnSecretWire>('/v1/return-addresses', { url: returnUrl });
  const asked = { money: { asset: 'iso4217:CNY', amount: '100' }, description: 'Tea', orderId: 'B 7', returnUrl };
  const { id } = await shop.post<PaymentRequestWire>('/v1/payment-requests', asked);
  const { url } = await payer.get<{ url: string }>(`/v1/payment-requests/${id}/return`);
  const reader = examples.find((code) => code.includes('function readReturn'));
  const forged = url.replace('feiqian_state=new', 'feiqian_state=settled');
  const use = `for (const url of ${JSON.stringify([url, forged, returnUrl])}) {
    try { console.log(JSON.stringify(readReturn(url, '${secret}'))); } catch ({ message }) { console.log(message); }
  }`;
  expect((await run(`${reader}\n${use}`, {})).split('\n')).toEqual([
    JSON.stringify({ request: id, state: 'new', order: 'B 7' }),
    'not signed with this secret',
    'not a return',
    '',
  ]);
}, 60_000);
