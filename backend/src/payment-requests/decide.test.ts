import { toAmount, zeroAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Asked, type Decided, decideRequest, type Paid } from './decide.ts';

const cash = 'iso4217:CNY';
const token = 'eip155:31337/erc20:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const other = 'eip155:31337/erc20:0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
/** Base units of the token for one of cash. */
const cent = 10_000n;
/** Instants are minutes after this one. */
const start = Date.UTC(2026, 10, 30);
const at = (minute: number) => new Date(start + minute * 60_000);

/** ¥10, payable for an hour and waited for another. */
const anAsk = (change: Partial<Asked> = {}): Asked => ({
  asset: cash,
  amount: toAmount(1_000n),
  tolerance: 0,
  settleAt: 'final',
  token: { asset: token, amount: toAmount(1_000n * cent) },
  expiresAt: at(60),
  monitoredUntil: at(120),
  cancelledAt: undefined,
  acceptedAt: undefined,
  ...change,
});
const inCash = (amount: bigint, minute = 10): Paid => ({
  state: 'final',
  asset: cash,
  amount: toAmount(amount),
  refunded: zeroAmount,
  paidAt: at(minute),
});
const inTokens = (units: bigint, state: Paid['state'] = 'final', minute = 10): Paid => ({
  ...inCash(units, minute),
  asset: token,
  state,
});
const decide = (asked: Asked, payments: readonly Paid[], minute = 20) => decideRequest(asked, payments, at(minute));
const outcome = ({ state, exception, reason }: Decided) => [state, exception, reason].filter((one) => one).join(' ');

const anyTime = fc.integer({ min: 0, max: 180 });
const anyAmount = fc.bigInt({ min: 1n, max: 2_000n });
/** Of cash, of the token (parts of a cash unit too) or of a token that does not count. */
const anyPaid: fc.Arbitrary<Paid> = fc
  .record({
    asset: fc.constantFrom(cash, token, token, other),
    units: fc.oneof(
      anyAmount.map((amount) => amount * cent),
      fc.bigInt({ min: 1n, max: 12_000_000n }),
    ),
    state: fc.constantFrom('pending' as const, 'mined' as const, 'final' as const, 'failed' as const),
    minute: anyTime,
    back: fc.integer({ min: 0, max: 100 }),
  })
  .map(({ asset, units, state, minute, back }) => {
    const [isCash, isFinal] = [asset === cash, asset === cash || state === 'final'];
    const amount = isCash ? units / cent + 1n : units;
    const refunded = isFinal ? (amount * BigInt(back)) / 100n : 0n;
    return {
      asset,
      state: isCash ? 'final' : state,
      amount: toAmount(amount),
      refunded: toAmount(refunded),
      paidAt: at(minute),
    };
  });
const anyPayments = fc.array(anyPaid, { maxLength: 6 });
const maybe = (arbitrary: fc.Arbitrary<number>) => fc.option(arbitrary.map(at), { nil: undefined });
const anyAsked: fc.Arbitrary<Asked> = fc
  .record({
    amount: anyAmount,
    takesTokens: fc.boolean(),
    tolerance: fc.integer({ min: 0, max: 1000 }),
    settleAt: fc.constantFrom('mined' as const, 'final' as const),
    expiresAt: fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined }),
    cancelledAt: maybe(anyTime),
    acceptedAt: maybe(anyTime),
  })
  .map(({ amount, takesTokens, expiresAt, ...rest }) => ({
    ...rest,
    asset: cash,
    amount: toAmount(amount),
    token: takesTokens ? { asset: token, amount: toAmount(amount * cent) } : undefined,
    expiresAt: expiresAt === undefined ? undefined : at(expiresAt),
    monitoredUntil: expiresAt === undefined ? undefined : at(expiresAt + 60),
  }));

