import { toAmount } from '@feiqian/domain/money';
import { useState } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import type { Unit } from '../../i18n/money-text.ts';
import { changeAllowance } from '../../keyring/change-allowance.ts';
import { AmountField } from '../../lib/amount-field.tsx';
import { readTypedMoney } from '../../lib/typed-money.ts';
import { Button } from '../../ui/button.tsx';
import { More } from '../../ui/receipt.tsx';
import { approvalMessages } from './messages.ts';
import type { RevokeDraft } from './revoke.ts';

type LowerInsteadProps = {
  readonly draft: RevokeDraft;
  readonly unit: Unit;
  /** Given a new draft, to be looked at anew. */
  readonly onDraft: (draft: RevokeDraft) => void;
};

/** Leaves the spender a part of what it may take, for who still needs it. */
export function LowerInstead({ draft, unit, onDraft }: LowerInsteadProps) {
  const words = useMessages(approvalMessages);
  const [text, setText] = useState('');
  const max = toAmount(BigInt(draft.approval.amount) - 1n);
  const typed = readTypedMoney(text, unit.decimals, { max });
  const lower = () => {
    const signing = typed.state === 'ok' ? changeAllowance(draft.signing, typed.amount) : undefined;
    if (signing) onDraft(Object.freeze({ ...draft, signing }));
  };
  return (
    <More label={words.lower}>
      <div className="stack stack--tight">
        <AmountField
          text={text}
          onText={setText}
          unit={unit}
          typed={typed}
          label={words.lowerAmount}
          autoFocus={false}
        />
        <Button wide blocked={typed.state === 'ok' ? undefined : words.lowerThis} onClick={lower}>
          {words.lowerThis}
        </Button>
      </div>
    </More>
  );
}
