/** A labelled stream of movements: the everyday of many people, with fraud of ten kinds in it. The same seed gives the same stream. */
import { type Amount, toAmount } from '@feiqian/domain/money';
import type { PastMovement, WatchedKind } from '@feiqian/domain/monitoring/facts';
import type { RuleKind } from '@feiqian/domain/monitoring/rules';
import { createRandom, type Random } from '../chaos/random.ts';

/** Kinds of fraud, each with the rules that are meant to see it. */
export const patterns = {
  emptied_at_once: ['amount'],
  much_in_a_day: ['sum'],
  many_small: ['count', 'sum'],
  split_up: ['structuring'],
  large_to_a_stranger: ['new_payee'],
  stolen_device: ['new_device', 'new_payee'],
  awake_again: ['dormant'],
  collected: ['fan_in'],
  spread_out: ['fan_out'],
  passed_through: ['fast_out'],
  given_back: ['refunds'],
} as const satisfies Record<string, readonly RuleKind[]>;
export type Pattern = keyof typeof patterns;

/** One movement of the stream, with what was so at its moment. */
export type StreamEvent = {
  readonly userId: string;
  readonly kind: PastMovement['kind'];
  readonly direction: 'out' | 'in';
  readonly amount: Amount;
  readonly party: string | undefined;
  readonly atMs: number;
  readonly deviceAgeMs: number;
  /** Which fraud it is part of, and which time; absent in everyday life. */
  readonly fraud?: { readonly pattern: Pattern; readonly incident: number };
};

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const days = 120;
const oldDeviceMs = 60 * day;

/** What somebody usually pays, and to whom. */
type Life = {
  readonly id: string;
  readonly usual: number;
  readonly friends: readonly string[];
  readonly isShop: boolean;
};

type Draft = Omit<StreamEvent, 'amount' | 'deviceAgeMs' | 'party'> & {
  readonly amount: number;
  readonly party?: string;
  readonly deviceAgeMs?: number;
};

/**
 * @param seed - Any integer.
 * @param size - How many movements of everyday life there are.
 * @param people - How many live it. Fraud comes on top, `incidents` times of each kind.
 * @returns by time.
 */
export function createStream({
  seed,
  size,
  people,
  incidents,
}: {
  readonly seed: number;
  readonly size: number;
  readonly people: number;
  readonly incidents: number;
}): StreamEvent[] {
  const random = createRandom(seed);
  const ids = Array.from({ length: people }, (_, index) => `user ${index}`);
  const lives = ids.map((id, index) => liveAs(id, ids, random.fork(index)));
  const events = liveTogether(lives, size, random.fork(people));
  const names = Object.keys(patterns) as Pattern[];
  names.forEach((pattern, index) => {
    for (let incident = 0; incident < incidents; incident += 1)
      events.push(...commit(pattern, incident, random.fork(10_000 + index * 1000 + incident)));
  });
  return events
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ amount, party, deviceAgeMs = oldDeviceMs, ...event }) => ({
      ...event,
      party,
      deviceAgeMs,
      amount: toAmount(BigInt(Math.max(1, Math.round(amount)))),
    }));
}

function liveAs(id: string, everybody: readonly string[], random: Random): Life {
  const others = everybody.filter((other) => other !== id);
  const friends = Array.from(
    { length: random.between(3, 9) },
    () => others[random.between(0, others.length - 1)] ?? id,
  );
  // From ¥12 to ¥900, in fen: most people pay small sums, a few larger ones.
  const usual = 1200 * Math.exp((random.between(0, 1000) / 1000) ** 2 * 4.3);
  return { id, usual, friends, isShop: random.chance(0.1) };
}

/** About as often larger as smaller than usual, and rarely much larger: salaries, rents, holidays. */
function spread(usual: number, random: Random): number {
  const wobble = (random.between(0, 1000) + random.between(0, 1000) + random.between(0, 1000)) / 1000 - 1.5;
  return usual * Math.exp(wobble) * (random.chance(0.02) ? random.between(5, 25) : 1);
}

