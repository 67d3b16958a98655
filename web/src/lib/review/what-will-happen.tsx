import type { Simulation, SimulationFailure } from '@feiqian/domain/api/safety';
import { toAmount } from '@feiqian/domain/money';
import { type Address, isAddressEqual } from 'viem';
import { useMessages } from '../../i18n/language-context.tsx';
import { revealHiddenCharacters } from '../../keyring/deceptive-text.ts';
import { unlimitedFrom } from '../../keyring/review-model.ts';
import { AmountText } from '../../ui/amount-text.tsx';
import { Banner } from '../../ui/banner.tsx';
import { shortenAddress } from '../../ui/shorten-address.ts';
import { type AssetBook, useAssetBook } from '../assets.ts';
import type { SimulationVerdict } from './simulation.ts';
import { reviewMessages } from './words.ts';
import './what-will-happen.css';

type WhatWillHappenProps = {
  /** Undefined while the node is being asked. */
  readonly simulation: Simulation | undefined;
  readonly verdict: SimulationVerdict | undefined;
  /** The address that signs. */
  readonly from: Address;
};

/** What the operator's node says would happen to the person's own addresses. Silent trust is never made out of no answer. */
export function WhatWillHappen({ simulation, verdict, from }: WhatWillHappenProps) {
  const words = useMessages(reviewMessages);
  if (!simulation || !verdict) return <p className="text-soft text-small">{words.trying}</p>;
  if (simulation.outcome === 'fails') {
    return (
      <Banner tone="plum" title={words.wouldFail}>
        {explain(simulation.failure, words)}
      </Banner>
    );
  }
  if (verdict === 'unknown' || simulation.outcome === 'not_simulated')
    return <p className="text-soft text-small">{words.notSimulated}</p>;
  if (verdict === 'unseen') return <p className="text-soft text-small">{words.unseen}</p>;
  return (
    <section className="outcome" aria-label={words.whatHappens}>
      <h3 className="outcome__title">{words.whatHappens}</h3>
      <Effects simulation={simulation} from={from} />
      {verdict === 'disagrees' ? (
        <Banner tone="plum" title={words.disagreesTitle}>
          {words.disagreesBody}
        </Banner>
      ) : null}
    </section>
  );
}

function Effects({
  simulation: { changes, approvals },
  from,
}: {
  readonly simulation: Extract<Simulation, { outcome: 'succeeds' }>;
  readonly from: Address;
}) {
  const words = useMessages(reviewMessages);
  const book = useAssetBook();
  const nameOf = (address: Address) =>
    isAddressEqual(address, from) ? words.thisAddress : words.yourAddress(shortenAddress(address));
  if (changes?.length === 0 && approvals?.length === 0) return <p>{words.nothingChanges}</p>;
  return (
    <ul className="outcome__list">
      {(changes ?? []).map(({ asset, address, amount }) => (
        <li key={`${address} ${asset}`}>
          <span>{nameOf(address)}</span>
          <Change asset={asset} amount={BigInt(amount)} sign={amount.startsWith('-') ? 'out' : 'in'} book={book} />
        </li>
      ))}
      {(approvals ?? []).map(({ asset, spender, amount }) => (
        <li key={`${asset} ${spender}`}>
          <span>{words.mayTake(shortenAddress(spender))}</span>
          {BigInt(amount) >= unlimitedFrom ? (
            <strong>{words.unlimited}</strong>
          ) : (
            <Change asset={asset} amount={BigInt(amount)} book={book} />
          )}
        </li>
      ))}
    </ul>
  );
}

/** An amount of a stranger's token can't be written with decimals: nobody here knows how many it has. */
function Change({
  asset,
  amount,
  sign,
  book,
}: {
  readonly asset: string;
  readonly amount: bigint;
  readonly sign?: 'in' | 'out' | undefined;
  readonly book: AssetBook;
}) {
  const words = useMessages(reviewMessages);
  const unit = book.find(asset);
  if (!unit) return <span>{words.unlistedAmount(`${amount}`)}</span>;
  return <AmountText amount={toAmount(amount < 0n ? -amount : amount)} unit={unit} sign={sign} shown />;
}

function explain(failure: SimulationFailure, words: Awaited<ReturnType<typeof reviewMessages.load>>): string {
  switch (failure.kind) {
    case 'error':
      return words.contractErrors[failure.name] ?? words.contractError(failure.name);
    case 'message':
      return words.contractSays(revealHiddenCharacters(failure.text));
    case 'panic':
      return words.panic(`0x${failure.code.toString(16)}`);
    default:
      return words.failures[failure.kind];
  }
}