describe('what a request has come to', () => {
  it.each<[string, Partial<Asked>, readonly Paid[], number, string]>([
    ['nothing', {}, [], 20, 'new none'],
    ['all of it in cash', {}, [inCash(1_000n)], 20, 'settled none'],
    ['all of it in tokens, final', {}, [inTokens(1_000n * cent)], 20, 'settled none'],
    ['half of each', {}, [inCash(500n), inTokens(500n * cent)], 20, 'settled none'],
    ['all of it on its way', {}, [inTokens(1_000n * cent, 'pending')], 20, 'processing none'],
    ['all of it in a block, where that does not count', {}, [inTokens(1_000n * cent, 'mined')], 20, 'processing none'],
    [
      'all of it in a block, where that counts',
      { settleAt: 'mined' },
      [inTokens(1_000n * cent, 'mined')],
      20,
      'settled none',
    ],
    [
      'all of it on its way, where a block counts',
      { settleAt: 'mined' },
      [inTokens(1_000n * cent, 'pending')],
      20,
      'processing none',
    ],
    ['a part', {}, [inCash(400n)], 20, 'new partial'],
    ['a part on its way', {}, [inTokens(400n * cent, 'pending')], 20, 'new partial'],
    ['a part there and the rest on its way', {}, [inCash(400n), inTokens(600n * cent, 'mined')], 20, 'processing none'],
    ['too much', {}, [inCash(1_000n), inTokens(300n * cent)], 20, 'settled over'],
    ['something that failed', {}, [inTokens(1_000n * cent, 'failed')], 20, 'new none'],
    ['another token', {}, [{ ...inTokens(1_000n * cent), asset: other }], 20, 'new none'],
    ['nothing in time', {}, [], 60, 'expired none'],
    ['a part in time', {}, [inCash(400n, 59)], 60, 'expired partial'],
    ['all of it at the very end', {}, [inTokens(1_000n * cent, 'final', 60)], 70, 'expired late'],
    ['all of it just before', {}, [inTokens(1_000n * cent, 'final', 59)], 70, 'settled none'],
    ['a part in time and the rest late', {}, [inCash(400n), inTokens(600n * cent, 'final', 61)], 70, 'expired late'],
    ['all of it in time and more late', {}, [inCash(1_000n), inTokens(600n * cent, 'final', 61)], 70, 'settled over'],
    ['all of it on its way at the end', {}, [inTokens(1_000n * cent, 'pending', 59)], 119, 'processing none'],
    ['all of it never confirmed', {}, [inTokens(1_000n * cent, 'pending', 59)], 120, 'invalid none UNCONFIRMED'],
    [
      'a part there, the rest never confirmed',
      {},
      [inCash(400n), inTokens(600n * cent, 'mined', 59)],
      120,
      'invalid partial UNCONFIRMED',
    ],
    ['all of it confirmed after that', {}, [inTokens(1_000n * cent, 'final', 59)], 500, 'settled none'],
    [
      'all of it on its way for ever, without an end',
      { expiresAt: undefined, monitoredUntil: undefined },
      [inTokens(1_000n * cent, 'pending')],
      9_999,
      'processing none',
    ],
    ['nothing before it was taken back', { cancelledAt: at(15) }, [], 20, 'invalid none CANCELLED'],
    [
      'all of it after it was taken back',
      { cancelledAt: at(15) },
      [inTokens(1_000n * cent, 'final', 16)],
      20,
      'invalid late CANCELLED',
    ],
    [
      'all of it, seen only after it was taken back',
      { cancelledAt: at(15) },
      [inTokens(1_000n * cent, 'final', 14)],
      20,
      'settled none',
    ],
    ['a part that is taken for enough', { acceptedAt: at(30) }, [inCash(400n)], 31, 'settled partial'],
    [
      'late money that is taken for enough',
      { acceptedAt: at(70) },
      [inTokens(1_000n * cent, 'final', 61)],
      71,
      'settled late',
    ],
    [
      'a part of what was taken back, taken for enough',
      { cancelledAt: at(15), acceptedAt: at(30) },
      [inCash(400n, 10)],
      31,
      'settled partial',
    ],
  ])('is told when it got %s', (_what, change, payments, minute, expected) => {
    expect(outcome(decide(anAsk(change), payments, minute))).toBe(expected);
  });

  it('is open again when what was taken for enough has gone with its block', () => {
    const asked = anAsk({ settleAt: 'mined', acceptedAt: at(15) });
    expect(outcome(decide(asked, [inTokens(400n * cent, 'mined')]))).toBe('settled partial');
    expect(outcome(decide(asked, [inTokens(400n * cent, 'pending')]))).toBe('new partial');
    expect(outcome(decide(asked, [inTokens(400n * cent, 'failed')]))).toBe('new none');
  });

  it('tells sums in its own asset, and what is missing in the token, to its unit', () => {
    const { received, coming, refunded, missing } = decide(anAsk(), [
      { ...inTokens(3_995_000n), refunded: toAmount(1_005_000n) },
      inTokens(2_000_001n, 'pending'),
      { ...inTokens(5_000_000n), asset: other, refunded: toAmount(5_000_000n) },
    ]);
    expect({ received, coming, refunded, missing }).toEqual({
      received: 399n,
      coming: 200n,
      refunded: 100n,
      missing: 4_004_999n,
    });
  });

  it('adds up parts of a cash unit that each of them is too small for', () => {
    const parts = Array.from({ length: 10_000 }, () => inTokens(1_000n));
    expect(decide(anAsk(), parts)).toMatchObject({ state: 'settled', exception: 'none', received: 1_000n });
    expect(decide(anAsk(), parts.slice(1))).toMatchObject({ state: 'new', received: 999n, missing: 1_000n });
  });

  it('is not too much where the last payer could not pay a part of a cash unit', () => {
    const payments = [inTokens(3_995_000n), inCash(601n)];
    expect(decide(anAsk(), payments)).toMatchObject({
      state: 'settled',
      exception: 'none',
      received: 1_000n,
      missing: 0n,
    });
    const more = decide(anAsk(), [...payments, inTokens(5_000n)]);
    expect(more, 'a whole unit more is').toMatchObject({ exception: 'over', received: 1_001n });
  });

  it('lets exactly so much be missing as was said, to the unit', () => {
    fc.assert(
      fc.property(anyAmount, fc.integer({ min: 0, max: 1000 }), fc.boolean(), (amount, tolerance, takesTokens) => {
        const scale = takesTokens ? cent : 1n;
        const price = amount * scale;
        const least = price - (price * BigInt(tolerance)) / 10_000n;
        const asked = anAsk({
          amount: toAmount(amount),
          tolerance,
          token: takesTokens ? { asset: token, amount: toAmount(price) } : undefined,
        });
        const paid = (units: bigint) => (takesTokens ? inTokens(units) : inCash(units));
        expect(decide(asked, [paid(least)])).toMatchObject({ state: 'settled', exception: 'none' });
        expect(decide(asked, least > 1n ? [paid(least - 1n)] : [])).toMatchObject({ state: 'new' });
      }),
    );
  });
});

