import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAmount } from '../money.ts';
import { decide } from './decide.ts';
import { defaultRules } from './default-rules.ts';
import type { PastMovement, PersonFacts, WatchedMovement } from './facts.ts';
import { type Rule, type RuleSet, ruleSetSchema } from './rules.ts';

const cny = 'iso4217:CNY';
const now = new Date('2026-11-30T12:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const asked = (amount: bigint, also: Partial<WatchedMovement> = {}): WatchedMovement => ({
  kind: 'cash_transfer',
  asset: cny,
  amount: toAmount(amount),
  party: 'bob',
  at: now,
  ...also,
});
const before = (ms: number, amount: bigint, also: Partial<PastMovement> = {}): PastMovement => ({
  direction: 'out',
  kind: 'cash_transfer',
  asset: cny,
  amount: toAmount(amount),
  party: 'bob',
  at: new Date(now.getTime() - ms),
  ...also,
});
const facts = (past: readonly PastMovement[] = [], also: Partial<PersonFacts> = {}): PersonFacts => ({
  past,
  isKnownParty: true,
  deviceAgeMs: undefined,
  ...also,
});
const with1 = (rule: Rule): Pick<RuleSet, 'rules'> => ({ rules: [rule] });
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

describe('decide', () => {
  it('lets everything through where no rule speaks against it', () => {
    expect(decide(asked(1n), facts(), { rules: [] })).toEqual({ outcome: 'allow', reasons: [], score: 0 });
  });

  it('holds what is above a limit, in the currency’s own where there is one, and says what it saw', () => {
    const rules = with1({
      name: 'large',
      rule: 'amount',
      outcome: 'review',
      above: { default: '1000', 'iso4217:USD': '10' },
    });
    expect(decide(asked(1000n), facts(), rules).outcome).toBe('allow');
    expect(decide(asked(1001n), facts(), rules)).toEqual({
      outcome: 'review',
      reasons: [{ rule: 'amount', name: 'large', outcome: 'review', figures: { amount: '1001', limit: '1000' } }],
      score: 0,
    });
    expect(decide(asked(11n, { asset: 'iso4217:USD' }), facts(), rules).outcome).toBe('review');
  });

  it('adds up what left within a window in the same currency, and nothing that came, is older or is later', () => {
    const rules = with1({ name: 'sum', rule: 'sum', window: '24h', outcome: 'review', above: { default: '100' } });
    const past = [
      before(hour, 60n),
      before(hour, 60n, { direction: 'in' }),
      before(hour, 60n, { asset: 'iso4217:USD' }),
      before(day, 60n),
      before(-hour, 60n),
    ];
    expect(decide(asked(40n), facts(past), rules).outcome).toBe('allow');
    expect(decide(asked(41n), facts(past), rules).reasons[0]?.figures).toEqual({
      amount: '101',
      limit: '100',
      window: '24h',
    });
  });

  it('counts movements of every currency within a window', () => {
    const rules = with1({ name: 'count', rule: 'count', window: '1h', outcome: 'review', above: 3 });
    const past = [before(minute, 1n), before(minute, 1n, { asset: 'iso4217:USD' })];
    expect(decide(asked(1n), facts(past), rules).outcome).toBe('allow');
    expect(decide(asked(1n), facts([...past, before(minute, 1n)]), rules).outcome).toBe('review');
  });

  it('sees several just below a limit, but neither small ones nor those above it', () => {
    const rules = with1({
      name: 'split',
      rule: 'structuring',
      window: '24h',
      outcome: 'review',
      limit: { default: '1000' },
      within: 10,
      times: 3,
    });
    const two = [before(hour, 950n), before(2 * hour, 900n)];
    expect(decide(asked(1000n), facts(two), rules).outcome).toBe('review');
    expect(decide(asked(899n), facts(two), rules).outcome).toBe('allow');
    expect(decide(asked(1001n), facts(two), rules).outcome).toBe('allow');
    expect(decide(asked(1000n), facts([before(hour, 950n), before(hour, 899n)]), rules).outcome).toBe('allow');
  });

  it('holds a large first payment to somebody, and a large one from a new device', () => {
    const stranger = with1({ name: 'new', rule: 'new_payee', outcome: 'review', above: { default: '100' } });
    expect(decide(asked(101n), facts([], { isKnownParty: false }), stranger).outcome).toBe('review');
    expect(decide(asked(100n), facts([], { isKnownParty: false }), stranger).outcome).toBe('allow');
    expect(decide(asked(101n), facts(), stranger).outcome).toBe('allow');
    const device = with1({
      name: 'device',
      rule: 'new_device',
      minutes: 10,
      outcome: 'review',
      above: { default: '100' },
    });
    expect(decide(asked(101n), facts([], { deviceAgeMs: 9 * minute }), device).outcome).toBe('review');
    expect(decide(asked(101n), facts([], { deviceAgeMs: 10 * minute }), device).outcome).toBe('allow');
    expect(decide(asked(101n), facts(), device).outcome).toBe('allow');
  });

  it('holds a large one after a long silence, but not the first one ever', () => {
    const rules = with1({ name: 'awake', rule: 'dormant', days: 90, outcome: 'review', above: { default: '100' } });
    expect(decide(asked(101n), facts([before(90 * day, 1n)]), rules).outcome).toBe('review');
    expect(decide(asked(101n), facts([before(89 * day, 1n)]), rules).outcome).toBe('allow');
    expect(decide(asked(101n), facts(), rules).outcome).toBe('allow');
  });

  it('sees money collected from many and passed on, money spread over many, and money that only passes through', () => {
    const many = times(5, (i) => before(hour, 30n, { direction: 'in', party: `victim ${i}` }));
    const fanIn = with1({
      name: 'in',
      rule: 'fan_in',
      window: '24h',
      outcome: 'review',
      people: 5,
      percent: 80,
      above: { default: '100' },
    });
    expect(decide(asked(120n), facts(many), fanIn).outcome).toBe('review');
    expect(decide(asked(119n), facts(many), fanIn).outcome).toBe('allow');
    expect(decide(asked(120n), facts(many.slice(1)), fanIn).outcome).toBe('allow');

    const paid = times(5, (i) => before(hour, 1n, { party: `mule ${i}` }));
    const fanOut = with1({ name: 'out', rule: 'fan_out', window: '24h', outcome: 'review', people: 5 });
    expect(decide(asked(1n, { party: 'mule 6' }), facts(paid), fanOut).outcome).toBe('review');
    expect(decide(asked(1n, { party: 'mule 1' }), facts(paid), fanOut).outcome).toBe('allow');

    const through = with1({
      name: 'through',
      rule: 'fast_out',
      window: '1h',
      outcome: 'review',
      percent: 90,
      above: { default: '100' },
      kinds: ['withdrawal'],
    });
    const topUp = [before(minute, 200n, { direction: 'in', kind: 'top_up', party: undefined })];
    expect(decide(asked(180n, { kind: 'withdrawal' }), facts(topUp), through).outcome).toBe('review');
    expect(decide(asked(179n, { kind: 'withdrawal' }), facts(topUp), through).outcome).toBe('allow');
    expect(decide(asked(180n), facts(topUp), through).outcome).toBe('allow');
  });

  it('sees a shop that gives back most of what it takes, again and again', () => {
    const rules = with1({
      name: 'back',
      rule: 'refunds',
      window: '24h',
      outcome: 'review',
      times: 3,
      percent: 50,
    });
    const sales = times(6, () => before(2 * hour, 100n, { direction: 'in', kind: 'payment' }));
    const given = times(2, () => before(hour, 100n, { kind: 'refund' }));
    expect(decide(asked(100n, { kind: 'refund' }), facts([...sales, ...given]), rules).outcome).toBe('review');
    expect(decide(asked(99n, { kind: 'refund' }), facts([...sales, ...given]), rules).outcome).toBe('allow');
    expect(decide(asked(100n, { kind: 'refund' }), facts([...sales, ...given.slice(1)]), rules).outcome).toBe('allow');
    expect(decide(asked(100n), facts([...sales, ...given]), rules).outcome).toBe('allow');
  });

  it('holds what is far above what this very person moves, once enough is known of them', () => {
    const rules = with1({ name: 'odd', rule: 'unusual', outcome: 'review', tenths: 60, above: { default: '1000' } });
    const small = times(20, (i) => before(day + i * hour, 900n + BigInt(i) * 10n));
    expect(decide(asked(20_000n), facts(small), rules).outcome).toBe('review');
    expect(decide(asked(2_000n), facts(small), rules).outcome).toBe('allow');
    expect(decide(asked(20_000n), facts(small.slice(1)), rules).outcome).toBe('allow');
    const large = times(20, (i) => before(day + i * hour, 15_000n));
    expect(decide(asked(20_000n), facts(large), rules).outcome).toBe('allow');
  });

  it('blocks where any rule says so, with every reason there is', () => {
    const { outcome, reasons } = decide(asked(10n ** 15n), facts([], { isKnownParty: false }), defaultRules);
    expect(outcome).toBe('block');
    expect(reasons.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['large', 'absurd', 'much_in_a_day', 'large_to_a_stranger']),
    );
  });
});

