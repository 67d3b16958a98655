import type { Simulation } from '@feiqian/domain/api/safety';
import type { Money } from '@feiqian/domain/money';
import { convertAtPar } from '@feiqian/domain/money';
import { useQuery } from '@tanstack/react-query';
import type { Address } from 'viem';
import type { Draft } from '../../keyring/draft.ts';
import { decodeReview } from '../../keyring/review.ts';
import type { Review } from '../../keyring/review-model.ts';
import { type AssetBook, useAssetBook } from '../assets.ts';
import { paidBeforeQuery } from '../history/queries.ts';
import { type TrustedAddress, useTrustedAddresses } from '../trusted-addresses.ts';
import { toReviewContext } from './context.ts';
import { type HoldFacts, listHoldReasons } from './hold-rules.ts';
import { judgeSimulation, type SimulationVerdict, simulationQuery, toSimulationCall } from './simulation.ts';

/** Everything that helps to judge one draft before it is signed. */
export type Safety = {
  readonly review: Review;
  readonly trusted: readonly TrustedAddress[];
  readonly simulation: Simulation | undefined;
  readonly verdict: SimulationVerdict | undefined;
  /** Whether there is anything that a node could try. */
  readonly canSimulate: boolean;
  /** Whether the button must be held. */
  readonly isHeld: boolean;
};

const notSimulated: Simulation = { outcome: 'not_simulated' };

/**
 * Judges a draft: by its bytes, by what the operator's node says that it would do, and by whom the person has paid before.
 *
 * @param from - The address that signs.
 * @returns undefined while there is no draft.
 */
export function useSafety(draft: Draft | undefined, from: Address): Safety | undefined {
  const book = useAssetBook();
  const trusted = useTrustedAddresses();
  const review = draft && decodeReview(draft, toReviewContext(book, new Date(), location.host, trusted));
  const call = draft && review ? toSimulationCall(draft, review, from, findRelay(review, book)) : undefined;
  const asked = useQuery(simulationQuery(call));
  const recipient = review && 'to' in review ? review.to : undefined;
  const { data: isPaid } = useQuery({ ...paidBeforeQuery(recipient ?? ''), enabled: recipient !== undefined });
  if (!review) return undefined;
  // No answer is said as such: it is never taken for a good one.
  const simulation = asked.data ?? (asked.error ? notSimulated : undefined);
  const verdict = simulation && judgeSimulation(review, simulation, from);
  const isFirst = isPaid === undefined ? undefined : !isPaid;
  const reasons = listHoldReasons({ review, simulation: verdict, isFirst, worth: worthOf(review, book) });
  return { review, trusted, simulation, verdict, canSimulate: call !== undefined, isHeld: reasons.length > 0 };
}

function findRelay(review: Review, { chains }: AssetBook): Address | undefined {
  return 'chainId' in review
    ? (chains.find(({ chainId }) => chainId === review.chainId)?.relay ?? undefined)
    : undefined;
}

/** What is paid, in the currency that its asset stands at par with. */
function worthOf(review: Review, book: AssetBook): HoldFacts['worth'] {
  const money: Money | undefined =
    'total' in review ? review.total : 'money' in review && 'to' in review ? review.money : undefined;
  const unit = money && book.find(money.asset);
  const par = unit && book.findPar(unit.id);
  if (!money || !unit || !par || par.kind !== 'cash') return undefined;
  const step = 10n ** BigInt(Math.max(0, unit.decimals - par.decimals));
  const whole = (money.amount - (money.amount % step)) as typeof money.amount;
  return { currency: par.id.replace('iso4217:', ''), amount: convertAtPar(whole, unit.decimals, par.decimals) };
}
