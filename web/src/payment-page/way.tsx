import type { ReactNode } from 'react';
import { Icon } from '../ui/icon.tsx';
import type { IconName } from '../ui/icon-paths.ts';

type WayProps = {
  readonly mark: ReactNode;
  readonly title: string;
  /** What is going on after a press. */
  readonly busy?: string | undefined;
  /** Whether it leads on here or to another page. */
  readonly end: Extract<IconName, 'chevronRight' | 'external'>;
  readonly onClick: () => void;
};

/** One way to pay, as a row to press. */
export function Way({ mark, title, busy, end, onClick }: WayProps) {
  return (
    <button
      type="button"
      className="pay__way"
      aria-disabled={busy !== undefined || undefined}
      aria-busy={busy !== undefined || undefined}
      onClick={onClick}
    >
      <span className="pay__mark">
        {busy === undefined ? mark : <span className="button__spinner" aria-hidden="true" />}
      </span>
      <span className="pay__name">
        {title}
        {busy === undefined ? null : <span className="text-soft text-small"> · {busy}</span>}
      </span>
      <Icon name={end} />
    </button>
  );
}
