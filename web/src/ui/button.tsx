import type { MouseEvent, ReactNode, Ref } from 'react';
import { Link } from 'wouter';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';
import './button.css';

type Look = {
  /** `primary` is the one main action of a screen; `danger` refuses or destroys. */
  readonly variant?: 'primary' | 'secondary' | 'quiet' | 'danger' | undefined;
  readonly wide?: boolean | undefined;
  readonly large?: boolean | undefined;
  readonly icon?: IconName | undefined;
};

type ButtonProps = Look & {
  readonly children: ReactNode;
  readonly type?: 'button' | 'submit' | undefined;
  readonly onClick?: ((event: MouseEvent<HTMLButtonElement>) => void) | undefined;
  /**
   * What is missing before the button can act, such as "Enter an amount". It replaces the label, and the button does
   * nothing; it can still be reached, so that everybody learns the reason.
   */
  readonly blocked?: string | undefined;
  /** What is going on after a press, such as "Sending"; further presses do nothing. */
  readonly busy?: string | undefined;
  readonly ref?: Ref<HTMLButtonElement> | undefined;
};

function classOf({ variant = 'secondary', wide = false, large = false }: Look): string {
  return ['button', `button--${variant}`, wide ? 'button--wide' : '', large ? 'button--large' : '']
    .filter(Boolean)
    .join(' ');
}

/** A button whose label is a verb. */
export function Button({ children, type = 'button', onClick, blocked, busy, icon, ref, ...look }: ButtonProps) {
  const still = blocked !== undefined || busy !== undefined;
  return (
    <button
      ref={ref}
      type={type}
      className={classOf(look)}
      aria-disabled={still || undefined}
      aria-busy={busy !== undefined || undefined}
      onClick={(event) => {
        if (still) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy !== undefined ? (
        <span className="button__spinner" aria-hidden="true" />
      ) : icon && !blocked ? (
        <Icon name={icon} />
      ) : null}
      <span>{busy ?? blocked ?? children}</span>
    </button>
  );
}

type ButtonLinkProps = Look & { readonly href: string; readonly children: ReactNode };

/** A link that looks like a button: it goes somewhere and changes nothing. */
export function ButtonLink({ href, children, icon, ...look }: ButtonLinkProps) {
  return (
    <Link href={href} className={classOf(look)}>
      {icon ? <Icon name={icon} /> : null}
      <span>{children}</span>
    </Link>
  );
}

type IconButtonProps = {
  readonly icon: IconName;
  /** Spoken name, also shown as a tip. */
  readonly label: string;
  readonly onClick: () => void;
  /** For a button that is on or off. */
  readonly pressed?: boolean | undefined;
  /** There is nothing that it could do just now. It can still be reached. */
  readonly idle?: boolean | undefined;
};

/** A button with an icon alone, for places where a word has no room. */
export function IconButton({ icon, label, onClick, pressed, idle = false }: IconButtonProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      aria-disabled={idle || undefined}
      onClick={idle ? undefined : onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
