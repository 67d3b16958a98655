import type { Amount } from '@feiqian/domain/money';
import type { Review } from '../../keyring/review-model.ts';
import type { SimulationVerdict } from './simulation.ts';

/** What is known of a draft when its button is pressed. */
export type HoldFacts = {
  readonly review: Pick<Review, 'warnings'>;
  readonly simulation: SimulationVerdict | undefined;
  /** Whether the recipient was never paid before; undefined while nobody knows. */
  readonly isFirst: boolean | undefined;
  /** What is paid, in the smallest unit of a currency that its asset stands at par with. */
  readonly worth: { readonly currency: string; readonly amount: Amount } | undefined;
};

/** Why a signature asks for more than a press. */
type HoldReason = 'lookalike' | 'imitation' | 'unlimited' | 'simulation' | 'first_large';

// In cents and fen: about a month's rent, what one would not lose for a slip of the thumb.
const firstPaymentMax: Readonly<Record<string, bigint>> = { CNY: 500_000n, USD: 70_000n };

const rules: Readonly<Record<HoldReason, (facts: HoldFacts) => boolean>> = {
  lookalike: ({ review }) => has(review, 'recipient_lookalike'),
  imitation: ({ review }) => has(review, 'token_imitates'),
  unlimited: ({ review }) => has(review, 'allowance_unlimited') || has(review, 'collection_open'),
  simulation: ({ simulation }) => simulation === 'fails' || simulation === 'disagrees',
  first_large: ({ isFirst, worth }) => {
    const max = worth && firstPaymentMax[worth.currency];
    return isFirst !== false && worth !== undefined && max !== undefined && worth.amount > max;
  },
};

const has = ({ warnings }: HoldFacts['review'], code: string): boolean =>
  warnings.some((warning) => warning.code === code);

/** Why this signature has to be held for; nothing for nearly all, or people would learn to hold without reading. */
export function listHoldReasons(facts: HoldFacts): readonly HoldReason[] {
  return (Object.keys(rules) as HoldReason[]).filter((reason) => rules[reason](facts));
}
