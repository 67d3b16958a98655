import { useMessages } from '../i18n/language-context.tsx';
import { TextInput } from '../ui/field.tsx';
import { bankMessages } from './bank-words.ts';

type BankAccountFieldsProps = {
  readonly holder: string;
  readonly number: string;
  /** Whether it is the number that stands in the way now: not while something before it is missing. */
  readonly isNumberWrong: boolean;
  readonly change: (part: { readonly holder?: string; readonly number?: string }) => void;
};

/** Whose account, and which. */
export function BankAccountFields({ holder, number, isNumberWrong, change }: BankAccountFieldsProps) {
  const words = useMessages(bankMessages);
  return (
    <>
      <TextInput
        label={words.holder}
        hint={words.holderHint}
        autoComplete="name"
        autoCapitalize="words"
        maxLength={70}
        value={holder}
        onChange={(event) => change({ holder: event.target.value })}
      />
      <TextInput
        label={words.number}
        hint={words.numberHint}
        autoComplete="off"
        inputMode="text"
        enterKeyHint="done"
        autoCapitalize="characters"
        autoCorrect="off"
        spellCheck={false}
        maxLength={50}
        value={number}
        onChange={(event) => change({ number: event.target.value })}
        error={isNumberWrong ? words.numberWrong : undefined}
      />
    </>
  );
}
