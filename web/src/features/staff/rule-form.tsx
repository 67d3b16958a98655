import { useId } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { useFields } from '../../lib/use-fields.ts';
import { Button } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import {
  listInputs,
  type RuleField,
  type RuleInput,
  rangeOf,
  readTexts,
  type Texts,
  writeTexts,
} from './rule-fields.ts';
import { ruleMessages } from './rule-words.ts';

type Outcome = 'review' | 'block';
type Values = Readonly<Record<string, unknown>>;

type RuleFormProps = {
  readonly title: string;
  readonly fields: readonly RuleField[];
  readonly values: Values;
  /** Absent for what is no rule. */
  readonly outcome?: Outcome | undefined;
  /** Told the changed values, once all of them can be used. */
  readonly onApply: (values: Values) => void;
  readonly onRemove?: (() => void) | undefined;
};

/** The figures of one rule, and what happens when it speaks. */
export function RuleForm({ title, fields, values, outcome, onApply, onRemove }: RuleFormProps) {
  const words = useMessages(ruleMessages);
  const id = useId();
  const [texts, change] = useFields<Texts>({ ...writeTexts(fields, values), ...(outcome ? { outcome } : {}) });
  const read = readTexts(fields, values, texts);
  const inputs = listInputs(fields, values);
  const isWrong = read.wrong.length > 0;
  return (
    <form
      className="stack"
      aria-labelledby={id}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWrong) onApply({ ...read.values, ...(outcome ? { outcome: texts.outcome } : {}) });
      }}
      noValidate
    >
      <h2 id={id}>{title}</h2>
      {inputs.map((input) => (
        <RuleInputField
          key={input.name}
          input={input}
          text={texts[input.name] ?? ''}
          isWrong={read.wrong.includes(input.name)}
          onChange={(text) => change({ [input.name]: text })}
        />
      ))}
      {outcome ? (
        <Segmented<Outcome>
          legend={words.outcome}
          value={texts.outcome === 'block' ? 'block' : 'review'}
          onChange={(value) => change({ outcome: value })}
          choices={[
            { value: 'review', label: words.review },
            { value: 'block', label: words.block },
          ]}
        />
      ) : null}
      <Button type="submit" variant="primary" wide blocked={isWrong ? words.mend : undefined}>
        {words.apply}
      </Button>
      {onRemove ? (
        <Button wide onClick={onRemove}>
          {words.remove}
        </Button>
      ) : null}
    </form>
  );
}

type RuleInputFieldProps = {
  readonly input: RuleInput;
  readonly text: string;
  readonly isWrong: boolean;
  readonly onChange: (text: string) => void;
};

function RuleInputField({ input, text, isWrong, onChange }: RuleInputFieldProps) {
  const words = useMessages(ruleMessages);
  const { field, currency } = input;
  const named = words.fields[field.word];
  const label = currency === undefined ? named : words.inCurrency(named, currency);
  if (field.type === 'window')
    return (
      <Select
        label={label}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        options={Object.entries(words.windows).map(([value, name]) => ({ value, label: name }))}
      />
    );
  const error = field.type === 'money' ? words.moneyError : words.numberError(...rangeOf(field));
  return (
    <TextInput
      label={label}
      hint={field.type === 'money' && currency === undefined ? words.moneyHint : undefined}
      error={isWrong ? error : undefined}
      inputMode="decimal"
      autoComplete="off"
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
