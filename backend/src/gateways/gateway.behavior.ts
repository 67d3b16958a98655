/** What every connector promises, checked against its own simulator over HTTP. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isAppError } from '@feiqian/domain/errors';
import { toAmount } from '@feiqian/domain/money';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findMismatch, type Gateway, type Integrity, type PaymentOrder, type PayoutOrder } from './gateway.ts';

/** What a simulator can be made to do wrong; each strikes once at the next occasion of the order. */
export type GatewayFault =
  | `notice_${'lost' | 'duplicate' | 'held' | 'out_of_order' | 'forged_key' | 'forged_body' | 'downgraded' | 'unsigned' | 'foreign' | 'replayed' | 'future' | 'wrong_amount' | 'wrong_currency' | 'unusual'}`
  | `api_${'slow' | 'unavailable' | 'answer_lost' | 'answer_unsigned' | 'answer_forged' | 'answer_garbage' | 'answer_replayed'}`
  | `paid_${'wrong_amount' | 'wrong_currency'}`
  | 'refund_fails';

/** A notification as it came over the wire. */
export type ReceivedNotification = { readonly raw: Buffer; readonly headers: IncomingHttpHeaders };

/** A simulator, seen from behind its counter. */
export type GatewayHarness = {
  readonly gateway: Gateway;
  /** The same registration through a connector with another clock, patience, or only the gateway's first key. */
  readonly connect: (options: {
    readonly clockShiftMs?: number;
    readonly timeoutMs?: number;
    readonly knowsNextKey?: boolean;
  }) => Gateway;
  readonly pay: (orderNumber: string) => Promise<void>;
  readonly payLate: (orderNumber: string) => Promise<void>;
  readonly decline: (orderNumber: string) => Promise<void>;
  readonly expire: (orderNumber: string) => Promise<void>;
  readonly arm: (fault: GatewayFault, orderNumber: string, times?: number) => Promise<void>;
  readonly received: (orderNumber: string) => readonly ReceivedNotification[];
  readonly rotateKey: () => Promise<void>;
  /** Accounts that take the money, send it back, are refused, and stay undecided. */
  readonly accounts: Readonly<Record<'good' | 'returned' | 'refused' | 'undecided', string>>;
  readonly close: () => Promise<void>;
};

/** An order number that nobody used. */
export const newOrderNumber = (): string => randomUUID().replaceAll('-', '');

const cny = (amount: bigint) => ({ asset: 'iso4217:CNY', amount: toAmount(amount) }) as const;
const anOrder = (changes: Partial<PaymentOrder> = {}): PaymentOrder => ({
  orderNumber: newOrderNumber(),
  money: cny(100_00n),
  description: 'Top up · 充值',
  returnUrl: 'http://127.0.0.1:9/top-ups/1',
  expiresAt: new Date(Date.now() + 3_600_000),
  ...changes,
});

/** Runs the suite; `returnOrigin` of the harness must be registered with the gateway. */
export function describeGateway(
  name: string,
  start: () => Promise<GatewayHarness & { readonly returnUrl: string }>,
): void {
  describe(`the ${name} gateway`, () => {
    let harness: GatewayHarness & { readonly returnUrl: string };
    let gateway: Gateway;
    beforeAll(async () => {
      harness = await start();
      ({ gateway } = harness);
    });
    afterAll(() => harness.close());
    const scene = {
      harness: () => harness,
      order: (changes: Partial<PaymentOrder> = {}) => anOrder({ returnUrl: harness.returnUrl, ...changes }),
      async created(changes: Partial<PaymentOrder> = {}) {
        const order = scene.order(changes);
        await gateway.createPayment(order);
        return order;
      },
      async notified(orderNumber: string, count = 1) {
        await vi.waitFor(() => expect(harness.received(orderNumber).length).toBeGreaterThanOrEqual(count), {
          timeout: 10_000,
          interval: 20,
        });
        return harness.received(orderNumber);
      },
    };
    describePayments(scene);
    describePayouts(scene);
    describeRefunds(scene);
    describeNotifications(scene);
    describeFailures(scene);
  });
}

type Scene = {
  readonly harness: () => GatewayHarness;
  readonly order: (changes?: Partial<PaymentOrder>) => PaymentOrder;
  readonly created: (changes?: Partial<PaymentOrder>) => Promise<PaymentOrder>;
  readonly notified: (orderNumber: string, count?: number) => Promise<readonly ReceivedNotification[]>;
};

