import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import type { IconName } from '../ui/icon-paths.ts';
import { Seal } from '../ui/seal.tsx';
import { openPalette } from './palette/open-palette.ts';
import { shellMessages } from './shell-messages.ts';
import './nav.css';

type NavLinkProps = { readonly href: string; readonly icon: IconName; readonly children: ReactNode };

/** Whether a screen lies at or below a link: `/history/…` is below `/history`, and only home is home. */
export function isAtOrBelow(path: string, href: string): boolean {
  return href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);
}

function NavLink({ href, icon, children }: NavLinkProps) {
  const [path] = useLocation();
  return (
    <Link href={href} className="nav__link" aria-current={isAtOrBelow(path, href) ? 'page' : undefined}>
      <Icon name={icon} size={22} />
      <span>{children}</span>
    </Link>
  );
}

/** Whether keys are called as on Apple's keyboards. */
const isApple = () => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The way around: below on a phone, at the side on a desk. */
export function Nav({ foot }: { readonly foot?: ReactNode }) {
  const words = useMessages(shellMessages);
  const { appName } = useMessages(commonMessages);
  return (
    <nav className="nav" aria-label={words.nav}>
      <Link href="/" className="nav__brand" aria-label={appName}>
        <Seal size={40} />
        <span className="nav__brand-name">{appName}</span>
      </Link>
      <div className="nav__main">
        <NavLink href="/" icon="home">
          {words.home}
        </NavLink>
        <NavLink href="/history" icon="history">
          {words.history}
        </NavLink>
        <NavLink href="/links" icon="link">
          {words.links}
        </NavLink>
        <NavLink href="/settings" icon="settings">
          {words.settings}
        </NavLink>
      </div>
      <div className="nav__more">
        <p className="nav__heading">{words.payAndMove}</p>
        <NavLink href="/top-up" icon="plus">
          {words.topUp}
        </NavLink>
        <NavLink href="/send" icon="send">
          {words.send}
        </NavLink>
        <NavLink href="/receive" icon="receive">
          {words.receive}
        </NavLink>
        <NavLink href="/transfer" icon="cash">
          {words.cashTransfer}
        </NavLink>
        <NavLink href="/contacts" icon="user">
          {words.contacts}
        </NavLink>
        <NavLink href="/convert" icon="convert">
          {words.convert}
        </NavLink>
        <NavLink href="/withdraw" icon="withdraw">
          {words.withdraw}
        </NavLink>
      </div>
      {foot ? (
        <div className="nav__foot">
          <Button variant="quiet" icon="search" onClick={openPalette}>
            {words.palette}
            <kbd className="nav__key">{isApple() ? '⌘K' : 'Ctrl K'}</kbd>
          </Button>
          {foot}
        </div>
      ) : null}
    </nav>
  );
}
