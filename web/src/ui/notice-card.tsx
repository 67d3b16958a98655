import { type ReactNode, useId } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';
import './notice-card.css';

type NoticeCardProps = {
  readonly icon: IconName;
  readonly title: string;
  /** The reason, in words. */
  readonly children: ReactNode;
  readonly actions: ReactNode;
};

/** A firm request that takes the place of what one came for: larger than a strip, in amber because it needs the person. */
export function NoticeCard({ icon, title, children, actions }: NoticeCardProps) {
  const id = useId();
  return (
    <section className="notice-card" aria-labelledby={id}>
      <span className="notice-card__mark">
        <Icon name={icon} size={28} />
      </span>
      <h2 className="notice-card__title" id={id}>
        {title}
      </h2>
      {children}
      <div className="row">{actions}</div>
    </section>
  );
}