describe('whatever comes, whenever', () => {
  it('the order in which it came to us does not matter', () => {
    const shuffled = anyPayments.chain((payments) =>
      fc.tuple(
        fc.constant(payments),
        fc.shuffledSubarray(payments, { minLength: payments.length, maxLength: payments.length }),
      ),
    );
    fc.assert(
      fc.property(anyAsked, shuffled, anyTime, (asked, [payments, others], minute) => {
        expect(decide(asked, others, minute)).toEqual(decide(asked, payments, minute));
      }),
    );
  });

  it('what did not come, or does not count, changes nothing', () => {
    fc.assert(
      fc.property(anyAsked, anyPayments, anyTime, (asked, payments, minute) => {
        const counting = payments.filter(
          ({ state, asset }) => state !== 'failed' && (asset === cash || asset === asked.token?.asset),
        );
        expect(decide(asked, counting, minute)).toEqual(decide(asked, payments, minute));
      }),
    );
  });

  it('what is missing, came in time and comes in time is the price together, unless it is more', () => {
    fc.assert(
      fc.property(anyAsked, anyPayments, anyTime, (asked, payments, minute) => {
        const scale = asked.token ? cent : 1n;
        const ends = [asked.expiresAt, asked.cancelledAt].filter((end) => end !== undefined);
        const inTime = payments
          .filter(({ state, paidAt }) => state !== 'failed' && ends.every((end) => paidAt < end))
          .reduce((sum, { asset, amount }) => {
            if (asset === cash) return sum + amount * scale;
            return asset === asked.token?.asset ? sum + amount : sum;
          }, 0n);
        const price = asked.amount * scale;
        expect(decide(asked, payments, minute).missing).toBe(price > inTime ? price - inTime : 0n);
      }),
    );
  });

  it('all that came and comes adds up, and no more goes back than came', () => {
    fc.assert(
      fc.property(anyAsked, anyPayments, anyTime, (asked, payments, minute) => {
        const scale = asked.token ? cent : 1n;
        const sum = payments
          .filter(({ state }) => state !== 'failed')
          .reduce((total, { asset, amount }) => {
            if (asset === cash) return total + amount * scale;
            return asset === asked.token?.asset ? total + amount : total;
          }, 0n);
        const { received, coming, refunded } = decide(asked, payments, minute);
        // Each of the two is rounded down.
        const told = (received + coming) * scale;
        expect(told <= sum && sum - told < 2n * scale).toBe(true);
        expect(refunded <= received).toBe(true);
      }),
    );
  });

  it('what final payments have settled stays settled: no payment, no time and no refund changes that', () => {
    const back = (payments: readonly Paid[]) =>
      payments.map((one) => (one.state === 'final' ? { ...one, refunded: one.amount } : one));
    fc.assert(
      fc.property(anyAsked, anyPayments, anyPayments, anyTime, anyTime, (asked, payments, more, minute, later) => {
        const finals = payments.filter(({ state }) => state === 'final');
        fc.pre(decide({ ...asked, acceptedAt: undefined }, finals, minute).state === 'settled');
        for (const after of [payments, [...payments, ...more], back(payments), back([...more, ...payments])])
          expect(decide(asked, after, minute + later).state).toBe('settled');
      }),
    );
  });

  it('late money never settles anything unless its payee says so, and then always', () => {
    fc.assert(
      fc.property(anyAsked, anyPayments, anyTime, (asked, payments, minute) => {
        const end = Math.min(...[asked.expiresAt, asked.cancelledAt].map((date) => date?.getTime() ?? Infinity));
        const late = payments.filter(({ paidAt }) => paidAt.getTime() >= end);
        const plain = { ...asked, acceptedAt: undefined };
        expect(decide(plain, late, minute).state).not.toBe('settled');
        const isSomethingThere = decide(plain, payments, minute).received > 0n;
        if (isSomethingThere) expect(decide({ ...asked, acceptedAt: at(0) }, payments, minute).state).toBe('settled');
      }),
    );
  });

  it('tells of each difference what it is', () => {
    fc.assert(
      fc.property(anyAsked, anyPayments, anyTime, (asked, payments, minute) => {
        const { state, exception, received, reason } = decide(asked, payments, minute);
        if (exception === 'over') expect([state, received > asked.amount]).toEqual(['settled', true]);
        if (state === 'settled' && received > asked.amount && asked.acceptedAt === undefined)
          expect(exception).toBe('over');
        if (exception === 'late') expect(asked.expiresAt ?? asked.cancelledAt).toBeDefined();
        if (state === 'processing') expect(exception).toBe('none');
        expect(reason !== null).toBe(state === 'invalid');
      }),
    );
  });

  it('is unconfirmed only after the time in which it is waited for, and expired only after its end', () => {
    fc.assert(
      fc.property(anyAsked, anyPayments, anyTime, (asked, payments, minute) => {
        const { state, reason } = decide(asked, payments, minute);
        const isOver = (date: Date | undefined) => date !== undefined && at(minute) >= date;
        if (reason === 'UNCONFIRMED') expect(isOver(asked.monitoredUntil)).toBe(true);
        if (reason === 'CANCELLED') expect(asked.cancelledAt).toBeDefined();
        if (state === 'expired') expect(isOver(asked.expiresAt)).toBe(true);
        if (state === 'new') expect(isOver(asked.expiresAt)).toBe(false);
        if (state === 'processing') expect(isOver(asked.monitoredUntil)).toBe(false);
      }),
    );
  });
});
