/** What people do in a story, chosen from a seed, and what must have come of it in the end, whatever broke meanwhile. Pure. */
import type { Random } from './random.ts';

/** What people have: cash (smallest unit of the currency) or the token that stands at par with it (its base units). */
export type Form = 'cash' | 'token';

/** How a payer ends a top-up at the gateway's counter. */
export type Fate = 'pay' | 'decline' | 'expire' | 'pay_late' | 'pay_wrong_amount' | 'pay_wrong_currency';

/** One thing that somebody does. People are numbers; amounts are cash, of a relay or a link paid by tokens base units. */
export type Deed =
  | { readonly kind: 'top_up'; readonly who: number; readonly amount: bigint; readonly as: Form; readonly fate: Fate }
  | { readonly kind: 'cash_transfer'; readonly who: number; readonly to: number; readonly amount: bigint }
  | { readonly kind: 'issue' | 'redeem'; readonly who: number; readonly amount: bigint }
  | { readonly kind: 'relay'; readonly who: number; readonly to: number; readonly amount: bigint }
  | {
      readonly kind: 'link';
      readonly who: number;
      readonly to: number;
      readonly amount: bigint;
      readonly by: Form;
    }
  | {
      /** Is paid for a link on the gateway's page, and gives some of it back. */
      readonly kind: 'sale';
      readonly who: number;
      readonly payer: number;
      readonly amount: bigint;
      readonly back: bigint;
    }
  | {
      readonly kind: 'withdrawal';
      readonly who: number;
      readonly amount: bigint;
      readonly account: 'good' | 'returned' | 'refused';
    }
  | {
      /** Is held by monitoring, until staff or the clock end it. */
      readonly kind: 'held';
      readonly way: 'cash_transfer' | 'withdrawal' | 'issue';
      readonly who: number;
      readonly to: number;
      readonly amount: bigint;
      readonly end: 'released' | 'refused' | 'expired';
    };

/** A history entry as its owner must see it in the end. */
export type Entry = {
  readonly who: number;
  readonly kind: string;
  readonly direction: 'in' | 'out' | 'self';
  readonly status: 'completed' | 'failed' | 'cancelled' | 'needs_action';
  readonly form: Form;
  readonly amount: bigint;
};

type Change = { readonly who: number; readonly form: Form; readonly amount: bigint };

/** What comes of a deed. */
export type Effect = {
  readonly debits: readonly Change[];
  readonly credits: readonly Change[];
  readonly entries: readonly Entry[];
  /** Base units by which the token's supply grows. */
  readonly supply: bigint;
  /** Base units that the relayer earns. */
  readonly fee: bigint;
};

/** Base units of a token for one smallest unit of cash. */
export const unitsPerCent = 10_000n;
/** Base units that carrying a payment costs. */
export const relayFee = 20_000n;

/** Movements above this are held, of cash in its smallest unit. Nobody in a story moves so much in passing. */
export const heldAbove = 5_500n;
/** Above this two members of staff release what is held. */
export const twoPeopleAbove = 9_000n;

const nothing: Effect = { debits: [], credits: [], entries: [], supply: 0n, fee: 0n };

/** What must have come of a deed once everything is at rest. */
export function effectOf(deed: Deed): Effect {
  const { who, amount } = deed;
  const tokens = amount * unitsPerCent;
  switch (deed.kind) {
    case 'top_up':
      return topUpEffect(deed);
    case 'cash_transfer':
      return passOn(deed, 'cash', 'cash_transfer');
    case 'relay':
      return { ...withFee(passOn(deed, 'token', 'token_transfer'), who), fee: relayFee };
    case 'link':
      return deed.by === 'cash'
        ? passOn(deed, 'cash', 'payment')
        : {
            ...withFee(passOn({ ...deed, amount: tokens }, 'token', 'payment'), who),
            fee: relayFee,
          };
    case 'sale':
      return saleEffect(deed);
    case 'issue':
      return {
        ...nothing,
        debits: [{ who, form: 'cash', amount }],
        credits: [{ who, form: 'token', amount: tokens }],
        entries: [{ who, kind: 'conversion', direction: 'self', status: 'completed', form: 'cash', amount }],
        supply: tokens,
      };
    case 'redeem':
      return {
        ...nothing,
        debits: [{ who, form: 'token', amount: tokens }],
        credits: [{ who, form: 'cash', amount }],
        entries: [{ who, kind: 'conversion', direction: 'self', status: 'completed', form: 'token', amount: tokens }],
        supply: -tokens,
      };
    case 'withdrawal': {
      const isPaid = deed.account === 'good';
      const status = isPaid ? 'completed' : 'failed';
      return {
        ...nothing,
        debits: [{ who, form: 'cash', amount }],
        credits: isPaid ? [] : [{ who, form: 'cash', amount }],
        entries: [{ who, kind: 'withdrawal', direction: 'out', status, form: 'cash', amount }],
      };
    }
    case 'held':
      return heldEffect(deed);
    default:
      return deed satisfies never;
  }
}

