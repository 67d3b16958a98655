import { type FeeQuote, type FeeSpeed, feeSpeeds } from '@feiqian/domain/fees';
import { toAmount } from '@feiqian/domain/money';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { formatMoney } from '../i18n/money-text.ts';
import { Segmented } from '../ui/segmented.tsx';
import { useAssetBook } from './assets.ts';
import { roundUp } from './round-up.ts';
import { speedMessages } from './speed-words.ts';

type SpeedChoiceProps = {
  readonly chainId: number;
  readonly quote: FeeQuote;
  readonly speed: FeeSpeed;
  readonly onChange: (speed: FeeSpeed) => void;
  /** What the transaction uses; undefined while that is not known, and then no speed has a price. */
  readonly gas: bigint | undefined;
  /** Whether it can be hurried later, once it is sent. */
  readonly canHurry: boolean;
};

/** How urgent a transaction is, with what each speed would cost if the next block took it. */
export function SpeedChoice({ chainId, quote, speed, onChange, gas, canHurry }: SpeedChoiceProps) {
  const words = useMessages(speedMessages);
  const language = useLanguage();
  const coin = { kind: 'native', ...useAssetBook().getChain(chainId).native } as const;
  const costOf = (each: FeeSpeed) =>
    gas === undefined
      ? undefined
      : `≈ ${formatMoney(toAmount(roundUp(gas * quote[each].expectedPerGas, 2)), coin, language)}`;
  return (
    <div className="stack stack--tight">
      <Segmented
        legend={words.speed}
        value={speed}
        onChange={onChange}
        choices={feeSpeeds.map((each) => ({ value: each, label: words.speeds[each], detail: costOf(each) }))}
      />
      <p className="text-soft text-small">
        {speed === 'slow' && canHurry ? words.slowCanHurry : words.speedHints[speed]}
      </p>
    </div>
  );
}
