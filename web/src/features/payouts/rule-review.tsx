import type { PayoutRuleWire } from '@feiqian/domain/api/payouts';
import { decodeAmount } from '@feiqian/domain/money';
import { useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { groupNumber } from '../../lib/bank-number.ts';
import { bankMessages } from '../../lib/bank-words.ts';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { formMessages } from '../../lib/form-words.ts';
import { useGatewayTitle } from '../../lib/gateways.ts';
import type { Flow } from '../../lib/use-flow.ts';
import { AddressText } from '../../ui/address-text.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { type Fact, Facts, Receipt } from '../../ui/receipt.tsx';
import { payoutMessages } from './messages.ts';
import type { RuleDraft } from './rule-form.ts';
import { type RuleTerms, useRuleWords } from './use-rule-words.ts';
import './payouts.css';

type RuleReviewProps = {
  readonly flow: Flow<RuleDraft, PayoutRuleWire>;
  readonly isNew: boolean;
  readonly onClose: () => void;
};

/** The slip of a rule: in one sentence, and then each part of it. */
export function RuleReview({ flow, isNew, onClose }: RuleReviewProps) {
  const words = useMessages(payoutMessages);
  const form = useMessages(formMessages);
  const bank = useMessages(bankMessages);
  const book = useAssetBook();
  const gatewayTitle = useGatewayTitle();
  const { sentence } = useRuleWords();
  const factsOf = (draft: RuleDraft): Fact[] => {
    const terms = termsOf(draft);
    const unit = book.get(terms.asset);
    return [
      ...accountOf(draft, words.account),
      ...(terms.target.kind === 'bank'
        ? [{ label: bank.method, value: gatewayTitle(terms.target.gateway) }]
        : [{ label: words.address, tall: true, value: <AddressText address={terms.target.address} /> }]),
      { label: words.stays, value: <AmountText amount={decodeAmount(terms.keep)} unit={unit} /> },
      { label: words.min, value: <AmountText amount={decodeAmount(draft.body.min)} unit={unit} /> },
      { label: form.fee, value: form.noFee },
      { label: form.when, value: terms.target.kind === 'bank' ? words.returns : words.tokensArrive, tall: true },
    ];
  };
  return (
    <FlowSheet
      flow={flow}
      title={words.review}
      receipt={(draft, isSealed) => (
        <Receipt sealed={isSealed} counterpart={<Facts facts={factsOf(draft)} />}>
          <div className="stack stack--tight">
            <p className="payout-rule__sentence">{sentence(termsOf(draft))}</p>
            <p className="text-soft text-small">{words.fromNow}</p>
          </div>
        </Receipt>
      )}
      action={() => (isNew ? words.start : words.save)}
      doneTitle={() => (isNew ? words.started : words.saved)}
      busy={words.saving}
      onClose={onClose}
    />
  );
}

/** Whose account and which, in full where it was filled in just now. */
function accountOf(draft: RuleDraft, label: string): Fact[] {
  if (draft.kind === 'change' || draft.body.target.kind !== 'bank') return [];
  const { holder, number } = draft.body.target.bankAccount;
  const value = (
    <>
      <strong>{holder}</strong> <span className="tabular">{groupNumber(number)}</span>
    </>
  );
  return [{ label, tall: true, value }];
}

/** What a draft makes the rule say. */
function termsOf(draft: RuleDraft): RuleTerms {
  const { keep, schedule } = draft.body;
  if (draft.kind === 'change') return { asset: draft.rule.asset, target: draft.rule.target, keep, schedule };
  const { asset, target } = draft.body;
  return { asset, target, keep, schedule };
}
