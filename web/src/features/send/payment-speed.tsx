import type { FeeQuote, FeeSpeed } from '@feiqian/domain/fees';
import { useAssetBook } from '../../lib/assets.ts';
import { useCallGas } from '../../lib/call-gas.ts';
import { plainTransferGas } from '../../lib/draft-call.ts';
import { SpeedChoice } from '../../lib/speed-choice.tsx';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { toPaymentCall } from './draft-transaction.ts';
import type { SendReading } from './send-form.ts';

type PaymentSpeedProps = {
  readonly quote: FeeQuote;
  readonly speed: FeeSpeed;
  readonly onChange: (speed: FeeSpeed) => void;
  readonly reading: SendReading;
};

/** How urgent a payment is. What it uses is known for the chain's own coin, else asked as soon as there is something to ask. */
export function PaymentSpeed({ reading: { asset, recipient, amount }, ...choice }: PaymentSpeedProps) {
  const book = useAssetBook();
  const { address: from } = useWallet();
  const chainId = asset.chainId ?? 0;
  const isCoin = asset.kind === 'native';
  const call =
    !isCoin && recipient.kind === 'address' && amount !== undefined
      ? { from, ...toPaymentCall(book, { asset: asset.id, to: recipient.address, amount }) }
      : undefined;
  const gas = useCallGas(chainId, call);
  return <SpeedChoice {...choice} chainId={chainId} gas={isCoin ? plainTransferGas : gas} canHurry />;
}
