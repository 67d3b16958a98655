import { decodeAmount } from '@feiqian/domain/money';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { useFlow } from '../../lib/use-flow.ts';
import { Facts, Receipt } from '../../ui/receipt.tsx';
import { holdMessages } from './hold-messages.ts';
import { type HoldDraft, holdQuery, sendDecision } from './hold-queries.ts';
import { ItemMoney } from './item-money.tsx';

/** Decides; whatever became of it, what was read before is read again. */
export function useDecision() {
  const client = useQueryClient();
  return useFlow(async (draft: HoldDraft) => {
    try {
      const decided = await sendDecision(draft);
      client.setQueryData(holdQuery(decided.id).queryKey, decided);
      return decided;
    } finally {
      void client.invalidateQueries({ queryKey: ['staff'] });
    }
  });
}

/** Whether a release is only the first of two. */
const isFirstOfTwo = ({ hold, action }: HoldDraft): boolean =>
  action === 'release' && hold.needsTwo && hold.approvedBy === null;

/** The slip of a decision, and what became of it. */
export function HoldReview({ flow }: { readonly flow: ReturnType<typeof useDecision> }) {
  const words = useMessages(holdMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const [, navigate] = useLocation();
  const { state } = flow;
  const isRefusal = state.step !== 'editing' && state.draft.action === 'refuse';
  return (
    <FlowSheet
      flow={flow}
      title={isRefusal ? words.reviewRefuse : words.reviewRelease}
      receipt={({ hold, action, note }, isSealed) => (
        <Receipt
          sealed={isSealed}
          counterpart={
            <Facts
              facts={[
                { label: words.person, value: <strong>@{hold.person.handle}</strong> },
                ...(hold.recipient === null ? [] : [{ label: words.recipient, value: `@${hold.recipient}` }]),
                { label: words.note, value: note, tall: true },
              ]}
            />
          }
        >
          <div>
            <p className="text-soft text-small">{action === 'release' ? words.goes : words.comesBack}</p>
            <ItemMoney money={hold.money} size="hero" />
          </div>
          <p className="text-soft text-small">{words.kinds[hold.kind]}</p>
        </Receipt>
      )}
      warnings={(draft) => (isFirstOfTwo(draft) ? <p className="text-small">{words.needsTwo}</p> : null)}
      action={({ hold: { money, person }, action }) => {
        const unit = book.find(money.asset);
        const amount = unit ? formatMoney(decodeAmount(money.amount), unit, language) : money.amount;
        return action === 'release'
          ? words.releaseAction(amount, person.handle)
          : words.refuseAction(amount, person.handle);
      }}
      doneTitle={(draft) =>
        draft.action === 'refuse' ? words.refuseDone : isFirstOfTwo(draft) ? words.approveDone : words.releaseDone
      }
      busy={words.busy}
      onClose={() => navigate('/staff/holds')}
    />
  );
}
