import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { defineCatalog } from '../i18n/catalog.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { Banner } from '../ui/banner.tsx';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { NoticeCard } from '../ui/notice-card.tsx';
import { useMoneyText } from '../ui/use-money-text.ts';
import { useAssetBookIfKnown } from './assets.ts';
import { type BackupNeed, findBackupNeed } from './backup-level.ts';
import { balancesQuery } from './balances.ts';
import { useWalletState } from './wallet/session-context.tsx';
import './backup-nag.css';

const backupMessages = defineCatalog({
  zh: () => import('./backup-words.zh.ts'),
  en: () => import('./backup-words.en.ts'),
});

const phrasePath = '/settings/phrase';

/** How firmly to ask for the phrase; undefined when it is written down and checked. */
function useBackupNeed(): BackupNeed | undefined {
  const state = useWalletState();
  const book = useAssetBookIfKnown();
  const { data: balances } = useQuery(balancesQuery);
  if (state.status !== 'open' || state.isPhraseChecked) return undefined;
  return balances && book ? findBackupNeed(balances, book) : { level: 'pill' };
}

/** Asks for the recovery phrase to be written down: quietly, by a strip, or by a card, as the tokens grow. */
export function BackupNag() {
  const words = useMessages(backupMessages);
  const need = useBackupNeed();
  if (!need) return null;
  if (need.level === 'card') return <BackupCard need={need} />;
  if (need.level === 'strip') {
    return (
      <Banner tone="amber" title={words.stripTitle} action={<ButtonLink href={phrasePath}>{words.action}</ButtonLink>}>
        {words.stripBody}
      </Banner>
    );
  }
  return (
    <Link href={phrasePath} className="backup-pill">
      <Icon name="key" size={16} />
      {words.pill}
      <Icon name="chevronRight" size={16} />
    </Link>
  );
}

/**
 * Stands before what would bring in more tokens while a lot of them hangs on a phrase that nobody wrote down. It can be
 * put off each time, and never stands before money that is on its way already.
 */
export function BackupGate({ children }: { readonly children: ReactNode }) {
  const words = useMessages(backupMessages);
  const need = useBackupNeed();
  const [isDeferred, setDeferred] = useState(false);
  if (need?.level !== 'card' || isDeferred) return children;
  return (
    <BackupCard
      need={need}
      other={
        <Button variant="quiet" onClick={() => setDeferred(true)}>
          {words.defer}
        </Button>
      }
    />
  );
}

function BackupCard({ need, other }: { readonly need: BackupNeed; readonly other?: ReactNode }) {
  const words = useMessages(backupMessages);
  const moneyText = useMoneyText();
  const book = useAssetBookIfKnown();
  const unit = need.stake && book?.find(need.stake.currency);
  return (
    <NoticeCard
      icon="key"
      title={words.cardTitle}
      actions={
        <>
          <ButtonLink href={phrasePath} variant={other ? 'primary' : 'secondary'}>
            {words.cardAction}
          </ButtonLink>
          {other}
        </>
      }
    >
      {need.stake && unit ? <p>{words.cardBody(moneyText(need.stake.amount, unit))}</p> : null}
      <p className="text-soft">{words.cardSteps}</p>
    </NoticeCard>
  );
}
