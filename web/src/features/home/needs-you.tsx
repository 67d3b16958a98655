import type { HistoryEntry } from '@feiqian/domain/api/history';
import { useQuery } from '@tanstack/react-query';
import { useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { BackupNag } from '../../lib/backup-nag.tsx';
import { stateOf, titleOf } from '../../lib/history/describe-entry.ts';
import { historyMessages } from '../../lib/history/words.ts';
import { needsOwner, payoutRulesQuery } from '../../lib/payout-rules.ts';
import { Banner } from '../../ui/banner.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { homeMessages } from './messages.ts';

type NeedsYouProps = { readonly entries: readonly HistoryEntry[] };

/** Whether an event waits for the person: asked for by the service, or a top-up that was not paid yet. */
export function needsPerson(entry: HistoryEntry): boolean {
  return (
    entry.status === 'needs_action' || (entry.status === 'pending' && entry.kind === 'top_up' && entry.holder === 'you')
  );
}

/** What waits for the person, as amber strips above everything else. */
export function NeedsYou({ entries }: NeedsYouProps) {
  const words = useMessages(homeMessages);
  const historyWords = useMessages(historyMessages);
  const book = useAssetBook();
  const waiting = entries.filter(needsPerson);
  return (
    <div className="stack home-needs">
      {waiting.map((entry) => (
        <Banner
          key={entry.id}
          tone="amber"
          title={titleOf(entry, historyWords, book)}
          action={<ButtonLink href={`/history/${entry.id}`}>{words.resume}</ButtonLink>}
        >
          {stateOf(entry, historyWords)}
        </Banner>
      ))}
      <StoppedPayouts />
      <BackupNag />
    </div>
  );
}

/** Automatic payouts that have stopped. */
function StoppedPayouts() {
  const words = useMessages(homeMessages);
  const { data: rules } = useQuery(payoutRulesQuery);
  if (!rules?.some(needsOwner)) return null;
  return (
    <Banner
      tone="amber"
      title={words.payoutsStopped}
      action={<ButtonLink href="/settings/payouts">{words.resume}</ButtonLink>}
    >
      {words.payoutsStoppedBody}
    </Banner>
  );
}
