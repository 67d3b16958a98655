import { type FeeQuote, type FeeSpeed, feeSpeeds } from '@feiqian/domain/fees';
import { toAmount } from '@feiqian/domain/money';
import { useQuery } from '@tanstack/react-query';
import { estimateGas } from '../../chain/rpc.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { type AssetBook, useAssetBook } from '../../lib/assets.ts';
import { plainTransferGas } from '../../lib/draft-call.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { toPaymentCall } from './draft-transaction.ts';
import { sendMessages } from './messages.ts';
import { roundUp } from './round-up.ts';
import type { SendReading } from './send-form.ts';

type SpeedChoiceProps = {
  readonly quote: FeeQuote;
  readonly speed: FeeSpeed;
  readonly onChange: (speed: FeeSpeed) => void;
  readonly reading: SendReading;
};

/** How urgent a transaction is, with what each speed would cost if the next block took it. */
export function SpeedChoice({ quote, speed, onChange, reading }: SpeedChoiceProps) {
  const words = useMessages(sendMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const gas = useGas(reading, book);
  const chain = book.getChain(reading.asset.chainId ?? 0);
  const coin = { kind: 'native', ...chain.native } as const;
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
      <p className="text-soft text-small">{words.speedHints[speed]}</p>
    </div>
  );
}

/** What the payment uses: known for the chain's own coin, else asked as soon as there is something to ask. */
function useGas({ asset, recipient, amount }: SendReading, book: AssetBook): bigint | undefined {
  const { address: from } = useWallet();
  const to = recipient.kind === 'address' ? recipient.address : undefined;
  const isCoin = asset.kind === 'native';
  const { data } = useQuery({
    queryKey: ['gas', asset.id, from, to, `${amount}`] as const,
    queryFn: () =>
      to === undefined || amount === undefined
        ? undefined
        : estimateGas(asset.chainId ?? 0, { from, ...toPaymentCall(book, { asset: asset.id, to, amount }) }),
    enabled: !isCoin && to !== undefined && amount !== undefined,
    retry: false,
  });
  return isCoin ? plainTransferGas : data;
}
