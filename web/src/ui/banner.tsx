import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';
import './banner.css';

type BannerProps = {
  /** `amber` waits for the person, `plum` warns of loss, `jade` says it is done, `offline` names what still works. */
  readonly tone: 'amber' | 'plum' | 'jade' | 'plain' | 'offline';
  readonly title: ReactNode;
  readonly children?: ReactNode | undefined;
  readonly action?: ReactNode | undefined;
};

const icons = {
  amber: 'alert',
  plum: 'alert',
  jade: 'check',
  plain: 'info',
  offline: 'offline',
} as const satisfies Record<BannerProps['tone'], IconName>;

/** A strip that says one thing that matters on this screen, and offers at most one action. */
export function Banner({ tone, title, children, action }: BannerProps) {
  return (
    <div className={`banner banner--${tone}`} role={tone === 'plum' ? 'alert' : 'status'}>
      <Icon name={icons[tone]} />
      <div className="banner__words">
        <p className="banner__title">{title}</p>
        {children}
      </div>
      {action ? <div className="banner__action">{action}</div> : null}
    </div>
  );
}
