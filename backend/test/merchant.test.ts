import type { HistoryEntry } from '@feiqian/domain/api/history';
import type {
  AuthorizedPayment,
  GatewayPaymentWire,
  PaymentRequestWire,
  PaymentWire,
  RefundWire,
} from '@feiqian/domain/api/payments';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareHistory } from '../src/history/rebuild.ts';
import { assertVerified } from '../src/verify/verify-all.ts';
import { signPayment, signRefund } from './support/checkout.ts';
import { balanceOf, CNY, type Person, startWholeService, type WholeService } from './support/whole-service.ts';

let world: WholeService;
let shop: Person;
let payer: Person;

beforeAll(async () => {
  world = await startWholeService();
  [shop, payer] = [await world.register('shop@example.com'), await world.register('payer@example.com')];
  await world.topUp(payer, '20000', true);
  await world.topUp(payer, '20000', false);
}, 120_000);
afterAll(() => world.stop());

const ask = (amount: string, extra: object = {}) =>
  shop.post<PaymentRequestWire>('/v1/payment-requests', {
    money: { asset: CNY, amount },
    description: '龙井两包',
    address: shop.account.address,
    ...extra,
  });
const look = (id: string) => world.guest.get<PaymentRequestWire>(`/v1/payment-requests/${id}`);
const paymentsOf = async (id: string) =>
  (await shop.get<{ items: PaymentWire[] }>(`/v1/payment-requests/${id}/payments`)).items;
const untilState = (id: string, state: PaymentRequestWire['state']) =>
  world.until(async () => {
    const request = await look(id);
    return request.state === state ? request : undefined;
  });
/** What the history of somebody says of a request. */
const entriesOf = async (person: Person, id: string) =>
  (await person.get<{ items: HistoryEntry[] }>('/v1/history')).items.filter(
    ({ paymentRequestId }) => paymentRequestId === id,
  );
const onlyPayment = async (id: string): Promise<PaymentWire> => {
  const [payment, ...others] = await paymentsOf(id);
  if (!payment || others.length > 0) throw new Error('Expected one payment.');
  return payment;
};

async function assertWhole() {
  await assertVerified(world.database.pool);
  expect((await compareHistory(world.database.pool)).differences).toEqual([]);
}

it('is paid in cash, and gives a part back', async () => {
  const link = await ask('1200');
  await payer.post(`/v1/payment-requests/${link.id}/payments`, { rail: 'cash' });
  expect(await look(link.id)).toMatchObject({ state: 'settled', exception: 'none', received: '1200', missing: '0' });
  const { id: paymentId } = await onlyPayment(link.id);
  const before = await balanceOf(payer, CNY);
  const refund = await shop.post<RefundWire>('/v1/refunds', { paymentId, amount: '200' });
  expect(refund).toMatchObject({ state: 'posted', money: { asset: CNY, amount: '200' } });
  expect(await balanceOf(payer, CNY)).toBe(before + 200n);
  await shop.post('/v1/refunds', { paymentId, amount: '1001' }, 409);
  await shop.post('/v1/refunds', { paymentId });
  await shop.post('/v1/refunds', { paymentId }, 409);
  expect(await look(link.id)).toMatchObject({ state: 'settled', refunded: '1200' });
  expect((await entriesOf(payer, link.id)).map(({ kind, direction }) => `${kind} ${direction}`)).toEqual([
    'refund in',
    'refund in',
    'payment out',
  ]);
  await assertWhole();
}, 60_000);

