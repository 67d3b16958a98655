import type { MovementWire, RelayQuote } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import type { AuthorizedPayment, PaymentRequestWire, PaymentWire } from '@feiqian/domain/api/payments';
import { buildRedeemTypedData } from '@feiqian/domain/authorizations';
import type { Address } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareHistory } from '../src/history/rebuild.ts';
import { assertVerified } from '../src/verify/verify-all.ts';
import { type Sink, startSink } from './mail/sink.ts';
import { sandboxAccounts } from './payments/sandbox-process.ts';
import { newWord, signPayment } from './support/checkout.ts';
import { domainOf, draftRelay, signRelay } from './support/relay.ts';
import { balanceOf, CNY, type Person, startWholeService, type WholeService } from './support/whole-service.ts';

const cent = 10_000n;
let world: WholeService;
let sink: Sink;

beforeAll(async () => {
  sink = await startSink();
  world = await startWholeService({
    SMTP_URL: `smtp://${sink.server.host}:${sink.server.port}`,
    MAIL_FROM: 'Feiqian <receipts@wallet.example>',
  });
}, 120_000);
afterAll(async () => {
  await world.stop();
  await sink.close();
});

async function relay(from: Person, to: Address, amount: bigint): Promise<HistoryEntry> {
  const { chain, token, settled } = world;
  const quote = await from.post<RelayQuote>('/v1/quotes', { kind: 'relay', asset: token });
  const { account } = from;
  const terms = draftRelay(chain, quote, { from: account.address, to, amount: `${amount}` });
  const made = await from.post<MovementWire>('/v1/relays', await signRelay(chain, account, terms));
  return settled(from, made.historyId);
}

it('money goes from the bank to the chain, to others, and back, and one history shows it', async () => {
  const { database, chain, origin, token, until, settled, topUp } = world;
  const [li, wang] = [await world.register('li@example.com'), await world.register('wang@example.com')];

  const topped = await topUp(li, '10000', true);
  expect(topped).toMatchObject({
    kind: 'top_up',
    status: 'completed',
    stage: 'issued',
    money: { asset: CNY, amount: '10000' },
    counterMoney: { asset: token, amount: `${10_000n * cent}` },
  });
  expect(new Set(topped.legs.map(({ rail }) => rail))).toEqual(new Set(['gateway', 'ledger', 'chain']));
  expect(await balanceOf(li, token)).toBe(100_000_000n);
  expect(await chain.client.getBalance({ address: li.account.address })).toBe(0n);
  expect((await li.get<{ items: HistoryEntry[] }>('/v1/history')).items).toHaveLength(1);

  const sent = await relay(li, wang.account.address, 25_000_000n);
  expect(sent).toMatchObject({
    kind: 'token_transfer',
    direction: 'out',
    status: 'completed',
    fee: { amount: '20000' },
    counterparty: { kind: 'person', value: wang.me.handle },
  });
  expect(await balanceOf(wang, token)).toBe(25_000_000n);
  const [received] = (await wang.get<{ items: HistoryEntry[] }>('/v1/history')).items;
  expect(received).toMatchObject({
    direction: 'in',
    status: 'completed',
    money: { amount: '25000000' },
    counterparty: { kind: 'person', value: li.me.handle },
  });

  const link = await wang.post<PaymentRequestWire>('/v1/payment-requests', {
    money: { asset: CNY, amount: '1000' },
    description: '两杯拿铁',
    address: wang.account.address,
  });
  expect(await li.get('/v1/chains')).toMatchObject({ mail: true });
  await li.post(`/v1/payment-requests/${link.id}/receipts`, { email: 'li@example.com', language: 'zh' }, 202);
  const authorized = await li.post<AuthorizedPayment>(
    `/v1/payment-requests/${link.id}/authorizations`,
    await signPayment(li.account, link),
  );
  const paid = await settled(li, authorized.historyId ?? '');
  expect(paid).toMatchObject({ kind: 'payment', direction: 'out', status: 'completed', note: '两杯拿铁' });
  await until(async () =>
    (await wang.get<PaymentRequestWire>(`/v1/payment-requests/${link.id}`)).state === 'settled' ? true : undefined,
  );
  await sink.untilReceived(1);
  const [receipt] = await sink.received();
  const [payment] = (await wang.get<{ items: PaymentWire[] }>(`/v1/payment-requests/${link.id}/payments`)).items;
  expect(receipt?.recipients).toEqual(['li@example.com']);
  for (const line of [
    '¥10.00 CNY',
    '用途（收款人填写）：两杯拿铁',
    `交易哈希：${payment?.txHash}`,
    `付款链接：${origin}/pay/${link.id}`,
  ])
    expect(receipt?.text.split('\n')).toContain(line);
  const payments = (await wang.get<{ items: HistoryEntry[] }>('/v1/history?kind=payment')).items;
  expect(payments).toMatchObject([{ direction: 'in', status: 'completed', paymentRequestId: link.id }]);

  await topUp(li, '1000', false);
  await li.post('/v1/cash-transfers', { recipient: wang.me.email, money: { asset: CNY, amount: '500' }, note: '车费' });
  expect([await balanceOf(li, CNY), await balanceOf(wang, CNY)]).toEqual([500n, 500n]);

  const reference = newWord();
  const validBefore = BigInt(Math.floor(Date.now() / 1000) + 3000);
  const holder = li.account.address;
  const signature = await li.account.signTypedData(
    buildRedeemTypedData(domainOf(chain), { holder, reference, amount: 50_000_000n, validAfter: 0n, validBefore }),
  );
  const redemption = {
    direction: 'redeem',
    chainId: chain.chainId,
    token: chain.addresses.cnyf,
    holder,
    reference,
    amount: '50000000',
    validAfter: '0',
    validBefore: `${validBefore}`,
    signature,
  };
  const redeeming = await li.post<MovementWire>('/v1/conversions', redemption);
  expect(await settled(li, redeeming.historyId)).toMatchObject({
    kind: 'conversion',
    status: 'completed',
    stage: 'redeemed',
    counterMoney: { asset: CNY, amount: '5000' },
  });
  expect(await balanceOf(li, CNY)).toBe(5_500n);

  const issuing = await li.post<MovementWire>('/v1/conversions', {
    direction: 'issue',
    money: { asset: CNY, amount: '500' },
    token,
    address: holder,
  });
  expect(await settled(li, issuing.historyId)).toMatchObject({
    kind: 'conversion',
    status: 'completed',
    stage: 'issued',
  });

  const bankAccount = { holder: '李伟', number: sandboxAccounts.good };
  const leaving = await li.post<MovementWire>('/v1/withdrawals', {
    gateway: 'sandbox',
    money: { asset: CNY, amount: '5000' },
    bankAccount,
  });
  expect(await settled(li, leaving.historyId)).toMatchObject({
    kind: 'withdrawal',
    status: 'completed',
    stage: 'settled',
  });
  expect(await balanceOf(li, CNY)).toBe(0n);

  const returning = await wang.post<MovementWire>('/v1/withdrawals', {
    gateway: 'sandbox',
    money: { asset: CNY, amount: '500' },
    bankAccount: { ...bankAccount, number: sandboxAccounts.returned },
  });
  expect(await settled(wang, returning.historyId)).toMatchObject({ kind: 'withdrawal', stage: 'returned' });
  expect(await balanceOf(wang, CNY)).toBe(500n);

  await assertVerified(database.pool);
  expect((await compareHistory(database.pool)).differences).toEqual([]);
}, 120_000);

