import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Address } from 'viem';
import { readHoldings } from '../../chain/holdings.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { type AssetBook, isUnverified, useAssetBookIfKnown } from '../../lib/assets.ts';
import { AmountText } from '../../ui/amount-text.tsx';
import { Section } from '../../ui/page.tsx';
import { type Fact, Facts } from '../../ui/receipt.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { accountMessages } from './messages.ts';

const everyMs = 15_000;

/** What an address has on every chain of the deployment, asked of the chains: the service need not know the address. */
const holdingsQuery = (address: Address, book: AssetBook) =>
  queryOptions({
    queryKey: ['holdings', address] as const,
    refetchInterval: everyMs,
    queryFn: async () => {
      const perChain = book.chains.map(async ({ chainId, native }) => {
        // A contract that nobody has checked could keep all the others from being read.
        const tokens = book.assets.filter(
          (asset) => asset.kind === 'token' && asset.chainId === chainId && asset.address && !isUnverified(asset),
        );
        const addresses = tokens.map(({ address: token }) => token as Address);
        const [held] = await readHoldings(chainId, [address], addresses);
        if (!held) return [];
        return [
          { id: `${chainId}`, unit: { ...native, kind: 'native' as const }, amount: held.coin },
          ...tokens.flatMap((unit, index) => {
            const amount = held.tokens[index];
            return amount === undefined ? [] : [{ id: unit.id, unit, amount }];
          }),
        ];
      });
      return (await Promise.all(perChain)).flat();
    },
  });

/** The balance of one account. */
export function AccountHoldings({ address }: { readonly address: Address }) {
  const book = useAssetBookIfKnown();
  return book ? <KnownHoldings address={address} book={book} /> : null;
}

function KnownHoldings({ address, book }: { readonly address: Address; readonly book: AssetBook }) {
  const words = useMessages(accountMessages);
  const { data, isError } = useQuery(holdingsQuery(address, book));
  const facts: readonly Fact[] = (data ?? [])
    .filter(({ amount }) => amount > 0n)
    .map(({ id, unit, amount }) => ({
      key: id,
      label: unit.symbol,
      value: <AmountText amount={amount} unit={unit} />,
    }));
  return (
    <Section title={words.holdings}>
      {data === undefined ? (
        isError ? (
          <p className="text-soft">{words.holdingsFailed}</p>
        ) : (
          <Skeleton lines={1} />
        )
      ) : facts.length > 0 ? (
        <Facts facts={facts} />
      ) : (
        <p className="text-soft">{words.nothingHeld}</p>
      )}
    </Section>
  );
}
