import type { MoneyWire } from '@feiqian/domain/api/common';
import type { Asset } from '@feiqian/domain/assets';

/** Whether something is more than may go out without a second factor. */
export type IsLarge = (money: MoneyWire) => boolean;

/**
 * @param thresholds - For each currency the most that is not large, in its smallest unit; of a currency without one everything is.
 *   Tokens count as the cash at par with them. What has no price here is never large: it is moved by a signature.
 */
export function createIsLarge(assets: readonly Asset[], thresholds: ReadonlyMap<string, bigint>): IsLarge {
  const known = new Map<string, Asset>(assets.map((asset) => [asset.id, asset]));
  return ({ asset: id, amount }) => {
    const asset = known.get(id);
    const cash = asset?.kind === 'token' && asset.cash !== undefined ? known.get(asset.cash) : asset;
    if (asset === undefined || cash?.kind !== 'cash') return false;
    const threshold = thresholds.get(cash.currency);
    if (threshold === undefined) return true;
    return BigInt(amount) * 10n ** BigInt(cash.decimals) > threshold * 10n ** BigInt(asset.decimals);
  };
}