const aPast = fc.record({
  direction: fc.constantFrom('in' as const, 'out' as const),
  kind: fc.constantFrom('withdrawal' as const, 'cash_transfer' as const, 'payment' as const, 'refund' as const),
  asset: fc.constantFrom(cny, 'iso4217:USD'),
  amount: fc.bigInt({ min: 1n, max: 10n ** 12n }).map(toAmount),
  party: fc.constantFrom('bob', 'carol', undefined),
  at: fc.integer({ min: 0, max: 30 * day }).map((ms) => new Date(now.getTime() - ms)),
});
const anAmount = fc.bigInt({ min: 1n, max: 10n ** 13n });

describe('decide, over anything', () => {
  it('decides the same in whatever order the past is told, and gives a reason exactly where it does not allow', () => {
    fc.assert(
      fc.property(fc.array(aPast, { maxLength: 60 }), anAmount, fc.boolean(), (past, amount, isKnownParty) => {
        const decision = decide(asked(amount), facts(past, { isKnownParty }), defaultRules);
        expect(decide(asked(amount), facts(past.toReversed(), { isKnownParty }), defaultRules)).toEqual(decision);
        expect(decision.reasons.length === 0).toBe(decision.outcome === 'allow');
        expect(decision.reasons.some(({ outcome }) => outcome === 'block')).toBe(decision.outcome === 'block');
      }),
    );
  });

  it('never lets a larger amount past a sum that stops a smaller one, however the past was split up', () => {
    const rules = with1({ name: 'sum', rule: 'sum', window: '7d', outcome: 'block', above: { default: '5000000' } });
    const parts = fc.array(fc.bigInt({ min: 1n, max: 2_000_000n }), { maxLength: 20 });
    fc.assert(
      fc.property(parts, fc.bigInt({ min: 1n, max: 6_000_000n }), (split, amount) => {
        const past = split.map((part, index) => before(index * minute, part));
        const sum = split.reduce((total, part) => total + part, 0n);
        expect(decide(asked(amount), facts(past), rules).outcome).toBe(sum + amount > 5_000_000n ? 'block' : 'allow');
      }),
    );
  });

  it('is not talked out of a decision by what comes later', () => {
    fc.assert(
      fc.property(fc.array(aPast, { maxLength: 30 }), anAmount, (past, amount) => {
        const later = past.map((one) => ({
          ...one,
          at: new Date(now.getTime() + 1 + (now.getTime() - one.at.getTime())),
        }));
        expect(decide(asked(amount), facts([...past, ...later]), defaultRules)).toEqual(
          decide(asked(amount), facts(past), defaultRules),
        );
      }),
    );
  });
});

describe('ruleSetSchema', () => {
  it('takes the default rules, and refuses a name used twice, a limit without a default and a rule nobody knows', () => {
    expect(ruleSetSchema.parse(defaultRules)).toEqual(defaultRules);
    const [first] = defaultRules.rules;
    for (const rules of [
      [first, first],
      [{ name: 'a', rule: 'amount', outcome: 'review', above: { 'iso4217:CNY': '1' } }],
      [{ name: 'a', rule: 'amount', outcome: 'review', above: { default: '-1' } }],
      [{ name: 'a', rule: 'astrology', outcome: 'review' }],
    ])
      expect(ruleSetSchema.safeParse({ ...defaultRules, rules }).success).toBe(false);
  });
});
