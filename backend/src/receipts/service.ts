import { createHmac } from 'node:crypto';
import type { Language } from '@feiqian/domain/api/auth';
import { AppError } from '@feiqian/domain/errors';
import { parseEmail } from '@feiqian/domain/identity';
import { businessId } from '../ledger/ids.ts';
import type { ReceiptStore } from './store.ts';

/** Different addresses for one payment request. */
const ofRequestMax = 3;
/** Receipts to one address in a day: payees write what stands in them, and must not be able to fill anybody's mailbox. */
const ofAddressMax = 20;

type Deps = {
  readonly store: ReceiptStore;
  /** Whether mail is sent here at all. */
  readonly isOn: boolean;
  /** Without it nobody finds an address from its hash. */
  readonly addressKey: Uint8Array;
  /** Seals an address for the mail of this id. */
  readonly sealRecipient: (email: string, mailId: string) => string;
};

/** Receipts for whoever paid, by e-mail. */
export type ReceiptService = ReturnType<typeof createReceiptService>;

export function createReceiptService({ store, isOn, addressKey, sealRecipient }: Deps) {
  return {
    /**
     * Has a receipt sent, once for each address, as soon as the request is settled. Beyond the limits, and for a request that does not
     * exist, nothing happens, and nobody is told.
     *
     * @throws {AppError} MAIL_OFF, EMAIL_MALFORMED.
     */
    async ask(requestId: string, { email: text, language }: { readonly email: string; readonly language: Language }) {
      if (!isOn) throw new AppError('MAIL_OFF', 'This deployment sends no mail.');
      const email = parseEmail(text);
      const addressDigest = createHmac('sha256', addressKey).update(email).digest();
      const id = businessId('receipt', requestId, addressDigest.toString('hex'));
      const recipient = sealRecipient(email, id);
      await store.ask({ id, requestId, addressDigest, language, recipient, ofRequestMax, ofAddressMax });
    },
  };
}
