import { type ReactNode, type Ref, useId } from 'react';
import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import type { Unit } from '../i18n/money-text.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { normaliseTypedAmount } from './typed-amount.ts';
import './amount-input.css';

type AmountInputProps = {
  readonly label: string;
  /** What is in the field: the spelling that `parseAmount` reads, or something it will refuse. */
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly unit: Unit;
  readonly autoFocus?: boolean | undefined;
  /** Where keys for the digits stand beside the field, a phone needs no keyboard of its own. */
  readonly hasKeys?: boolean | undefined;
  readonly ref?: Ref<HTMLInputElement> | undefined;
  /** Turns the field to the other unit, such as from tokens to money; the amount itself stays. */
  readonly flip?: { readonly to: Unit; readonly equivalent: ReactNode; readonly onFlip: () => void } | undefined;
  /** What can be spent, said in words; pressing Max puts all of it in. */
  readonly available?: ReactNode | undefined;
  readonly onMax?: (() => void) | undefined;
  /** Ready-made amounts; a press fills one in. */
  readonly choices?: readonly { readonly text: string; readonly label: string }[] | undefined;
  readonly error?: string | undefined;
};

const cashSigns: Readonly<Record<string, string>> = { CNY: '¥', USD: '$' };

/** Amount entry: the amount is the screen. Keeps text, because what a person is typing is not yet a number. */
export function AmountInput({
  label,
  text,
  onText,
  unit,
  autoFocus,
  hasKeys = false,
  ref,
  flip,
  available,
  onMax,
  choices = [],
  error,
}: AmountInputProps) {
  const words = useMessages(commonMessages);
  const id = useId();
  const prefix = unit.kind === 'cash' ? cashSigns[unit.symbol] : undefined;
  return (
    <div className="amount-input">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      <div className="amount-input__line">
        {prefix ? <span className="amount-input__unit">{prefix}</span> : null}
        <input
          id={id}
          ref={ref}
          className="amount-input__digits"
          type="text"
          inputMode={hasKeys ? 'none' : 'decimal'}
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: the amount is the only thing this screen asks for
          autoFocus={autoFocus}
          enterKeyHint="next"
          maxLength={90}
          placeholder="0"
          value={text}
          onChange={(event) => onText(normaliseTypedAmount(event.target.value))}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-below ${id}-error`}
        />
        {prefix ? null : <span className="amount-input__unit">{unit.symbol}</span>}
      </div>
      {flip || available || onMax ? (
        <div className="amount-input__below" id={`${id}-below`}>
          <span className="amount-input__equivalent">{flip ? flip.equivalent : available}</span>
          {flip ? (
            <Button variant="quiet" icon="flip" onClick={flip.onFlip}>
              <span className="visually-hidden">{words.flipUnit(flip.to.symbol)}</span>
              <span aria-hidden="true">{flip.to.symbol}</span>
            </Button>
          ) : null}
          {onMax ? (
            <Button variant="quiet" onClick={onMax}>
              {words.max}
            </Button>
          ) : null}
        </div>
      ) : null}
      {flip && available ? <div className="field__hint">{available}</div> : null}
      <div className="amount-input__error" id={`${id}-error`} aria-live="polite">
        {error ? (
          <p className="field__error">
            <Icon name="alert" size={16} />
            {error}
          </p>
        ) : null}
      </div>
      {choices.length > 0 ? (
        <div className="amount-input__choices">
          {choices.map((choice) => (
            <button
              key={choice.text}
              type="button"
              className="amount-input__choice"
              aria-pressed={choice.text === text}
              onClick={() => onText(choice.text)}
            >
              {choice.label}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
