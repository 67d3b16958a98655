import type { ReactNode } from 'react';
import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { Icon } from './icon.tsx';
import './timeline.css';

/** One step of an event. */
export type TimelineLeg = {
  readonly key: string;
  readonly state: 'done' | 'current' | 'waiting' | 'failed';
  readonly title: ReactNode;
  /** Who has the money at this step, until when, and what can be looked up. */
  readonly detail?: ReactNode | undefined;
  readonly time?: ReactNode | undefined;
};

type TimelineProps = { readonly legs: readonly TimelineLeg[]; readonly label: string };

/** Where the money is, like a parcel's tracking: each step has a shape and a spoken state of its own. */
export function Timeline({ legs, label }: TimelineProps) {
  const words = useMessages(commonMessages);
  const spoken = { done: words.legDone, current: words.legCurrent, waiting: words.legWaiting, failed: words.legFailed };
  return (
    <ol className="timeline" aria-label={label}>
      {legs.map((leg) => (
        <li
          key={leg.key}
          className={`timeline__leg timeline__leg--${leg.state}`}
          aria-current={leg.state === 'current' ? 'step' : undefined}
        >
          <span className="timeline__mark">
            {leg.state === 'done' ? (
              <Icon name="check" size={14} />
            ) : leg.state === 'failed' ? (
              <Icon name="close" size={14} />
            ) : null}
          </span>
          <div>
            <div className="timeline__head">
              <span className="timeline__title">
                {leg.title}
                <span className="visually-hidden"> · {spoken[leg.state]}</span>
              </span>
              {leg.time ? <span className="timeline__time">{leg.time}</span> : null}
            </div>
            {leg.detail ? <div className="timeline__detail">{leg.detail}</div> : null}
          </div>
        </li>
      ))}
    </ol>
  );
}
