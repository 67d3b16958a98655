import { type Amount, toAmount } from '../money.ts';
import type { PastMovement, PersonFacts, WatchedMovement } from './facts.ts';
import { limitIn, type Rule, type RuleKind, type RuleSet, type Window, windows } from './rules.ts';
import { scoreAmount } from './score.ts';

type Outcome = 'allow' | 'review' | 'block';

/** Why a movement does not simply go through: which rule, and the figures that it saw. Amounts are whole numbers of the smallest unit. */
export type Reason = {
  readonly rule: RuleKind;
  readonly name: string;
  readonly outcome: 'review' | 'block';
  readonly figures: Readonly<Record<string, string>>;
};

/** What is to become of a movement, with every rule that spoke against it. */
export type Decision = { readonly outcome: Outcome; readonly reasons: readonly Reason[]; readonly score: number };

/**
 * Decides what becomes of a movement, from nothing but what it is given: the same facts and rules give the same decision at any time.
 *
 * @param facts - What was before. What lies after the movement is not looked at.
 */
export function decide(movement: WatchedMovement, facts: PersonFacts, { rules }: Pick<RuleSet, 'rules'>): Decision {
  const past = facts.past.filter(({ at }) => at.getTime() <= movement.at.getTime());
  const own = past.filter(({ direction, asset }) => direction === 'out' && asset === movement.asset);
  const score = scoreAmount(
    movement.amount,
    own.map(({ amount }) => amount),
  );
  const seen: Seen = { movement, past, own, score, facts };
  const reasons: Reason[] = [];
  for (const rule of rules) {
    if (rule.kinds && !rule.kinds.includes(movement.kind)) continue;
    const figures = judge(rule, seen);
    if (figures) reasons.push({ rule: rule.rule, name: rule.name, outcome: rule.outcome, figures });
  }
  return { outcome: worstOf(reasons), reasons, score };
}

type Seen = {
  readonly movement: WatchedMovement;
  readonly past: readonly PastMovement[];
  /** What the person gave in the movement's currency. */
  readonly own: readonly PastMovement[];
  readonly score: number;
  readonly facts: PersonFacts;
};
type Figures = Readonly<Record<string, string>>;

function worstOf(reasons: readonly Reason[]): Outcome {
  if (reasons.some(({ outcome }) => outcome === 'block')) return 'block';
  return reasons.length > 0 ? 'review' : 'allow';
}

/** What a rule saw, where it speaks against the movement. */
function judge(rule: Rule, seen: Seen): Figures | undefined {
  const { movement, facts } = seen;
  switch (rule.rule) {
    case 'amount':
      return exceeds(movement.amount, limitIn(rule.above, movement.asset));
    case 'sum': {
      const sum = sumOf(inWindow(seen.own, movement, rule.window)) + movement.amount;
      return withWindow(exceeds(sum, limitIn(rule.above, movement.asset)), rule.window);
    }
    case 'count': {
      const times = inWindow(outgoing(seen), movement, rule.window).length + 1;
      return times > rule.above ? { times: `${times}`, limit: `${rule.above}`, window: rule.window } : undefined;
    }
    case 'structuring':
      return judgeStructuring(rule, seen);
    case 'new_payee':
      return facts.isKnownParty ? undefined : exceeds(movement.amount, limitIn(rule.above, movement.asset));
    case 'new_device': {
      const isNew = facts.deviceAgeMs !== undefined && facts.deviceAgeMs < rule.minutes * 60_000;
      return isNew ? exceeds(movement.amount, limitIn(rule.above, movement.asset)) : undefined;
    }
    case 'dormant':
      return judgeDormant(rule, seen);
    case 'fan_in':
      return judgeFanIn(rule, seen);
    case 'fan_out':
      return judgeFanOut(rule, seen);
    case 'fast_out':
      return judgeFastOut(rule, seen);
    case 'refunds':
      return judgeRefunds(rule, seen);
    case 'unusual': {
      if (seen.score < rule.tenths) return undefined;
      const large = exceeds(movement.amount, limitIn(rule.above, movement.asset));
      return large && { ...large, score: `${seen.score}` };
    }
    default:
      return rule satisfies never;
  }
}

type Of<Kind extends RuleKind> = Extract<Rule, { rule: Kind }>;

