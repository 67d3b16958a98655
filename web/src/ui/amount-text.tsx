import type { Amount } from '@feiqian/domain/money';
import { commonMessages } from '../i18n/common.ts';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { amountMask, formatMoneyParts, type Unit } from '../i18n/money-text.ts';
import { useAmountsHidden } from './amounts-hidden.ts';
import './amount-text.css';

type AmountTextProps = {
  /** Base units of `unit`. */
  readonly amount: Amount;
  readonly unit: Unit;
  /** `in` adds a plus and jade, `out` a minus; the sign carries the meaning, the colour only helps. */
  readonly sign?: 'in' | 'out' | undefined;
  readonly size?: 'text' | 'large' | 'hero' | undefined;
  readonly precision?: 'exact' | 'summary' | undefined;
  /** Drawn even where amounts are covered: what is being typed, and what somebody is asked for. */
  readonly shown?: boolean | undefined;
  /** It is still to come: without the colour of what has arrived. */
  readonly expected?: boolean | undefined;
  /** The money did not move after all: struck through. */
  readonly undone?: boolean | undefined;
};

/** The only way an amount is drawn: exact, tabular figures, the unit smaller than the digits; covered where the person wants it. */
export function AmountText({
  amount,
  unit,
  sign,
  size = 'text',
  precision,
  shown = false,
  expected = false,
  undone = false,
}: AmountTextProps) {
  const language = useLanguage();
  const words = useMessages(commonMessages);
  const hidden = useAmountsHidden();
  if (hidden && !shown) {
    return (
      <span className={`amount amount--${size}`}>
        <span className="amount__mask" aria-hidden="true">
          {amountMask}
        </span>
        <span className="visually-hidden">{words.hiddenAmount}</span>
      </span>
    );
  }
  const parts = formatMoneyParts(amount, unit, language, { sign, precision });
  const tone = undone ? 'amount--faded' : sign && !expected ? `amount--${sign}` : '';
  const long = parts.digits.length > 14 ? 'amount--wrap' : '';
  return (
    <span className={['amount', `amount--${size}`, tone, long].filter(Boolean).join(' ')}>
      {parts.approximately}
      {parts.sign ? <span className="amount__sign">{parts.sign}</span> : null}
      {parts.prefix ? <span className="amount__prefix">{parts.prefix}</span> : null}
      {parts.digits}
      {parts.unit ? <span className="amount__unit">{parts.unit}</span> : null}
    </span>
  );
}