function liveTogether(lives: readonly Life[], size: number, random: Random): Draft[] {
  const events: Draft[] = [];
  while (events.length < size) {
    const life = lives[random.between(0, lives.length - 1)];
    if (!life) break;
    const atMs = random.between(0, days * 24 * 60) * minute + random.between(0, 59_999);
    const deviceAgeMs = random.chance(0.01) ? random.between(1, 30) * minute : oldDeviceMs;
    const base = { userId: life.id, atMs, deviceAgeMs };
    const amount = spread(life.usual, random);
    if (random.chance(0.2)) {
      events.push({ ...base, kind: 'top_up', direction: 'in', amount: amount * 8 });
    } else if (life.isShop && random.chance(0.05)) {
      const party = random.pick(life.friends as [string, ...string[]]);
      events.push({ ...base, kind: 'refund', direction: 'out', amount, party });
    } else if (random.chance(0.1)) {
      events.push({ ...base, kind: 'withdrawal', direction: 'out', amount: amount * 6, party: `bank of ${life.id}` });
    } else if (random.chance(0.002)) {
      // A car, a wedding, the deposit of a flat: once in a while everybody pays far more than usual, and often to somebody new.
      const party = random.chance(0.5) ? `seller ${events.length}` : random.pick(life.friends as [string, ...string[]]);
      const large = random.between(10_000, 160_000) * 100;
      events.push(...bothSides({ ...base, kind: 'cash_transfer', direction: 'out', amount: large, party }));
    } else {
      const stranger = lives[random.between(0, lives.length - 1)]?.id ?? life.id;
      const party = random.chance(0.1) ? stranger : random.pick(life.friends as [string, ...string[]]);
      const kind: WatchedKind = random.chance(0.5) ? 'payment' : 'cash_transfer';
      if (party !== life.id) events.push(...bothSides({ ...base, kind, direction: 'out', amount, party }));
    }
  }
  return events;
}

/** Cash from one to another is seen by both. */
const bothSides = (event: Draft & { readonly party: string }): Draft[] => [
  event,
  { ...event, userId: event.party, party: event.userId, direction: 'in' },
];

/** One incident, by somebody of its own: who does it lived quietly before. */
function commit(pattern: Pattern, incident: number, random: Random): Draft[] {
  const userId = `${pattern} ${incident}`;
  const atMs = random.between(95, 118) * day + random.between(0, 20 * 60) * minute;
  const past = times(random.between(25, 40), (): Draft => {
    const daysBefore = pattern === 'awake_again' ? random.between(92, 95) : random.between(2, 90);
    const quiet = { userId, kind: 'payment', direction: 'out', party: `friend ${random.between(1, 4)}` } as const;
    return { ...quiet, amount: spread(4000, random), atMs: atMs - daysBefore * day + random.between(0, 600) * minute };
  }).filter((event) => event.atMs >= 0);
  const fraud = { pattern, incident };
  const out = (amount: number, afterMs: number, more: Partial<Draft> = {}): Draft => ({
    userId,
    kind: 'cash_transfer',
    direction: 'out',
    amount,
    atMs: atMs + afterMs,
    party: 'friend 1',
    fraud,
    ...more,
  });
  const came = (amount: number, afterMs: number, more: Partial<Draft> = {}): Draft => ({
    userId,
    kind: 'cash_transfer',
    direction: 'in',
    amount,
    atMs: atMs + afterMs,
    ...more,
  });
  // Who steals does not know the limits: as much as there is, which is sometimes too little to stand out.
  const yuan = 100 * (random.between(55, 190) / 100);
  const deeds: Record<Pattern, () => Draft[]> = {
    emptied_at_once: () => [out(random.between(400_000, 700_000) * yuan, 0)],
    much_in_a_day: () => times(8, (i) => out(random.between(100_000, 190_000) * yuan, i * hour)),
    many_small: () => times(random.between(120, 260), (i) => out(random.between(20, 90) * yuan, i * 15_000)),
    split_up: () => times(random.between(2, 7), (i) => out(random.between(44_000, 49_900) * 100, i * 40 * minute)),
    large_to_a_stranger: () => [out(random.between(90_000, 180_000) * yuan, 0, { party: `stranger ${incident}` })],
    stolen_device: () =>
      times(2, (i) =>
        out(random.between(40_000, 90_000) * yuan, i * 5 * minute, {
          party: `thief ${incident}`,
          deviceAgeMs: random.between(1, 20) * minute,
        }),
      ),
    awake_again: () => [out(random.between(18_000, 48_000) * yuan, 0)],
    collected: () => [
      ...times(random.between(11, 30), (i) =>
        came(random.between(1500, 4000) * yuan, i * 20 * minute, { party: `victim ${incident} ${i}` }),
      ),
      ...times(3, (i) =>
        out(random.between(14_000, 25_000) * yuan, 11 * hour + i * 10 * minute, { kind: 'withdrawal' }),
      ),
    ],
    spread_out: () =>
      times(random.between(24, 60), (i) =>
        out(random.between(100, 400) * yuan, i * minute, { party: `mule ${incident} ${i}` }),
      ),
    passed_through: () => [
      came(70_000 * yuan, 0, { kind: 'top_up' }),
      out(random.between(64_000, 69_000) * yuan, 12 * minute, { kind: 'withdrawal' }),
    ],
    given_back: () => [
      ...times(40, (i) =>
        came(random.between(90, 110) * yuan, i * 10 * minute, { kind: 'payment', party: `accomplice ${i % 5}` }),
      ),
      ...times(38, (i) =>
        out(random.between(90, 110) * yuan, 8 * hour + i * 3 * minute, {
          kind: 'refund',
          party: `accomplice ${i % 5}`,
        }),
      ),
    ],
  };
  return [...past, ...deeds[pattern]()];
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
