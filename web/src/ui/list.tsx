import { type ReactNode, type KeyboardEvent as RowKeyEvent, useEffect } from 'react';
import { Link } from 'wouter';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';
import './list.css';

type ListProps = { readonly label?: string | undefined; readonly children: ReactNode };

/** A list of rows; each child is a {@link ListRow}. */
export function List({ label, children }: ListProps) {
  return (
    <ul className="list" aria-label={label} onKeyDown={moveAmongRows}>
      {children}
    </ul>
  );
}

/** With nothing in focus the arrows enter the rows of the screen: at the one whose detail is open, else at the first. */
export function useArrowsIntoRows(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isFree = document.activeElement === document.body || document.activeElement?.tagName === 'H1';
      if (!isFree || event.defaultPrevented || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
      const row = document.querySelector<HTMLElement>('.list-row[aria-current="true"], [data-rows] .list-row');
      if (!row || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      row.focus();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

/** Gives the focus back to the row whose detail is about to close, so that the arrows go on from there. */
export function focusCurrentRow(): void {
  document.querySelector<HTMLElement>('.list-row[aria-current="true"]')?.focus();
}

/** Arrows, Home and End move among the rows of the whole screen part, also from one day's list into the next. */
function moveAmongRows(event: RowKeyEvent<HTMLUListElement>): void {
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
  const step = steps[event.key];
  if (step === undefined && event.key !== 'Home' && event.key !== 'End') return;
  const area = event.currentTarget.closest('[data-rows]') ?? event.currentTarget;
  const rows = [...area.querySelectorAll<HTMLElement>('a.list-row, button.list-row')];
  const at = rows.findIndex((row) => row.matches(':focus'));
  if (at === -1) return;
  const target = step === undefined ? (event.key === 'Home' ? 0 : rows.length - 1) : at + step;
  rows[target]?.focus();
  event.preventDefault();
}

type ListRowProps = {
  readonly icon?: IconName | undefined;
  /** Instead of the icon, such as an avatar. */
  readonly mark?: ReactNode | undefined;
  readonly title: ReactNode;
  readonly detail?: ReactNode | undefined;
  /** Stands at the right: an amount, a state. */
  readonly end?: ReactNode | undefined;
  /** Makes the row a link. */
  readonly href?: string | undefined;
  /** Makes the row a button. */
  readonly onClick?: (() => void) | undefined;
  /** The row whose detail is open beside the list. */
  readonly current?: boolean | undefined;
};

/** One row of a list: a mark, who or what, and an amount. */
export function ListRow({ icon, mark, title, detail, end, href, onClick, current = false }: ListRowProps) {
  const content = (
    <>
      {icon ? (
        <span className="list-row__mark">
          <Icon name={icon} />
        </span>
      ) : (
        mark
      )}
      <span className="list-row__words">
        <span className="list-row__title">{title}</span>
        {detail ? <span className="list-row__detail">{detail}</span> : null}
      </span>
      {end ? <span className="list-row__end">{end}</span> : href || onClick ? <Icon name="chevronRight" /> : null}
    </>
  );
  const className = icon || mark ? 'list-row' : 'list-row list-row--bare';
  return (
    <li>
      {href ? (
        <Link href={href} className={className} aria-current={current ? 'true' : undefined}>
          {content}
        </Link>
      ) : onClick ? (
        <button type="button" className={className} onClick={onClick} aria-current={current ? 'true' : undefined}>
          {content}
        </button>
      ) : (
        <div className={className}>{content}</div>
      )}
    </li>
  );
}

type StateTextProps = { readonly state: 'done' | 'waiting' | 'failed'; readonly children: ReactNode };

/** A state in words, with a shape of its own: a full dot, a ring, a diamond. */
export function StateText({ state, children }: StateTextProps) {
  return <span className={`state state--${state}`}>{children}</span>;
}
