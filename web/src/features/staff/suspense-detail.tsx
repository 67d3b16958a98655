import type { SuspenseItemWire } from '@feiqian/domain/api/staff';
import { decodeAmount } from '@feiqian/domain/money';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { commonMessages } from '../../i18n/common.ts';
import { formatExactTime } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { Failure } from '../../lib/failure.tsx';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { useFlow } from '../../lib/use-flow.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { StateText } from '../../ui/list.tsx';
import { Section } from '../../ui/page.tsx';
import { Facts, Receipt } from '../../ui/receipt.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { CreditForm } from './credit-form.tsx';
import { useItemFacts } from './item-facts.tsx';
import { ItemMoney } from './item-money.tsx';
import { staffMessages } from './messages.ts';
import { type CreditDraft, sendCredit, suspenseItemQuery } from './queries.ts';

/** One item: where it came from, whose it may be, and what can be done about it. */
export function SuspenseDetail({ id }: { readonly id: string }) {
  const words = useMessages(staffMessages);
  const common = useMessages(commonMessages);
  const { data: item, error, isPending, refetch } = useQuery(suspenseItemQuery(id));
  if (item) return <ItemPaper item={item} />;
  if (isPending) return <Skeleton lines={6} />;
  return (
    <Failure
      error={error}
      effect={words.notRead}
      action={<Button onClick={() => void refetch()}>{common.retry}</Button>}
    />
  );
}

function ItemPaper({ item }: { readonly item: SuspenseItemWire }) {
  const words = useMessages(staffMessages);
  const facts = useItemFacts(item);
  const flow = useCredit(item.id);
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
          <CreditForm item={item} onDraft={flow.review} />
        </Section>
      ) : null}
      <CreditReview flow={flow} />
    </div>
  );
}

/** Credits; whatever became of it, what was read before is read again. */
function useCredit(id: string) {
  const client = useQueryClient();
  return useFlow(async (draft: CreditDraft) => {
    try {
      const resolved = await sendCredit(draft);
      client.setQueryData(suspenseItemQuery(id).queryKey, resolved);
      return resolved;
    } finally {
      void client.invalidateQueries({ queryKey: ['staff'] });
    }
  });
}

function CreditReview({ flow }: { readonly flow: ReturnType<typeof useCredit> }) {
  const words = useMessages(staffMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const [, navigate] = useLocation();
  return (
    <FlowSheet
      flow={flow}
      title={words.reviewTitle}
      receipt={(draft, isSealed) => (
        <Receipt
          sealed={isSealed}
          counterpart={
            <Facts
              facts={[
                { label: words.arrives, value: <strong>@{draft.handle}</strong> },
                { label: words.note, value: draft.note, tall: true },
                { label: words.when, value: formatExactTime(draft.item.createdAt, language) },
              ]}
            />
          }
        >
          <p className="text-soft text-small">{words.leaves}</p>
          <ItemMoney money={draft.item.money} size="hero" />
          <p className="text-soft text-small">{words.reasons[draft.item.reason]}</p>
        </Receipt>
      )}
      action={({ item: { money }, handle }) => {
        const unit = book.find(money.asset);
        return words.credit(unit ? formatMoney(decodeAmount(money.amount), unit, language) : money.amount, handle);
      }}
      busy={words.crediting}
      onClose={() => navigate('/staff/suspense')}
    />
  );
}
