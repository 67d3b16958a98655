import { useMemo } from 'react';
import type { Address } from 'viem';
import { nameOf, useContacts } from './address-book/use-address-book.ts';

/** An address that may be compared with: what looks like it and is another one is a trap. */
export type TrustedAddress = {
  readonly address: Address;
  /** What the person calls it. */
  readonly name: string;
  readonly source: 'own' | 'contact' | 'paid';
};

/** The addresses that this person trusts. What only came in is never among them: anybody can write into that. */
export function useTrustedAddresses(): readonly TrustedAddress[] {
  const { contacts } = useContacts();
  return useMemo(
    () =>
      contacts.flatMap((contact) =>
        contact.ways
          .filter(({ kind }) => kind === 'address')
          .map(
            (way): TrustedAddress => ({
              address: way.value as Address,
              name: nameOf({ contact, way }),
              source: 'contact',
            }),
          ),
      ),
    [contacts],
  );
}
