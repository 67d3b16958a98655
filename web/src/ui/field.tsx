import { type ComponentProps, type ReactNode, useId, useState } from 'react';
import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import './field.css';

type FieldWords = {
  readonly label: string;
  /** What helps to fill it in; stays while there is an error. */
  readonly hint?: ReactNode | undefined;
  /** What is wrong, as a sentence that says what to do. */
  readonly error?: ReactNode | undefined;
  readonly optional?: boolean | undefined;
};

type ControlProps = {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
};

type FieldProps = FieldWords & { readonly children: (control: ControlProps) => ReactNode };

/** A label, its control, a hint and an error, tied together for screen readers. */
export function Field({ label, hint, error, optional = false, children }: FieldProps) {
  const words = useMessages(commonMessages);
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
        {optional ? <span className="field__optional">{words.optional}</span> : null}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {hint ? (
        <div className="field__hint" id={`${id}-hint`}>
          {hint}
        </div>
      ) : null}
      {error ? (
        <p className="field__error" id={`${id}-error`} role="alert">
          <Icon name="alert" size={16} />
          {error}
        </p>
      ) : null}
    </div>
  );
}

type InputProps = Omit<ComponentProps<'input'>, 'id' | 'className' | 'type'>;
type TextInputProps = FieldWords & InputProps & { readonly type?: 'text' | 'email' | 'search' | 'url' | undefined };

// What phones do to words they must not do to addresses.
const plainText = { autoCapitalize: 'none', autoCorrect: 'off', spellCheck: false } as const;

/** One line of text. */
export function TextInput({ label, hint, error, optional, type = 'text', ...input }: TextInputProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(control) => (
        <input
          className="input"
          type={type}
          enterKeyHint={type === 'search' ? 'search' : 'next'}
          {...(type === 'email' || type === 'url' ? plainText : {})}
          {...input}
          {...control}
        />
      )}
    </Field>
  );
}

/**
 * Empties a field when it leaves the page, as a ref: React keeps the element for a while, and what was typed with it.
 *
 * @returns what empties it.
 */
export const emptyWhenGone = (field: HTMLInputElement | HTMLTextAreaElement | null) => () => {
  if (field) field.value = '';
};

/** A password that can be shown; managers and keyboards are told what it is by `autoComplete`. */
export function PasswordInput({ label, hint, error, optional, ...input }: FieldWords & Omit<InputProps, 'ref'>) {
  const words = useMessages(commonMessages);
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(control) => (
        <div className="field__control">
          <input
            ref={emptyWhenGone}
            className="input"
            type={shown ? 'text' : 'password'}
            enterKeyHint="go"
            {...plainText}
            {...input}
            {...control}
          />
          <IconButton
            icon={shown ? 'eyeOff' : 'eye'}
            label={shown ? words.hidePassword : words.showPassword}
            onClick={() => setShown(!shown)}
          />
        </div>
      )}
    </Field>
  );
}

type SelectProps = FieldWords &
  Omit<ComponentProps<'select'>, 'id' | 'className' | 'children'> & {
    readonly options: readonly { readonly value: string; readonly label: string }[];
  };

/** One of several named things, by the platform's own picker. */
export function Select({ label, hint, error, optional, options, ...select }: SelectProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(control) => (
        <div className="field__control">
          <select className="input" {...select} {...control}>
            {options.map(({ value, label: text }) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
          <Icon name="chevronDown" />
        </div>
      )}
    </Field>
  );
}

type TextAreaProps = FieldWords & Omit<ComponentProps<'textarea'>, 'id' | 'className'>;

/** Several lines of text. */
export function TextArea({ label, hint, error, optional, ...area }: TextAreaProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(control) => <textarea className="input" {...area} {...control} />}
    </Field>
  );
}

type SwitchProps = {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
};

/** On or off, taking effect at once. */
export function Switch({ label, checked, onChange }: SwitchProps) {
  return (
    <label className="switch">
      <span>{label}</span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        className="visually-hidden"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="switch__track" aria-hidden="true" />
    </label>
  );
}
