import type { AssetWire } from '@feiqian/domain/api/chain';
import { defineCatalog } from '../i18n/catalog.ts';
import type { messages } from './asset-words.zh.ts';
import type { AssetBook } from './assets.ts';

/** Names of assets as people call them. */
export const assetMessages = defineCatalog({
  zh: () => import('./asset-words.zh.ts'),
  en: () => import('./asset-words.en.ts'),
});

/** What an asset is, in the words of the person. */
export function nameAsset(asset: AssetWire, book: AssetBook, words: typeof messages): string {
  if (asset.kind === 'cash') return words.cash(asset.symbol);
  if (asset.kind === 'native') return words.native(asset.symbol);
  return words.token(asset.symbol, book.findPar(asset.id)?.symbol);
}