/** What happens once it is released. */
function released({ way, who, to, amount }: Extract<Deed, { kind: 'held' }>): Deed {
  switch (way) {
    case 'cash_transfer':
      return { kind: way, who, to, amount };
    case 'withdrawal':
      return { kind: way, who, amount, account: 'good' };
    case 'issue':
      return { kind: way, who, amount };
    default:
      return way satisfies never;
  }
}

function heldEffect(deed: Extract<Deed, { kind: 'held' }>): Effect {
  const effect = effectOf(released(deed));
  if (deed.end === 'released') return effect;
  const { who, amount } = deed;
  const own = effect.entries.filter((entry) => entry.who === who && entry.direction !== 'in');
  return {
    ...nothing,
    debits: [{ who, form: 'cash', amount }],
    credits: [{ who, form: 'cash', amount }],
    entries: own.map((entry) => ({ ...entry, status: 'failed' })),
  };
}

function topUpEffect({ who, amount, as, fate }: Extract<Deed, { kind: 'top_up' }>): Effect {
  const entry = (status: Entry['status']): Entry[] => [
    { who, kind: 'top_up', direction: 'in', status, form: 'cash', amount },
  ];
  switch (fate) {
    case 'pay':
    case 'pay_late': {
      const isToken = as === 'token';
      const credited = isToken ? amount * unitsPerCent : amount;
      return {
        ...nothing,
        credits: [{ who, form: as, amount: credited }],
        entries: entry('completed'),
        supply: isToken ? credited : 0n,
      };
    }
    case 'decline':
      return { ...nothing, entries: entry('failed') };
    case 'expire':
      return { ...nothing, entries: entry('cancelled') };
    case 'pay_wrong_amount':
    case 'pay_wrong_currency':
      return { ...nothing, entries: entry('needs_action') };
    default:
      return fate satisfies never;
  }
}

function saleEffect({ who, payer, amount, back }: Extract<Deed, { kind: 'sale' }>): Effect {
  const entry = { kind: 'payment', status: 'completed', form: 'cash', amount } as const;
  return {
    ...nothing,
    credits: [{ who, form: 'cash', amount: amount - back }],
    entries: [
      { ...entry, who, direction: 'in' },
      { ...entry, who: payer, direction: 'out' },
      // It goes back to where the payer paid from, which is not here.
      ...(back > 0n ? [{ ...entry, who, kind: 'refund', direction: 'out', amount: back } as const] : []),
    ],
  };
}

function passOn(
  { who, to, amount }: { readonly who: number; readonly to: number; readonly amount: bigint },
  form: Form,
  kind: string,
): Effect {
  const common = { kind, status: 'completed', form, amount } as const;
  return {
    ...nothing,
    debits: [{ who, form, amount }],
    credits: [{ who: to, form, amount }],
    entries: [
      { ...common, who, direction: 'out' },
      { ...common, who: to, direction: 'in' },
    ],
  };
}

function withFee(effect: Effect, who: number): Effect {
  return { ...effect, debits: [...effect.debits, { who, form: 'token', amount: relayFee }] };
}

/** What everybody has. */
export type Holdings = { readonly cash: bigint[]; readonly token: bigint[] };

