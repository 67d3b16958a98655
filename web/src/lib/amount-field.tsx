import type { Amount } from '@feiqian/domain/money';
import type { ReactNode } from 'react';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { formatWholeMoney, type Unit } from '../i18n/money-text.ts';
import { AmountInput } from '../ui/amount-input.tsx';
import { AmountText } from '../ui/amount-text.tsx';
import { errorMessages, toErrorLine } from './error-text.ts';
import { formMessages } from './form-words.ts';
import { type TypedMoney, toTypedText } from './typed-money.ts';

type AmountFieldProps = {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly unit: Unit;
  readonly typed: TypedMoney;
  /** What can be moved; Max puts it into the field. */
  readonly available?: Amount | undefined;
  /** What Max keeps back and why, as a sentence. */
  readonly keeps?: string | undefined;
  /** Amounts that people often enter; a press fills one in. */
  readonly suggestions?: readonly Amount[] | undefined;
  readonly flip?: { readonly to: Unit; readonly equivalent: ReactNode; readonly onFlip: () => void } | undefined;
  readonly label?: string | undefined;
  /** False where another field comes first. */
  readonly autoFocus?: boolean | undefined;
};

/** The amount of a form about money, with what is available and what is wrong in words. */
export function AmountField({
  text,
  onText,
  unit,
  typed,
  available,
  keeps,
  suggestions = [],
  flip,
  label,
  autoFocus = true,
}: AmountFieldProps) {
  const words = useMessages(formMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  const wrong = typed.state === 'wrong' ? errors[typed.code] : undefined;
  return (
    <AmountInput
      label={label ?? words.amount}
      text={text}
      onText={onText}
      unit={unit}
      autoFocus={autoFocus}
      flip={flip}
      available={
        available === undefined ? undefined : (
          <>
            {words.available} <AmountText amount={available} unit={unit} />
            {keeps ? <span className="amount-input__keeps">{keeps}</span> : null}
          </>
        )
      }
      onMax={
        available === undefined || available === 0n ? undefined : () => onText(toTypedText(available, unit.decimals))
      }
      choices={suggestions.map((amount) => ({
        text: toTypedText(amount, unit.decimals),
        label: formatWholeMoney(amount, unit, language),
      }))}
      error={wrong ? toErrorLine(wrong, language) : undefined}
    />
  );
}
