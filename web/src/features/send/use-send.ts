import type { MovementWire, RelayQuote } from '@feiqian/domain/api/chain';
import { AppError } from '@feiqian/domain/errors';
import type { FeePerGas } from '@feiqian/domain/fees';
import type { Amount } from '@feiqian/domain/money';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Address } from 'viem';
import type { AssetBook } from '../../lib/assets.ts';
import { usePreferences } from '../../lib/preferences-context.tsx';
import { draftRelayPayment, type RelayPaymentDraft, sendRelayPayment } from '../../lib/relay.ts';
import { type Flow, useFlow } from '../../lib/use-flow.ts';
import type { OpenWallet } from '../../lib/wallet/wallet-context.tsx';
import { draftTransactionPayment, sendTransactionPayment, type TransactionPaymentDraft } from './draft-transaction.ts';

/** Either way of moving a token; both are reviewed by decoding what is signed. */
export type SendDraft = RelayPaymentDraft | TransactionPaymentDraft;

/** The flow of a payment: signs the reviewed draft and sends it. */
export function useSend(wallet: OpenWallet): Flow<SendDraft, MovementWire> {
  const client = useQueryClient();
  // A used or refused quote is not offered again.
  const forgetQuotes = () => void client.invalidateQueries({ queryKey: ['quotes'] });
  return useFlow(async (draft: SendDraft) => {
    try {
      return draft.kind === 'relay'
        ? await sendRelayPayment(wallet, draft)
        : await sendTransactionPayment(wallet, draft);
    } finally {
      forgetQuotes();
    }
  });
}

type Terms = {
  readonly asset: string;
  readonly to: Address;
  readonly amount: Amount;
  /** Present when the relay carries it; `fees` when a plain transaction does. */
  readonly quote: RelayQuote | undefined;
  readonly fees: FeePerGas | undefined;
};

/** Makes the draft; a plain transaction asks the chain for nonce, gas and fee first. */
export function usePrepareSend({
  book,
  wallet,
  onDraft,
}: {
  readonly book: AssetBook;
  readonly wallet: OpenWallet;
  readonly onDraft: (draft: SendDraft) => void;
}) {
  const { undoMinutes } = usePreferences().preferences;
  const { mutate, isPending, error } = useMutation({
    mutationFn: async ({ asset, to, amount, quote, fees }: Terms): Promise<SendDraft> => {
      if (fees) return await draftTransactionPayment(book, { asset, from: wallet.address, to, amount, fees });
      if (!quote) throw new AppError('QUOTE_EXPIRED', 'There is no price yet.');
      const nowSeconds = BigInt(Math.floor(Date.now() / 1000));
      return draftRelayPayment(book, { quote, from: wallet.address, to, amount, nowSeconds, undoMinutes });
    },
    onSuccess: onDraft,
  });
  return { start: (terms: Terms) => !isPending && mutate(terms), isPending, error };
}
