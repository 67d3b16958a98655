import { useEffect, useEffectEvent, useRef } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import type { Unit } from '../../i18n/money-text.ts';
import { formMessages } from '../../lib/form-words.ts';
import { AmountInput } from '../../ui/amount-input.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useEscape } from '../../ui/use-escape.ts';
import { counterMessages } from './messages.ts';
import { type PadKey, pressPad, toPadKey, typeIntoPad } from './pad.ts';

// As on the payment terminals that people at counters know, row by row.
const padKeys = ['1', '2', '3', 'back', '4', '5', '6', '7', '8', '9', 'clear', '00', '0', '.'] as const;

type AmountPadProps = {
  readonly text: string;
  readonly unit: Unit;
  readonly onText: (text: string) => void;
  /** Enter was pressed with nothing else in focus. */
  readonly onEnter: () => void;
};

/** The amount, and keys for it that fingers find without looking; a keyboard does as well, wherever the focus is. */
export function AmountPad({ text, unit, onText, onEnter }: AmountPadProps) {
  const words = useMessages(counterMessages);
  const form = useMessages(formMessages);
  const field = useRef<HTMLInputElement>(null);
  const press = (key: PadKey) => onText(pressPad(text, key, unit.decimals));
  useKeyboard(field, press, onEnter);
  useEscape(() => onText(''));
  const labels: Partial<Record<PadKey, string>> = { '.': words.point, back: words.back };
  return (
    <div className="counter-pad">
      <AmountInput
        label={form.amount}
        text={text}
        onText={(typed) => onText(typeIntoPad(text, typed, unit.decimals))}
        unit={unit}
        ref={field}
        autoFocus
        hasKeys
      />
      <fieldset className="counter-keys">
        <legend className="visually-hidden">{words.pad}</legend>
        {padKeys.map((key) => (
          <button
            key={key}
            type="button"
            className={`counter-key counter-key--${key === '.' ? 'point' : key}`}
            aria-label={labels[key]}
            // The field keeps the focus, so that keys of a keyboard can be used in between.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => press(key)}
          >
            {key === 'back' ? <Icon name="backspace" size={26} /> : key === 'clear' ? words.clear : key}
          </button>
        ))}
      </fieldset>
    </div>
  );
}

/** Keys of a keyboard work while nothing else wants them: no field, no sheet, and for Enter no button either. */
function useKeyboard(
  field: { readonly current: HTMLInputElement | null },
  press: (key: PadKey) => void,
  onEnter: () => void,
): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target instanceof HTMLElement ? event.target : undefined;
    const isTaken = event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented;
    if (isTaken || target?.closest('input, select, textarea, dialog') || document.querySelector('dialog[open]')) return;
    const key = toPadKey(event.key);
    if (key) {
      event.preventDefault();
      press(key);
      field.current?.focus();
    } else if (event.key === 'Enter' && !target?.closest('a, button')) onEnter();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