function judgeStructuring(rule: Of<'structuring'>, { own, movement }: Seen): Figures | undefined {
  const limit = limitIn(rule.limit, movement.asset);
  // Multiplied, not divided: a percentage of a whole number is rarely whole.
  const isJustBelow = ({ amount }: { readonly amount: Amount }) =>
    amount <= limit && amount * 100n >= limit * BigInt(100 - rule.within);
  if (!isJustBelow(movement)) return undefined;
  const times = inWindow(own, movement, rule.window).filter(isJustBelow).length + 1;
  return times >= rule.times ? { times: `${times}`, limit: `${limit}`, window: rule.window } : undefined;
}

function judgeDormant(rule: Of<'dormant'>, seen: Seen): Figures | undefined {
  const last = outgoing(seen).reduce((latest, { at }) => Math.max(latest, at.getTime()), Number.NEGATIVE_INFINITY);
  // Whoever has never moved anything is new, not dormant.
  if (last === Number.NEGATIVE_INFINITY) return undefined;
  const days = Math.floor((seen.movement.at.getTime() - last) / windows['24h']);
  if (days < rule.days) return undefined;
  const large = exceeds(seen.movement.amount, limitIn(rule.above, seen.movement.asset));
  return large && { ...large, days: `${days}` };
}

function judgeFanIn(rule: Of<'fan_in'>, seen: Seen): Figures | undefined {
  const { movement, past, own } = seen;
  const came = inWindow(past, movement, rule.window).filter(
    ({ direction, asset, kind, party }) =>
      direction === 'in' && asset === movement.asset && kind === 'cash_transfer' && party !== undefined,
  );
  const people = new Set(came.map(({ party }) => party)).size;
  if (people < rule.people) return undefined;
  const gone = sumOf(inWindow(own, movement, rule.window)) + movement.amount;
  const isPassedOn = gone * 100n >= sumOf(came) * BigInt(rule.percent);
  const large = exceeds(gone, limitIn(rule.above, movement.asset));
  return isPassedOn && large ? { ...large, people: `${people}`, window: rule.window } : undefined;
}

function judgeFanOut(rule: Of<'fan_out'>, seen: Seen): Figures | undefined {
  const { movement } = seen;
  const parties = inWindow(outgoing(seen), movement, rule.window).map(({ party }) => party);
  const people = new Set([...parties, movement.party].filter((party) => party !== undefined)).size;
  return people > rule.people ? { people: `${people}`, limit: `${rule.people}`, window: rule.window } : undefined;
}

function judgeFastOut(rule: Of<'fast_out'>, { movement, past, own }: Seen): Figures | undefined {
  const came = sumOf(
    inWindow(past, movement, rule.window).filter(
      ({ direction, asset }) => direction === 'in' && asset === movement.asset,
    ),
  );
  const large = exceeds(came, limitIn(rule.above, movement.asset));
  if (!large) return undefined;
  const gone = sumOf(inWindow(own, movement, rule.window)) + movement.amount;
  return gone * 100n >= came * BigInt(rule.percent)
    ? { came: `${came}`, gone: `${gone}`, window: rule.window }
    : undefined;
}

function judgeRefunds(rule: Of<'refunds'>, { movement, past }: Seen): Figures | undefined {
  if (movement.kind !== 'refund') return undefined;
  const within = inWindow(past, movement, rule.window).filter(({ asset }) => asset === movement.asset);
  const given = within.filter(({ direction, kind }) => direction === 'out' && kind === 'refund');
  const times = given.length + 1;
  if (times < rule.times) return undefined;
  const taken = sumOf(within.filter(({ direction, kind }) => direction === 'in' && kind !== 'refund'));
  const gone = sumOf(given) + movement.amount;
  return gone * 100n >= taken * BigInt(rule.percent)
    ? { times: `${times}`, gone: `${gone}`, taken: `${taken}`, window: rule.window }
    : undefined;
}

const outgoing = ({ past }: Seen): PastMovement[] => past.filter(({ direction }) => direction === 'out');

/** What lies within a window that ends with the movement. */
function inWindow(past: readonly PastMovement[], { at }: WatchedMovement, window: Window): PastMovement[] {
  const since = at.getTime() - windows[window];
  return past.filter((one) => one.at.getTime() > since);
}

const sumOf = (movements: readonly PastMovement[]): bigint => movements.reduce((sum, { amount }) => sum + amount, 0n);

const exceeds = (amount: bigint, limit: bigint): Figures | undefined =>
  amount > limit ? { amount: `${toAmount(amount)}`, limit: `${limit}` } : undefined;

const withWindow = (figures: Figures | undefined, window: Window): Figures | undefined =>
  figures && { ...figures, window };
