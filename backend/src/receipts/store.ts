import type { Language } from '@feiqian/domain/api/auth';
import type { Pool } from '../database/pool.ts';

/** A receipt that somebody wants. */
type Wanted = {
  /** That of its mail. */
  readonly id: string;
  readonly requestId: string;
  readonly addressDigest: Uint8Array;
  readonly language: Language;
  /** As sealed. */
  readonly recipient: string;
  readonly ofRequestMax: number;
  readonly ofAddressMax: number;
};

/** Notes who wants a receipt; the database writes the mail in the transaction that settles. */
export type ReceiptStore = ReturnType<typeof createReceiptStore>;

export function createReceiptStore(pool: Pool) {
  return {
    async ask({
      id,
      requestId,
      addressDigest,
      language,
      recipient,
      ofRequestMax,
      ofAddressMax,
    }: Wanted): Promise<void> {
      await pool.query('SELECT receipt_ask($1, $2, $3, $4, $5, $6, $7)', [
        id,
        requestId,
        addressDigest,
        language,
        recipient,
        ofRequestMax,
        ofAddressMax,
      ]);
    },
  };
}
