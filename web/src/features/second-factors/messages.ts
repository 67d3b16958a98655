import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of two-step verification. */
export const twoStepMessages = defineCatalog({
  zh: () => import('./messages.zh.ts'),
  en: () => import('./messages.en.ts'),
});

/** Words of passkeys. */
export const passkeyMessages = defineCatalog({
  zh: () => import('./passkey-messages.zh.ts'),
  en: () => import('./passkey-messages.en.ts'),
});
