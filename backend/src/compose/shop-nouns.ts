import { registerApiKeyRoutes } from '../api-keys/routes.ts';
import { createApiKeyService } from '../api-keys/service.ts';
import { createApiKeyStore } from '../api-keys/store.ts';
import type { RegisterRoutes } from '../app.ts';
import { registerItemRoutes } from '../items/routes.ts';
import { createItemService } from '../items/service.ts';
import { createItemStore } from '../items/store.ts';
import type { Foundation } from './foundation.ts';

/** What shops keep here beside their payments. */
export function composeShopNouns({ pool, assets, answers }: Foundation): readonly RegisterRoutes[] {
  const currencies = new Set<string>(assets.filter(({ kind }) => kind === 'cash').map(({ id }) => id));
  return [
    registerApiKeyRoutes({ service: createApiKeyService({ store: createApiKeyStore(pool) }) }),
    registerItemRoutes({ service: createItemService({ pool, store: createItemStore(pool), currencies }), answers }),
  ];
}
