import { decide } from '@feiqian/domain/monitoring/decide';
import { type PastMovement, pastMax } from '@feiqian/domain/monitoring/facts';
import type { RuleSet } from '@feiqian/domain/monitoring/rules';
import { type Pattern, patterns, type StreamEvent } from './stream.ts';

const asset = 'iso4217:CNY';

/** How well one kind of fraud was seen. */
type Score = {
  /** How often it happened, and how often a rule meant for it spoke against at least one of its movements. */
  readonly incidents: number;
  readonly caught: number;
  /** How many movements the rules meant for it spoke against, and how many of those were fraud of any kind. */
  readonly flagged: number;
  readonly right: number;
};

/** What became of a stream. */
type Judged = {
  readonly movements: number;
  /** Movements of everyday life, and how many of them were not let through. */
  readonly everyday: number;
  readonly disturbed: number;
  readonly scores: Readonly<Record<Pattern, Score>>;
};

/** Decides on every movement of a stream in the order of time, as in a dry run: whatever is decided, it has happened. */
export function judgeStream(events: readonly StreamEvent[], rules: RuleSet): Judged {
  const pasts = new Map<string, PastMovement[]>();
  const known = new Set<string>();
  const names = Object.keys(patterns) as Pattern[];
  const tallies = new Map(
    names.map((name) => [name, { all: new Set<number>(), caught: new Set<number>(), flagged: 0, right: 0 }]),
  );
  let [everyday, disturbed] = [0, 0];
  for (const { userId, direction, kind, amount, party, atMs, deviceAgeMs, fraud } of events) {
    const past = pasts.get(userId) ?? [];
    pasts.set(userId, past);
    const moved: PastMovement = { direction, kind, asset, amount, party, at: new Date(atMs) };
    if (direction === 'in' || kind === 'top_up') {
      past.push(moved);
      continue;
    }
    const isKnownParty = party === undefined || known.has(`${userId} ${party}`);
    const { outcome, reasons } = decide(
      { kind, asset, amount, party, at: moved.at },
      { past: past.slice(-pastMax), isKnownParty, deviceAgeMs },
      rules,
    );
    if (fraud) tallies.get(fraud.pattern)?.all.add(fraud.incident);
    else everyday += 1;
    if (outcome !== 'allow' && !fraud) disturbed += 1;
    const spoke = new Set(reasons.map(({ rule }) => rule));
    for (const name of names) {
      const tally = tallies.get(name);
      if (!tally || !patterns[name].some((rule) => spoke.has(rule))) continue;
      tally.flagged += 1;
      if (fraud) tally.right += 1;
      if (fraud?.pattern === name) tally.caught.add(fraud.incident);
    }
    past.push(moved);
    known.add(`${userId} ${party}`);
  }
  const scores = Object.fromEntries(
    [...tallies].map(([name, { all, caught, flagged, right }]) => [
      name,
      { incidents: all.size, caught: caught.size, flagged, right },
    ]),
  ) as Record<Pattern, Score>;
  return { movements: events.length, everyday, disturbed, scores };
}
