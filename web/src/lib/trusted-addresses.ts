import { historyResponse } from '@feiqian/domain/api/history';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Address, isAddress, isAddressEqual } from 'viem';
import { useLanguage } from '../i18n/language-context.tsx';
import { nameOf, useContacts } from './address-book/use-address-book.ts';
import { addedTokensQuery } from './assets.ts';
import { listPaidAddresses } from './history/recent-recipients.ts';
import { getJson } from './http.ts';
import { useMe } from './me.ts';
import { useWalletState } from './wallet/session-context.tsx';

/**
 * An address that the person has reason to trust: an account of their own, a contact, or somebody whom they paid. Never
 * one that only a chain showed, because anybody can write there.
 */
export type TrustedAddress = {
  readonly address: Address;
  /** What to call it; empty when it has no name. */
  readonly name: string;
  readonly source: 'own' | 'contact' | 'paid';
};

const pageSize = 100;
const pagesMax = 5;

/** Whom the person paid, newest first; the newest five hundred payments are looked at. */
const paidAddressesQuery = queryOptions({
  queryKey: ['history', 'paid-addresses'] as const,
  queryFn: async ({ signal, client }) => {
    const added = (await client.ensureQueryData(addedTokensQuery)).map(({ id }) => id);
    const paid = new Set<string>();
    let cursor: string | undefined;
    for (let page = 0; page < pagesMax; page += 1) {
      const query = new URLSearchParams({ direction: 'out', limit: `${pageSize}`, ...(cursor ? { cursor } : {}) });
      const { items, nextCursor } = await getJson(`/v1/history?${query}`, historyResponse, signal);
      for (const address of listPaidAddresses(items, added)) paid.add(address);
      cursor = nextCursor;
      if (cursor === undefined) break;
    }
    return [...paid];
  },
  staleTime: 60_000,
});

const ownNames = { zh: '您自己的地址', en: 'Your own address' } as const;

/** Everybody whom an address could be mistaken for, the person's own accounts first. */
export function useTrustedAddresses(): readonly TrustedAddress[] {
  const language = useLanguage();
  const state = useWalletState();
  const me = useMe();
  const { contacts } = useContacts();
  const { data: paid } = useQuery(paidAddressesQuery);
  const accounts = state.status === 'open' ? state.accounts : undefined;
  const linked = me?.addresses;
  const ownName = ownNames[language];
  // The same list while nothing has changed: drafts are made anew when it does.
  return useMemo(
    () =>
      listTrusted({
        accounts: accounts ?? [],
        linked: (linked ?? []).map(({ address }) => address),
        contacts: contacts.flatMap((contact) =>
          contact.ways.flatMap((way) =>
            way.kind === 'address' ? [{ address: way.value, name: nameOf({ contact, way }) }] : [],
          ),
        ),
        paid: paid ?? [],
        ownName,
      }),
    [accounts, linked, contacts, paid, ownName],
  );
}

type Sources = {
  readonly accounts: readonly { readonly address: Address; readonly name: string }[];
  readonly linked: readonly string[];
  readonly contacts: readonly { readonly address: string; readonly name: string }[];
  readonly paid: readonly string[];
  readonly ownName: string;
};

/** Joins the sources; the first that knows an address names it. */
export function listTrusted({ accounts, linked, contacts, paid, ownName }: Sources): readonly TrustedAddress[] {
  const all: TrustedAddress[] = [];
  const add = (address: string, name: string, source: TrustedAddress['source']) => {
    if (!isAddress(address) || all.some((known) => isAddressEqual(known.address, address))) return;
    all.push({ address, name, source });
  };
  for (const { address, name } of accounts) add(address, name || ownName, 'own');
  for (const address of linked) add(address, ownName, 'own');
  for (const { address, name } of contacts) add(address, name, 'contact');
  for (const address of paid) add(address, '', 'paid');
  return all;
}
