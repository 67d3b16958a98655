import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { Icon } from './icon.tsx';
import { Seal } from './seal.tsx';
import './page.css';

type PageProps = {
  readonly title: string;
  /** Where "back" goes, for screens below another one. */
  readonly back?: string | undefined;
  /** The mark before the title, on phones; a desk has it in the navigation. */
  readonly brand?: boolean | undefined;
  /** Stands at the right of the title. */
  readonly actions?: ReactNode | undefined;
  /** Beside the list on a desk; a phone shows the detail as a screen of its own. */
  readonly detail?: ReactNode | undefined;
  readonly children: ReactNode;
};

/** A screen: its title names the browser's tab and takes the focus, so that a screen reader says where one is. */
export function Page({ title, back, brand = false, actions, detail, children }: PageProps) {
  const words = useMessages(commonMessages);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // A field that asked for the focus keeps it.
    const focused = document.activeElement;
    if (!focused || focused === document.body || focused.tagName === 'A')
      heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={detail ? 'page page--split' : 'page'}>
      <title>{`${title} · ${words.appName}`}</title>
      <div className="page__main">
        <header className="page__head">
          {back ? (
            <Link href={back} className="page__back" aria-label={words.back} title={words.back}>
              <Icon name="chevronLeft" />
            </Link>
          ) : null}
          {brand ? (
            <span className="page__brand">
              <Seal size={32} />
            </span>
          ) : null}
          <h1 className="page__title" ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {actions}
        </header>
        {children}
      </div>
      {detail ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by itself, so the keyboard must reach it
        <aside className="page__detail" aria-label={words.beside} tabIndex={0}>
          {detail}
        </aside>
      ) : null}
    </div>
  );
}

type SectionProps = {
  readonly title: string;
  readonly note?: ReactNode | undefined;
  readonly action?: ReactNode | undefined;
  readonly children: ReactNode;
};

/** A named part of a screen. */
export function Section({ title, note, action, children }: SectionProps) {
  return (
    <section className="section" aria-label={title}>
      <div className="section__head">
        <h2 className="section__title">{title}</h2>
        {action}
      </div>
      {note ? <p className="section__note">{note}</p> : null}
      {children}
    </section>
  );
}

/** A card: only where it holds something that can be opened or acted on. */
export function Card({ children }: { readonly children: ReactNode }) {
  return <div className="card">{children}</div>;
}
