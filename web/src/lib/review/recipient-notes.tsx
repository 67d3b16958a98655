import { useQuery } from '@tanstack/react-query';
import type { Address } from 'viem';
import { isContract } from '../../chain/rpc.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { findLookAlikes } from '../../keyring/look-alike.ts';
import { AddressText } from '../../ui/address-text.tsx';
import { Banner } from '../../ui/banner.tsx';
import { paidBeforeQuery } from '../history/queries.ts';
import type { TrustedAddress } from '../trusted-addresses.ts';
import { reviewMessages } from './words.ts';

type RecipientNotesProps = {
  readonly to: Address;
  readonly chainId: number;
  readonly trusted: readonly TrustedAddress[];
};

/** What the person should know of a recipient: whom it resembles, that it is a contract, that it was never paid before. */
export function RecipientNotes({ to, chainId, trusted }: RecipientNotesProps) {
  const words = useMessages(reviewMessages);
  const { data: isKnown } = useQuery(paidBeforeQuery(to));
  const { data: hasCode } = useQuery({
    queryKey: ['has-code', chainId, to],
    queryFn: () => isContract(chainId, to),
    retry: false,
  });
  const [alike] = findLookAlikes(to, trusted);
  return (
    <>
      {alike ? (
        <Banner tone="plum" title={alike.known.source === 'paid' ? words.alikePaid : words.alikeOwn(alike.known.name)}>
          <AddressText address={alike.known.address} />
        </Banner>
      ) : null}
      {hasCode ? (
        <Banner tone="amber" title={words.contractTitle}>
          {words.contractBody}
        </Banner>
      ) : null}
      {isKnown === false && trusted.every(({ address, source }) => source !== 'own' || address !== to) ? (
        <Banner tone="amber" title={words.firstTitle}>
          {words.firstBody}
        </Banner>
      ) : null}
    </>
  );
}