it('is paid in tokens by a signature of somebody without an account, and gives a part back by its own', async () => {
  const stranger = await world.chain.createAccount();
  const to = stranger.address;
  await world.chain.client.setBalance({ address: payer.account.address, value: 10n ** 18n });
  // Tokens come to the stranger from the payer's own wallet, with coin for the network.
  const { stablecoinAbi } = await import('@feiqian/contracts/abi/stablecoin');
  await world.chain.client.writeContract({
    account: payer.account,
    address: world.chain.addresses.cnyf,
    abi: stablecoinAbi,
    functionName: 'transfer',
    args: [to, 50_000_000n],
  });
  const link = await ask('1000');
  const payment = await signPayment(stranger, link);
  const authorized = await world.guest.post<AuthorizedPayment>(
    `/v1/payment-requests/${link.id}/authorizations`,
    payment,
  );
  expect(authorized.historyId).toBeNull();
  expect(await look(link.id)).toMatchObject({ state: 'processing', coming: '1000', missing: '0' });
  await untilState(link.id, 'settled');
  const paid = await world.until(async () => {
    const one = await onlyPayment(link.id);
    return one.state === 'final' ? one : undefined;
  });
  expect(paid).toMatchObject({
    id: authorized.paymentId,
    rail: 'token',
    counts: true,
    payer: { handle: null, address: to },
  });
  expect(await entriesOf(shop, link.id)).toMatchObject([
    { kind: 'payment', direction: 'in', money: { amount: '10000000' } },
  ]);

  expect(await shop.post('/v1/refunds', { paymentId: paid.id, amount: '1000000' }, 409)).toMatchObject({
    code: 'REFUND_NEEDS_SIGNATURE',
  });
  const refund = await signRefund(shop.account, link, paid, { amount: '4000000' });
  const begun = await shop.post<RefundWire>('/v1/refunds', refund);
  expect(begun.state).toBe('submitted');
  expect(await world.settled(shop, begun.historyId)).toMatchObject({
    kind: 'refund',
    direction: 'out',
    status: 'completed',
  });
  await world.until(async () => ((await look(link.id)).refunded === '400' ? true : undefined));
  expect(await onlyPayment(link.id)).toMatchObject({ refunded: '4000000', refunding: '0' });
  await assertWhole();
}, 60_000);

it('is one event in both histories when a person pays in tokens', async () => {
  const link = await ask('500');
  const payment = await signPayment(payer.account, link);
  const path = `/v1/payment-requests/${link.id}/authorizations`;
  const { historyId } = await payer.post<AuthorizedPayment>(path, payment);
  expect(await world.settled(payer, historyId ?? '')).toMatchObject({
    kind: 'payment',
    direction: 'out',
    status: 'completed',
  });
  await untilState(link.id, 'settled');
  expect(await entriesOf(payer, link.id)).toMatchObject([{ kind: 'payment', counterparty: { value: shop.me.handle } }]);
  expect(await entriesOf(shop, link.id)).toMatchObject([{ kind: 'payment', counterparty: { value: payer.me.handle } }]);
  // The same signature pays nothing twice, whoever brings it.
  await world.guest.post(path, payment, 409);
  await assertWhole();
}, 60_000);

it('is paid at a gateway by anybody, gives a part back there, and counts what came twice', async () => {
  const link = await ask('3000');
  const path = `/v1/payment-requests/${link.id}/gateway-payments`;
  const [first, second] = [
    await world.guest.post<GatewayPaymentWire>(path, { gateway: 'sandbox' }),
    await payer.post<GatewayPaymentWire>(path, { gateway: 'sandbox' }),
  ];
  expect(await world.sandbox.pressOnPage(first.redirectUrl ?? '', 'pay')).toBe(link.url);
  expect(await untilState(link.id, 'settled')).toMatchObject({ exception: 'none', received: '3000' });
  const [paid] = await paymentsOf(link.id);
  expect(paid).toMatchObject({ rail: 'gateway', state: 'final', gateway: 'sandbox', payer: { handle: null } });
  expect(await entriesOf(shop, link.id)).toMatchObject([
    { kind: 'payment', direction: 'in', status: 'completed', counterparty: { kind: 'gateway' } },
  ]);

  const begun = await shop.post<RefundWire>('/v1/refunds', { paymentId: paid?.id, amount: '1000' });
  expect(begun.state).toBe('reserved');
  expect(await world.settled(shop, begun.historyId)).toMatchObject({
    kind: 'refund',
    status: 'completed',
    stage: 'settled',
  });
  expect(await look(link.id)).toMatchObject({ state: 'settled', refunded: '1000' });

  // The other page was open all the time.
  await world.sandbox.pressOnPage(second.redirectUrl ?? '', 'pay');
  await world.until(async () => ((await look(link.id)).exception === 'over' ? true : undefined));
  expect(await look(link.id)).toMatchObject({ state: 'settled', received: '6000' });
  expect(await entriesOf(payer, link.id)).toMatchObject([
    { kind: 'payment', direction: 'out', status: 'completed', counterparty: { value: shop.me.handle } },
  ]);
  await assertWhole();
}, 60_000);
