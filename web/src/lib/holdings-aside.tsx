import { useQuery } from '@tanstack/react-query';
import { defineCatalog } from '../i18n/catalog.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { AmountText } from '../ui/amount-text.tsx';
import { Section } from '../ui/page.tsx';
import { type Fact, Facts } from '../ui/receipt.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { useIsDesk } from '../ui/use-is-desk.ts';
import { assetMessages } from './asset-words.ts';
import { isUnverified, useAssetBook } from './assets.ts';
import { availableOf, balancesQuery } from './balances.ts';
import { UnverifiedMark } from './unverified.tsx';

const asideMessages = defineCatalog({
  zh: () => import('./holdings-aside.zh.ts'),
  en: () => import('./holdings-aside.en.ts'),
});

/** What there is to move, for the place beside a form on a desk; a phone has no such place. */
export function useHoldingsAside() {
  return useIsDesk() ? <HoldingsAside /> : undefined;
}

function HoldingsAside() {
  const words = useMessages(asideMessages);
  const names = useMessages(assetMessages);
  const book = useAssetBook();
  const { data: balances } = useQuery(balancesQuery);
  if (!balances) return <Skeleton lines={3} />;
  const factsOf = (isCash: boolean): Fact[] =>
    book.assets
      .filter(({ kind, id }) => (kind === 'cash') === isCash && availableOf(balances, id) > 0n)
      .map((asset) => ({
        key: asset.id,
        label: asset.kind === 'cash' ? names.currency(asset.symbol) : asset.symbol,
        value: <AmountText amount={availableOf(balances, asset.id)} unit={asset} />,
        note: isUnverified(asset) ? <UnverifiedMark asset={asset} /> : undefined,
      }));
  const groups = [
    { note: words.cash, facts: factsOf(true) },
    { note: words.tokens, facts: factsOf(false) },
  ];
  return (
    <Section title={words.title}>
      <div className="stack">
        {groups.map(({ note, facts }) => (
          <div className="stack stack--close" key={note}>
            <p className="text-soft text-small">{note}</p>
            {facts.length > 0 ? <Facts facts={facts} /> : <p>{words.nothing}</p>}
          </div>
        ))}
      </div>
    </Section>
  );
}
