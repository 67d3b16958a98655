import { groupAddress } from '@feiqian/domain/address';
import type { Address } from 'viem';
import { shortenAddress } from './shorten-address.ts';
import './address-text.css';

type AddressTextProps = {
  readonly address: Address;
  /** `short` only where the whole address is one tap away; a review always shows it in full. */
  readonly form?: 'full' | 'short' | undefined;
};

/** An address, in groups of four with both ends stronger. Copies as one word: the gaps are drawn, not written. */
export function AddressText({ address, form = 'full' }: AddressTextProps) {
  if (form === 'short') return <span className="address address--short">{shortenAddress(address)}</span>;
  const groups = groupAddress(address);
  return (
    <span className="address">
      {groups.map((group, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: groups may repeat and never move
          key={index}
          className={
            index === 1 || index === groups.length - 1 ? 'address__group address__group--end' : 'address__group'
          }
        >
          {group}
        </span>
      ))}
    </span>
  );
}