const ordered = (gateway: Gateway, order: Pick<PaymentOrder, 'orderNumber' | 'money'>): Integrity => ({
  merchant: gateway.merchant,
  orderNumber: order.orderNumber,
  money: order.money,
});

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (isAppError(error) ? error.code : String(error)),
  );

function describePayments({ harness, order, created }: Scene): void {
  it('makes one payment of an order however often and however fast it is sent', async () => {
    const { gateway } = harness();
    const payment = order();
    const answers = await Promise.all(Array.from({ length: 6 }, () => gateway.createPayment(payment)));
    const [first] = answers;
    expect(first).toMatchObject({ state: 'open', redirectUrl: expect.stringMatching(/^https?:\/\//) });
    expect(first && findMismatch(ordered(gateway, payment), first)).toBeUndefined();
    for (const answer of answers) expect(answer).toEqual(first);
  });

  it('goes on with an order that exists though our own address has changed since', async () => {
    const { gateway } = harness();
    const payment = await created();
    const again = await gateway.createPayment({ ...payment, returnUrl: `${payment.returnUrl}/other` });
    expect(again).toMatchObject({ state: 'open', orderNumber: payment.orderNumber });
  });

  it('shows the amount that it really has when an order number comes with another one', async () => {
    const { gateway } = harness();
    const payment = await created();
    const other = { ...payment, money: cny(1_00n) };
    expect(findMismatch(ordered(gateway, other), await gateway.createPayment(other))).toBe('AMOUNT_MISMATCH');
  });

  it('knows what has become of a payment', async () => {
    const { gateway, pay, decline, expire, payLate } = harness();
    const [paid, declined, expired] = [await created(), await created(), await created()];
    await pay(paid.orderNumber);
    await decline(declined.orderNumber);
    await expire(expired.orderNumber);
    expect(await gateway.queryPayment(paid.orderNumber)).toMatchObject({ state: 'paid', ...ordered(gateway, paid) });
    expect(await gateway.queryPayment(declined.orderNumber)).toMatchObject({
      state: 'failed',
      ...ordered(gateway, declined),
    });
    expect(await gateway.queryPayment(expired.orderNumber)).toMatchObject({
      state: 'expired',
      ...ordered(gateway, expired),
    });
    await payLate(expired.orderNumber);
    expect(await gateway.queryPayment(expired.orderNumber)).toMatchObject({
      state: 'paid',
      ...ordered(gateway, expired),
    });
    expect(await gateway.queryPayment(newOrderNumber())).toEqual({ state: 'unknown' });
  });

  it('says what was really paid when that is another amount or currency', async () => {
    const { gateway, arm, pay } = harness();
    const less = await created();
    await arm('paid_wrong_amount', less.orderNumber);
    await pay(less.orderNumber);
    const dollars = await created();
    await arm('paid_wrong_currency', dollars.orderNumber);
    await pay(dollars.orderNumber);
    const [lessAnswer, dollarsAnswer] = [
      await gateway.queryPayment(less.orderNumber),
      await gateway.queryPayment(dollars.orderNumber),
    ];
    expect(lessAnswer.state === 'paid' && findMismatch(ordered(gateway, less), lessAnswer)).toBe('AMOUNT_MISMATCH');
    expect(dollarsAnswer.state === 'paid' && findMismatch(ordered(gateway, dollars), dollarsAnswer)).toBe(
      'CURRENCY_MISMATCH',
    );
  });

  it('refuses for good what it will never take', async () => {
    const { gateway } = harness();
    expect(await codeOf(gateway.createPayment(order({ returnUrl: 'https://elsewhere.example/' })))).toBe(
      'GATEWAY_REFUSED',
    );
    expect(await codeOf(gateway.createPayment(order({ money: cny(10n ** 15n) })))).toBe('GATEWAY_REFUSED');
  });

  it('carries any text of a person unharmed', async () => {
    const payment = await created({ description: '100 % 飞钱 💸 <b>"\'&' });
    expect((await harness().gateway.queryPayment(payment.orderNumber)).state).toBe('open');
  });
}

function describePayouts({ harness }: Scene): void {
  const aPayout = (number: string): PayoutOrder => ({
    orderNumber: newOrderNumber(),
    money: cny(25_00n),
    description: 'Withdrawal · 提现',
    account: { holder: '李雷', number },
  });

  it('pays an order out once however often it is sent', async () => {
    const { gateway, accounts } = harness();
    const payout = aPayout(accounts.undecided);
    const answers = await Promise.all(Array.from({ length: 4 }, () => gateway.payout(payout)));
    expect(new Set(answers.map((answer) => answer.reference)).size).toBe(1);
    for (const answer of answers) expect(answer).toMatchObject({ state: 'processing', ...ordered(gateway, payout) });
  });

  it('knows what has become of a payout', async () => {
    const { gateway, accounts } = harness();
    const [good, returned] = [aPayout(accounts.good), aPayout(accounts.returned)];
    await gateway.payout(good);
    await gateway.payout(returned);
    const state = async (payout: PayoutOrder) => (await gateway.queryPayout(payout.orderNumber)).state;
    await vi.waitFor(async () => expect([await state(good), await state(returned)]).toEqual(['settled', 'returned']), {
      timeout: 10_000,
      interval: 50,
    });
    expect(await gateway.queryPayout(newOrderNumber())).toEqual({ state: 'unknown' });
  });

  it('refuses an account for good, and then knows nothing of the order', async () => {
    const { gateway, accounts } = harness();
    const payout = aPayout(accounts.refused);
    expect(await codeOf(gateway.payout(payout))).toBe('GATEWAY_REFUSED');
    expect(await gateway.queryPayout(payout.orderNumber)).toEqual({ state: 'unknown' });
  });
}

function describeRefunds({ harness, created }: Scene): void {
  it('gives back in parts exactly what was paid, each part once, and not one unit more', async () => {
    const { gateway, pay } = harness();
    const { orderNumber } = await created();
    const refund = (amount: bigint, refundNumber = newOrderNumber()) =>
      gateway.refund({ orderNumber, refundNumber, money: cny(amount) });
    expect(await codeOf(refund(1n))).toBe('GATEWAY_REFUSED');
    await pay(orderNumber);
    const number = newOrderNumber();
    expect(await refund(40_00n, number)).toMatchObject({ orderNumber, refundNumber: number, money: cny(40_00n) });
    await refund(40_00n, number);
    expect(await codeOf(refund(60_01n))).toBe('GATEWAY_REFUSED');
    await refund(60_00n);
    expect(await codeOf(refund(1n))).toBe('GATEWAY_REFUSED');
    await vi.waitFor(async () => expect((await refund(40_00n, number)).state).toBe('succeeded'), {
      timeout: 10_000,
      interval: 50,
    });
  });

  it('can accept a refund and fail it afterwards', async () => {
    const { gateway, pay, arm } = harness();
    const { orderNumber } = await created();
    await pay(orderNumber);
    await arm('refund_fails', orderNumber);
    const order = { orderNumber, refundNumber: newOrderNumber(), money: cny(100_00n) };
    await gateway.refund(order);
    await vi.waitFor(async () => expect((await gateway.refund(order)).state).toBe('failed'), {
      timeout: 10_000,
      interval: 50,
    });
    expect((await gateway.refund({ ...order, refundNumber: newOrderNumber() })).state).toBe('processing');
  });
}

function describeNotifications({ harness, created, notified }: Scene): void {
  async function paidWith(fault?: GatewayFault): Promise<PaymentOrder> {
    const order = await created();
    if (fault) await harness().arm(fault, order.orderNumber);
    await harness().pay(order.orderNumber);
    return order;
  }
  const parse = (gateway: Gateway, { raw, headers }: ReceivedNotification) => gateway.parseNotification(raw, headers);
  const codeOfParse = (gateway: Gateway, notification: ReceivedNotification) =>
    codeOf(Promise.resolve().then(() => parse(gateway, notification)));

  it('reads its own notifications', async () => {
    const { gateway } = harness();
    const order = await paidWith();
    const [notification] = await notified(order.orderNumber);
    expect(notification && parse(gateway, notification)).toMatchObject({
      subject: 'payment',
      ...ordered(gateway, order),
    });
  });

  it('gives a notification that comes again the same event id', async () => {
    const { gateway } = harness();
    const order = await paidWith('notice_duplicate');
    const notifications = await notified(order.orderNumber, 2);
    expect(new Set(notifications.map((notification) => parse(gateway, notification).eventId)).size).toBe(1);
  });

  it.each([
    'notice_forged_key',
    'notice_forged_body',
    'notice_downgraded',
    'notice_unsigned',
    'notice_foreign',
    'notice_replayed',
    'notice_future',
  ] as const)('does not believe %s', async (fault) => {
    const order = await paidWith(fault);
    const [notification] = await notified(order.orderNumber);
    expect(notification && (await codeOfParse(harness().gateway, notification))).toBe('NOTIFICATION_INVALID');
  });

  it('believes nothing that was changed by a single bit anywhere', async () => {
    const { gateway } = harness();
    const order = await paidWith();
    const [notification] = await notified(order.orderNumber);
    if (!notification) throw new Error('No notification came.');
    for (let index = 0; index < notification.raw.length; index += 1) {
      const raw = Buffer.from(notification.raw);
      raw.writeUInt8(raw.readUInt8(index) ^ (1 << (index % 8)), index);
      expect(await codeOfParse(gateway, { ...notification, raw })).toBe('NOTIFICATION_INVALID');
    }
    expect(
      await codeOfParse(gateway, { ...notification, raw: Buffer.concat([notification.raw, Buffer.from(' ')]) }),
    ).toBe('NOTIFICATION_INVALID');
    expect(await codeOfParse(gateway, { ...notification, raw: Buffer.alloc(0) })).toBe('NOTIFICATION_INVALID');
    expect(await codeOfParse(gateway, { ...notification, headers: {} })).toBe('NOTIFICATION_INVALID');
  });

  it('does not believe a true notification long before or after its time', async () => {
    const { connect } = harness();
    const order = await paidWith();
    const [notification] = await notified(order.orderNumber);
    if (!notification) throw new Error('No notification came.');
    for (const clockShiftMs of [-310_000, 310_000])
      expect(await codeOfParse(connect({ clockShiftMs }), notification)).toBe('NOTIFICATION_INVALID');
    for (const clockShiftMs of [-280_000, 280_000])
      expect(parse(connect({ clockShiftMs }), notification).orderNumber).toBe(order.orderNumber);
  });

  it('reads what a notification claims, be it right or wrong, and ignores what it does not know', async () => {
    const { gateway } = harness();
    const claims = async (fault: GatewayFault) => {
      const order = await paidWith(fault);
      const [notification] = await notified(order.orderNumber);
      return notification && findMismatch(ordered(gateway, order), parse(gateway, notification));
    };
    expect([
      await claims('notice_wrong_amount'),
      await claims('notice_wrong_currency'),
      await claims('notice_unusual'),
    ]).toEqual(['AMOUNT_MISMATCH', 'CURRENCY_MISMATCH', undefined]);
  });

  it('believes the next key after a rotation only when it was told of it', async () => {
    const { gateway, connect, rotateKey } = harness();
    await rotateKey();
    const order = await paidWith();
    const [notification] = await notified(order.orderNumber);
    expect(notification && parse(gateway, notification).orderNumber).toBe(order.orderNumber);
    expect(notification && (await codeOfParse(connect({ knowsNextKey: false }), notification))).toBe(
      'NOTIFICATION_INVALID',
    );
    expect(await codeOf(connect({ knowsNextKey: false }).queryPayment(order.orderNumber))).toBe(
      'GATEWAY_ANSWER_INVALID',
    );
    expect((await gateway.queryPayment(order.orderNumber)).state).toBe('paid');
    await rotateKey();
  });
}

function describeFailures({ harness, order, created }: Scene): void {
  it.each(['api_answer_unsigned', 'api_answer_forged', 'api_answer_garbage', 'api_answer_replayed'] as const)(
    'trusts no answer with %s',
    async (fault) => {
      const { gateway, arm } = harness();
      const { orderNumber } = await created();
      await arm(fault, orderNumber);
      expect(await codeOf(gateway.queryPayment(orderNumber))).toBe('GATEWAY_ANSWER_INVALID');
      expect((await gateway.queryPayment(orderNumber)).state).toBe('open');
    },
  );

  it('says that nothing is known when the gateway is closed, slow, or our clock is wrong', async () => {
    const { gateway, connect, arm } = harness();
    const { orderNumber } = await created();
    await arm('api_unavailable', orderNumber);
    expect(await codeOf(gateway.queryPayment(orderNumber))).toBe('GATEWAY_UNAVAILABLE');
    await arm('api_slow', orderNumber);
    expect(await codeOf(connect({ timeoutMs: 300 }).queryPayment(orderNumber))).toBe('GATEWAY_UNAVAILABLE');
    expect(await codeOf(connect({ clockShiftMs: 3_600_000 }).queryPayment(orderNumber))).toMatch(
      /^GATEWAY_(?:UNAVAILABLE|ANSWER_INVALID)$/,
    );
  });

  it('repeats an order whose answer was lost, and it is still one payment', async () => {
    const { gateway, arm } = harness();
    const payment = order();
    await arm('api_answer_lost', payment.orderNumber);
    const answer = await gateway.createPayment(payment);
    expect(answer).toEqual(await gateway.queryPayment(payment.orderNumber));
    await arm('api_answer_lost', payment.orderNumber, 10);
    expect(await codeOf(gateway.queryPayment(payment.orderNumber))).toBe('GATEWAY_UNAVAILABLE');
  });
}
