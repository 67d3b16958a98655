import type { AssetBook } from '../../lib/assets.ts';

const storageKey = 'feiqian.top-up';

/** How somebody topped up last on this device. Never how much: that is nobody's business who finds the device. */
export type RememberedTopUp = {
  readonly gateway?: string | undefined;
  /** Asset id of a currency. */
  readonly currency?: string | undefined;
  readonly target?: 'cash' | 'token' | undefined;
};

/** Reads stored text. Whatever is damaged, or is no longer a currency of this deployment, is forgotten. */
export function parseTopUp(text: string | null, book: AssetBook): RememberedTopUp {
  let kept: Record<string, unknown>;
  try {
    kept = Object(JSON.parse(text ?? '{}')) as Record<string, unknown>;
  } catch {
    return {};
  }
  const currency = book.assets.find(({ id, kind }) => kind === 'cash' && id === kept.currency)?.id;
  return {
    gateway: typeof kept.gateway === 'string' ? kept.gateway : undefined,
    currency,
    target: kept.target === 'cash' || kept.target === 'token' ? kept.target : undefined,
  };
}

/** How it was done last, or nothing. */
export function recallTopUp(book: AssetBook): RememberedTopUp {
  try {
    return parseTopUp(localStorage.getItem(storageKey), book);
  } catch {
    return {};
  }
}

/** Remembers a way for the next top-up; a browser without storage simply forgets it. */
export function rememberTopUp(way: RememberedTopUp): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(way));
  } catch {
    // Only comfort is lost.
  }
}
