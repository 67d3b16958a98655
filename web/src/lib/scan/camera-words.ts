import { defineCatalog } from '../../i18n/catalog.ts';

/** Words of the camera. */
export const cameraMessages = defineCatalog({
  zh: () => import('./camera-words.zh.ts'),
  en: () => import('./camera-words.en.ts'),
});
