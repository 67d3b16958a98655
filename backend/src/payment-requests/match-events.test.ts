import { type Amount, toAmount, zeroAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { type Address, getAddress, type Hex, toHex } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Carried, PaymentEvent } from './event-store.ts';
import { matchEvents } from './match-events.ts';
import { carriedPaymentId } from './pay-token.ts';
import type { PaymentRow } from './store.ts';

const place = { chainId: 31_337, epoch: 2 };
const token: Address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const asset = `eip155:31337/erc20:${token}`;
const addressOf = (n: number): Address => getAddress(toHex(n + 1, { size: 20 }));
const hashOf = (n: number): Hex => toHex(n, { size: 32 });
const amountOf = (n: number): Amount => toAmount(BigInt(n + 1));

/** A payment that we were given to carry, or, without a carrier, one of somebody else's transaction. */
const aPayment = (id: string, change: Partial<PaymentRow> = {}): PaymentRow => ({
  ...{ id, version: 1, requestId: 'request', rail: 'token', state: 'pending', asset, amount: amountOf(0) },
  ...{
    payerId: undefined,
    payerHandle: undefined,
    payerAddress: addressOf(0),
    movementId: undefined,
    gateway: undefined,
  },
  ...{ ...place, chainTransactionId: undefined, txHash: undefined, refunding: zeroAmount, refunded: zeroAmount },
  paidAt: new Date(0),
  ...change,
});
const anEvent = (n: number, change: Partial<PaymentEvent> = {}): PaymentEvent => ({
  ...{ blockNumber: BigInt(n), txHash: hashOf(n), ordinal: 0, reference: hashOf(7), token, payer: addressOf(0) },
  ...{ amount: amountOf(0), fee: zeroAmount, at: new Date(0), chainTransactionId: undefined, movementId: undefined },
  payerId: undefined,
  ...change,
});
const carriedOf = (...payments: readonly PaymentRow[]): Map<string, Carried> =>
  new Map(payments.map(({ id }) => [id, { fee: zeroAmount, isOver: false, reason: undefined }]));
const ours = (key: string, change: Partial<PaymentRow> = {}) =>
  aPayment(carriedPaymentId(key), { chainTransactionId: key, ...change });
const match = (payments: readonly PaymentRow[], events: readonly PaymentEvent[], carried = carriedOf(...payments)) =>
  [...matchEvents(payments, events, carried, place)].map(([id, event]) => [id, event.txHash] as const);

describe('matching events with payments', () => {
  it('gives our own transaction the payment that it carries', () => {
    const [one, other] = [ours('a'), ours('b')];
    const events = [anEvent(1, { chainTransactionId: 'b' }), anEvent(2, { chainTransactionId: 'a' })];
    expect(match([one, other], events)).toEqual([
      [other.id, hashOf(1)],
      [one.id, hashOf(2)],
    ]);
  });

  it('takes somebody else’s transaction for what we carry when payer, token, amount and fee are the same', () => {
    const payment = ours('a');
    expect(match([payment], [anEvent(1)])).toEqual([[payment.id, hashOf(1)]]);
    const fee = toAmount(1n);
    for (const other of [{ payer: addressOf(1) }, { token: addressOf(9) }, { amount: amountOf(1) }, { fee }])
      expect(match([payment], [anEvent(1, other)])[0]?.[0], Object.keys(other)[0]).not.toBe(payment.id);
    const over = ours('a', { state: 'failed' });
    expect(match([over], [anEvent(1)])[0]?.[0], 'what has failed is over').not.toBe(over.id);
  });

  it('prefers our own transaction, and leaves the other one to another payment', () => {
    const payment = ours('a');
    const [own, other] = match([payment], [anEvent(1), anEvent(2, { chainTransactionId: 'a' })]);
    expect(own).toEqual([payment.id, hashOf(2)]);
    expect(other?.[1]).toBe(hashOf(1));
    expect(other?.[0]).not.toBe(payment.id);
  });

  it('lets what is final be what it was, whatever our own transaction does later', () => {
    const [final, waiting] = [ours('a', { state: 'final', txHash: hashOf(1) }), ours('b')];
    expect(match([final, waiting], [anEvent(1), anEvent(2, { chainTransactionId: 'a' })])).toEqual([
      [final.id, hashOf(1)],
      [waiting.id, hashOf(2)],
    ]);
  });

  it('does not reach into a chain’s former life', () => {
    const former = ours('a', { epoch: 1, state: 'failed' });
    const [found] = match([former], [anEvent(1, { chainTransactionId: 'a' })]);
    expect(found?.[0]).not.toBe(former.id);
  });

  it('finds one payment for each event and one event for each payment, always the same', () => {
    const someEvents = fc.array(
      fc.record({
        payer: fc.nat(1),
        amount: fc.nat(1),
        carrier: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
      }),
      { maxLength: 6 },
    );
    const somePayments = fc.uniqueArray(
      fc.record({
        key: fc.constantFrom('a', 'b', 'c', 'd'),
        payer: fc.nat(1),
        amount: fc.nat(1),
        state: fc.constantFrom('pending' as const, 'mined' as const, 'failed' as const),
      }),
      { selector: ({ key }) => key },
    );
    fc.assert(
      fc.property(someEvents, somePayments, (rawEvents, rawPayments) => {
        const used = new Set<string>();
        const events = rawEvents.map(({ payer, amount, carrier }, n) => {
          const chainTransactionId = carrier !== undefined && !used.has(carrier) ? carrier : undefined;
          if (chainTransactionId !== undefined) used.add(chainTransactionId);
          return anEvent(n + 1, { payer: addressOf(payer), amount: amountOf(amount), chainTransactionId });
        });
        const payments = rawPayments.map(({ key, payer, amount, state }) =>
          ours(key, { payerAddress: addressOf(payer), amount: amountOf(amount), state }),
        );
        const found = match(payments, events);
        expect(found.map(([, hash]) => hash).sort()).toEqual(events.map(({ txHash }) => txHash).sort());
        expect(new Set(found.map(([id]) => id)).size).toBe(events.length);
        // Once all of it is final, it is found again as it was.
        const finals = found.map(([id, hash]) => {
          const event = events.find(({ txHash }) => txHash === hash);
          const known = payments.find((payment) => payment.id === id) ?? aPayment(id);
          return {
            ...known,
            state: 'final' as const,
            txHash: hash,
            payerAddress: event?.payer,
            amount: event?.amount ?? zeroAmount,
          };
        });
        const rest = payments.filter(({ id }) => !finals.some((final) => final.id === id));
        expect(new Map(match([...finals, ...rest], events))).toEqual(new Map(found));
      }),
    );
  });
});
