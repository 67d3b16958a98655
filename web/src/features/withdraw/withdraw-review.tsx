import type { WithdrawalRequest, withdrawalResponse } from '@feiqian/domain/api/cash';
import { decodeAmount } from '@feiqian/domain/money';
import type { z } from 'zod';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { groupNumber } from '../../lib/bank-number.ts';
import { bankMessages } from '../../lib/bank-words.ts';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { formMessages } from '../../lib/form-words.ts';
import type { Flow } from '../../lib/use-flow.ts';
import { AmountText } from '../../ui/amount-text.tsx';
import { Facts, Receipt } from '../../ui/receipt.tsx';
import { withdrawMessages } from './messages.ts';

/** What will be asked of the service, frozen at the review. */
export type WithdrawDraft = {
  readonly body: WithdrawalRequest;
  readonly gatewayTitle: string;
  readonly idempotencyKey: string;
};

type WithdrawReviewProps = {
  readonly flow: Flow<WithdrawDraft, z.infer<typeof withdrawalResponse>>;
  readonly onClose: () => void;
};

/** The slip of a withdrawal. */
export function WithdrawReview({ flow, onClose }: WithdrawReviewProps) {
  const words = useMessages(withdrawMessages);
  const bank = useMessages(bankMessages);
  const form = useMessages(formMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const moneyOf = ({ body }: WithdrawDraft) => ({
    amount: decodeAmount(body.money.amount),
    unit: book.get(body.money.asset),
  });
  return (
    <FlowSheet
      flow={flow}
      title={words.review}
      receipt={(draft, isSealed) => (
        <Receipt
          sealed={isSealed}
          counterpart={
            <Facts
              facts={[
                {
                  label: words.to,
                  tall: true,
                  value: (
                    <>
                      <strong>{draft.body.bankAccount.holder}</strong>{' '}
                      <span className="tabular">{groupNumber(draft.body.bankAccount.number)}</span>
                    </>
                  ),
                },
                { label: bank.method, value: draft.gatewayTitle },
                { label: form.fee, value: form.noFee },
                { label: words.when, value: words.whenValue, tall: true },
              ]}
            />
          }
        >
          <div>
            <p className="text-soft text-small">{words.leaves}</p>
            <AmountText {...moneyOf(draft)} size="hero" />
          </div>
        </Receipt>
      )}
      action={(draft) => {
        const { amount, unit } = moneyOf(draft);
        return words.action(formatMoney(amount, unit, language));
      }}
      doneTitle={() => words.accepted}
      busy={form.sending}
      followHref={({ historyId }) => `/history/${historyId}`}
      onClose={onClose}
    />
  );
}
