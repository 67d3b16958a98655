import { TextInput } from '../../ui/field.tsx';

export const codeDigits = 6;

type CodeInputProps = {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value: string;
  readonly onChange: (digits: string) => void;
};

/** Six digits, with the keyboard for them; a phone offers the code that it has just received. */
export function CodeInput({ label, hint, value, onChange }: CodeInputProps) {
  return (
    <TextInput
      label={label}
      hint={hint}
      value={value}
      // As apps show it, with a blank in the middle.
      onChange={(event) => onChange(event.target.value.normalize('NFKC').replace(/\D/g, '').slice(0, codeDigits))}
      inputMode="numeric"
      autoComplete="one-time-code"
      enterKeyHint="done"
      autoFocus
      required
    />
  );
}
