import type { Approval } from '@feiqian/domain/api/safety';
import { type Address, isAddressEqual } from 'viem';
import { useMessages } from '../../i18n/language-context.tsx';
import { permit2Address } from '../../keyring/review-permit.ts';
import { useAssetBook } from '../../lib/assets.ts';
import type { TrustedAddress } from '../../lib/trusted-addresses.ts';
import { shortenAddress } from '../../ui/shorten-address.ts';
import { approvalMessages } from './messages.ts';

/** What a spender is called, and whether that says who it is. */
export function useSpenderName(
  { chainId, spender }: Pick<Approval, 'chainId' | 'spender'>,
  trusted: readonly TrustedAddress[],
): { readonly name: string; readonly isKnown: boolean } {
  const words = useMessages(approvalMessages);
  const { relay, checkout } = useAssetBook().getChain(chainId);
  const names: readonly { readonly address: Address; readonly name: string }[] = [
    ...(relay ? [{ address: relay, name: words.relay }] : []),
    ...(checkout ? [{ address: checkout, name: words.checkout }] : []),
    { address: permit2Address, name: words.permit2 },
    ...trusted.filter(({ name }) => name !== ''),
  ];
  const known = names.find(({ address }) => isAddressEqual(address, spender));
  return { name: known?.name ?? shortenAddress(spender), isKnown: known !== undefined };
}
