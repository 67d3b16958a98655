import { vaultResponse, vaultSchema } from '@feiqian/domain/api/auth';
import type { RegisterRoutes } from '../app.ts';
import { requirePrincipal } from '../http/principal.ts';
import type { VaultStore } from './store.ts';

const tags = ['vault'];

/** `/v1/vault`: the encrypted vault. The service can't read it. */
export function registerVaultRoutes({ store }: { readonly store: VaultStore }): RegisterRoutes {
  return (app) => {
    app.get(
      '/v1/vault',
      { schema: { tags, summary: 'The encrypted vault, or null', response: { 200: vaultResponse } } },
      async (request) => {
        const latest = await store.findLatest(requirePrincipal(request).userId);
        return latest ?? { version: 0, vault: null };
      },
    );
    app.put(
      '/v1/vault',
      {
        schema: {
          tags,
          summary: 'Keep the next version of the vault',
          body: vaultSchema,
          response: { 200: vaultResponse },
        },
      },
      async (request) => {
        await store.append(requirePrincipal(request).userId, request.body);
        return request.body;
      },
    );
  };
}
