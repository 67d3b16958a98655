import { addressBookKept, addressBookResponse, addressBookUpdate } from '@feiqian/domain/api/address-book';
import type { RegisterRoutes } from '../app.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { AddressBookStore } from './store.ts';

const tags = ['address book'];
/** The largest text and what stands around it. */
const bodyLimit = 800_000;

/** `/v1/address-book`: the encrypted contacts, notes and tags. The service can't read them. */
export function registerAddressBookRoutes({ store }: { readonly store: AddressBookStore }): RegisterRoutes {
  return (app) => {
    app.get(
      '/v1/address-book',
      { schema: { tags, summary: 'The encrypted address book, or null', response: { 200: addressBookResponse } } },
      async (request) => (await store.find(requirePrincipal(request).userId)) ?? { version: 0, book: null },
    );
    app.put(
      '/v1/address-book',
      {
        bodyLimit,
        schema: {
          tags,
          summary: 'Keep a later version of the address book',
          body: addressBookUpdate,
          response: { 200: addressBookKept },
        },
      },
      async (request) => {
        await store.replace(requirePrincipal(request).userId, request.body);
        return { version: request.body.version };
      },
    );
  };
}
