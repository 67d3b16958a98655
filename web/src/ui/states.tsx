import type { ReactNode } from 'react';
import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';
import './states.css';

type EmptyStateProps = {
  readonly icon: IconName;
  /** What will be here. */
  readonly title: string;
  readonly children?: ReactNode | undefined;
  /** The one action that puts something here. */
  readonly action?: ReactNode | undefined;
};

/** Nothing is here yet, and that is all right. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="empty">
      <span className="empty__mark">
        <Icon name={icon} size={28} />
      </span>
      <h2 className="empty__title">{title}</h2>
      {children ? <p className="text-soft">{children}</p> : null}
      {action}
    </div>
  );
}

type ErrorStateProps = {
  /** What happened. */
  readonly title: string;
  /** Whether money is affected, such as "Nothing was sent." */
  readonly effect?: string | undefined;
  /** What to do. */
  readonly children?: ReactNode | undefined;
  readonly action?: ReactNode | undefined;
  /** What to tell support: the request's id. */
  readonly reference?: string | undefined;
};

/** Something did not work: what happened, whether money is affected, and what to do, in this order. */
export function ErrorState({ title, effect, children, action, reference }: ErrorStateProps) {
  const words = useMessages(commonMessages);
  return (
    <div className="failure" role="alert">
      <h2 className="failure__title">
        <Icon name="alert" />
        {title}
      </h2>
      {effect ? <p className="failure__effect">{effect}</p> : null}
      {children ? <div className="text-soft">{children}</div> : null}
      {action}
      {reference ? <p className="failure__reference">{words.reference(reference)}</p> : null}
    </div>
  );
}
