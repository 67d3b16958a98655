import type { MoneyWire } from '@feiqian/domain/api/common';
import { decodeAmount } from '@feiqian/domain/money';
import { useAssetBook } from '../../lib/assets.ts';
import { AmountText } from '../../ui/amount-text.tsx';

type ItemMoneyProps = { readonly money: MoneyWire; readonly size?: 'hero' | undefined };

/** Money as the service wrote it; a currency that this deployment does not have is shown in its smallest unit, never left out. */
export function ItemMoney({ money, size }: ItemMoneyProps) {
  const unit = useAssetBook().find(money.asset);
  if (!unit)
    return (
      <span className="tabular">
        {money.amount} × {money.asset}
      </span>
    );
  return <AmountText amount={decodeAmount(money.amount)} unit={unit} size={size} />;
}
