import { decodeAmount } from '@feiqian/domain/money';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { formatExactTime } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { useFlow } from '../../lib/use-flow.ts';
import { Facts, Receipt } from '../../ui/receipt.tsx';
import { ItemMoney } from './item-money.tsx';
import { staffMessages } from './messages.ts';
import { type CreditDraft, sendCredit, suspenseItemQuery } from './queries.ts';

/** Credits; whatever became of it, what was read before is read again. */
export function useCredit() {
  const client = useQueryClient();
  return useFlow(async (draft: CreditDraft) => {
    try {
      const resolved = await sendCredit(draft);
      client.setQueryData(suspenseItemQuery(resolved.id).queryKey, resolved);
      return resolved;
    } finally {
      void client.invalidateQueries({ queryKey: ['staff'] });
    }
  });
}

/** The slip of a credit, and what became of it. */
export function CreditReview({ flow }: { readonly flow: ReturnType<typeof useCredit> }) {
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
          <div>
            <p className="text-soft text-small">{words.leaves}</p>
            <ItemMoney money={draft.item.money} size="hero" />
          </div>
          <p className="text-soft text-small">{words.reasons[draft.item.reason]}</p>
        </Receipt>
      )}
      action={({ item: { money }, handle }) => {
        const unit = book.find(money.asset);
        return words.credit(unit ? formatMoney(decodeAmount(money.amount), unit, language) : money.amount, handle);
      }}
      doneTitle={({ handle }) => words.outcome.credit(handle)}
      busy={words.crediting}
      onClose={() => navigate('/staff/suspense')}
    />
  );
}
