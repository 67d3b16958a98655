import type { SuspenseItemWire } from '@feiqian/domain/api/staff';
import { useQuery } from '@tanstack/react-query';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { StateText } from '../../ui/list.tsx';
import { Section } from '../../ui/page.tsx';
import { Facts, Receipt } from '../../ui/receipt.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { CreditForm } from './credit-form.tsx';
import { useItemFacts } from './item-facts.tsx';
import { ItemMoney } from './item-money.tsx';
import { staffMessages } from './messages.ts';
import { type CreditDraft, suspenseItemQuery } from './queries.ts';

type SuspenseDetailProps = {
  readonly id: string;
  /** Told what is to be credited, to be reviewed. */
  readonly onDraft: (draft: CreditDraft) => void;
};

/** One item: where it came from, whose it may be, and what can be done about it. */
export function SuspenseDetail({ id, onDraft }: SuspenseDetailProps) {
  const words = useMessages(staffMessages);
  const common = useMessages(commonMessages);
  const { data: item, error, isPending, refetch } = useQuery(suspenseItemQuery(id));
  if (item) return <ItemPaper item={item} onDraft={onDraft} />;
  if (isPending) return <Skeleton lines={6} />;
  return (
    <Failure
      error={error}
      effect={words.notRead}
      action={<Button onClick={() => void refetch()}>{common.retry}</Button>}
    />
  );
}

type ItemPaperProps = Pick<SuspenseDetailProps, 'onDraft'> & { readonly item: SuspenseItemWire };

function ItemPaper({ item, onDraft }: ItemPaperProps) {
  const words = useMessages(staffMessages);
  const facts = useItemFacts(item);
  return (
    <div className="stack stack--wide">
      <Receipt sealed={item.state === 'resolved'} counterpart={<Facts facts={facts} />}>
        <div className="stack stack--tight">
          <h2>{words.reasons[item.reason]}</h2>
          <ItemMoney money={item.money} size="hero" />
          <div aria-live="polite">
            <StateText state={item.resolution ? 'done' : 'waiting'}>
              {item.resolution ? words.outcome[item.resolution.action](item.resolution.recipient.handle) : words.open}
            </StateText>
          </div>
        </div>
      </Receipt>
      {item.isBooked ? null : <Banner tone="amber" title={words.notBooked} />}
      {item.reason === 'ISSUE_UNKNOWN' ? <Banner tone="amber" title={words.issueUnknown} /> : null}
      {item.actions.includes('credit') ? (
        <Section title={words.creditTitle}>
          <CreditForm item={item} onDraft={onDraft} />
        </Section>
      ) : null}
    </div>
  );
}
