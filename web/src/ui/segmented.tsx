import { type ReactNode, useId } from 'react';
import './segmented.css';

type SegmentedProps<Value extends string> = {
  readonly legend: string;
  /** Keeps the legend for screen readers alone. */
  readonly legendHidden?: boolean | undefined;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly choices: readonly {
    readonly value: Value;
    readonly label: ReactNode;
    readonly detail?: string | undefined;
  }[];
};

/** One of two to four choices that fit side by side. A radio group: arrows move, and the choice holds at once. */
export function Segmented<Value extends string>({
  legend,
  legendHidden = false,
  value,
  onChange,
  choices,
}: SegmentedProps<Value>) {
  const name = useId();
  return (
    <fieldset className="segmented">
      <legend className={legendHidden ? 'visually-hidden' : 'segmented__legend'}>{legend}</legend>
      <div className="segmented__choices">
        {choices.map((choice) => (
          <label className="segmented__choice" key={choice.value}>
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            <span>
              {choice.label}
              {choice.detail ? <span className="segmented__detail">{choice.detail}</span> : null}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
