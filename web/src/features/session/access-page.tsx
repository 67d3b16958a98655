import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { Seal } from '../../ui/seal.tsx';
import { LanguageButton } from './language-button.tsx';
import './session.css';

type AccessPageProps = { readonly title: string; readonly lead: string; readonly children: ReactNode };

/** The frame of the screens before one is in: the seal, what this is, and one form. */
export function AccessPage({ title, lead, children }: AccessPageProps) {
  const { appName } = useMessages(commonMessages);
  return (
    <div className="access">
      <title>{`${title} · ${appName}`}</title>
      <LanguageButton />
      <header className="access__head">
        <Link href="/" aria-label={appName}>
          <Seal size={48} />
        </Link>
        <h1 className="access__title">{title}</h1>
        <p className="text-soft">{lead}</p>
      </header>
      {children}
    </div>
  );
}