/** Nobody has anything. */
export function noHoldings(people: number): Holdings {
  return { cash: Array<bigint>(people).fill(0n), token: Array<bigint>(people).fill(0n) };
}

/** Adds changes to holdings; `sign` -1 takes them away. */
export function change(holdings: Holdings, changes: readonly Change[], sign: 1n | -1n): void {
  for (const { who, form, amount } of changes) holdings[form][who] = (holdings[form][who] ?? 0n) + sign * amount;
}

const fates: readonly [Fate, ...Fate[]] = [
  ...(['pay', 'pay', 'pay', 'pay', 'pay', 'pay'] as const),
  ...(['decline', 'expire', 'pay_late', 'pay_wrong_amount', 'pay_wrong_currency'] as const),
];

/**
 * Chooses deeds that happen at the same time. Everybody spends only what they have before the first of them, so that each must succeed in any order.
 *
 * @param holdings - What everybody has; what the deeds spend is taken away at once.
 */
export function planWave(random: Random, holdings: Holdings, size: number): Deed[] {
  const deeds: Deed[] = [];
  while (deeds.length < size) {
    const deed = planDeed(random, holdings);
    if (deed === undefined) continue;
    change(holdings, effectOf(deed).debits, -1n);
    deeds.push(deed);
  }
  return deeds;
}

const kinds = ['top_up', 'cash_transfer', 'issue', 'redeem', 'relay', 'link', 'sale', 'withdrawal', 'held'] as const;

/** One deed that can be paid for; undefined when the chosen one can't. */
function planDeed(random: Random, { cash, token }: Holdings): Deed | undefined {
  const people = cash.length;
  const who = random.between(0, people - 1);
  const to = (who + random.between(1, people - 1)) % people;
  const kind = random.pick(kinds);
  const [hasCash, hasToken] = [cash[who] ?? 0n, token[who] ?? 0n];
  const upTo = (most: bigint) => BigInt(random.between(1, Number(most < 5_000n ? most : 5_000n)));
  const afterFee = hasToken - relayFee;
  switch (kind) {
    case 'top_up': {
      const amount = BigInt(random.between(100, 20_000));
      return { kind, who, amount, as: random.pick(['cash', 'token']), fate: random.pick(fates) };
    }
    case 'cash_transfer':
      return hasCash > 0n ? { kind, who, to, amount: upTo(hasCash) } : undefined;
    case 'issue':
      return hasCash > 0n ? { kind, who, amount: upTo(hasCash) } : undefined;
    case 'redeem':
      return hasToken >= unitsPerCent ? { kind, who, amount: upTo(hasToken / unitsPerCent) } : undefined;
    case 'relay':
      return afterFee > 0n ? { kind, who, to, amount: upTo(afterFee) } : undefined;
    case 'link': {
      const by = random.pick(['cash', 'token'] as const);
      const most = by === 'cash' ? hasCash : afterFee / unitsPerCent;
      return most > 0n ? { kind, who, to, amount: upTo(most), by } : undefined;
    }
    case 'sale': {
      const amount = BigInt(random.between(100, 5_000));
      const back = random.pick([0n, 1n, amount / 2n, amount]);
      return { kind, who, payer: to, amount, back };
    }
    case 'withdrawal': {
      const account = random.pick(['good', 'good', 'returned', 'refused'] as const);
      return hasCash >= 100n ? { kind, who, amount: upTo(hasCash - 99n) + 99n, account } : undefined;
    }
    case 'held': {
      if (hasCash <= heldAbove) return undefined;
      const most = hasCash < 2n * heldAbove ? hasCash : 2n * heldAbove;
      const amount = BigInt(random.between(Number(heldAbove) + 1, Number(most)));
      const way = random.pick(['cash_transfer', 'withdrawal', 'issue'] as const);
      return { kind, way, who, to, amount, end: random.pick(['released', 'refused', 'expired'] as const) };
    }
    default:
      return kind satisfies never;
  }
}

/** One line for people. */
export function describeDeed(deed: Deed): string {
  const { kind, ...rest } = deed;
  return `${kind} ${Object.entries(rest)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}`;
}