it('refuses what cannot be, and moves nothing', async () => {
  const { chain, token } = world;
  const poor = await world.register('poor@example.com');
  const refusal = async (path: string, body: object, status: number) =>
    (await poor.post<{ code: string }>(path, body, status)).code;
  const money = { asset: CNY, amount: '100' };
  expect(
    await refusal(
      '/v1/withdrawals',
      { gateway: 'sandbox', money, bankAccount: { holder: 'x', number: '123456' } },
      409,
    ),
  ).toBe('INSUFFICIENT_FUNDS');
  expect(
    await refusal('/v1/conversions', { direction: 'issue', money, token, address: poor.account.address }, 409),
  ).toBe('INSUFFICIENT_FUNDS');
  expect(
    await refusal('/v1/conversions', { direction: 'issue', money, token, address: chain.addresses.relay }, 403),
  ).toBe('ADDRESS_NOT_LINKED');
  expect(await refusal('/v1/top-ups', { gateway: 'nobody', money, target: { kind: 'cash' } }, 400)).toBe(
    'GATEWAY_UNKNOWN',
  );
  expect(
    await refusal(
      '/v1/top-ups',
      { gateway: 'sandbox', money: { asset: CNY, amount: '1.5' }, target: { kind: 'cash' } },
      400,
    ),
  ).toBe('AMOUNT_MALFORMED');
  await expect(relay(poor, chain.addresses.relay, 1_000_000n)).rejects.toThrow('ADDRESS_IS_TOKEN');
  await expect(relay(poor, chain.addresses.cnyf, 1_000_000n)).rejects.toThrow('ADDRESS_IS_TOKEN');
  await expect(relay(poor, poor.account.address, 1_000_000n)).rejects.toThrow('INSUFFICIENT_FUNDS');
  expect((await poor.get<{ items: unknown[] }>('/v1/history')).items).toEqual([]);
});
