import { randomUUID } from 'node:crypto';
import type { Queryable } from '../database/pool.ts';

/** What is done to the safety of an account that its owner is told by mail; it can't be switched off. */
export type SecurityEvent =
  | 'totp_added'
  | 'totp_removed'
  | 'passkey_added'
  | 'passkey_removed'
  | 'passkey_suspect'
  | 'recovery_codes_renewed'
  | 'recovery_code_used'
  | 'factor_locked';

/** Writes the mail in the transaction that does what it tells. */
export type TellOwner = (connection: Queryable, userId: string, event: SecurityEvent) => Promise<void>;

type Deps = {
  /** Whether mail is sent here at all. */
  readonly isOn: boolean;
  /** Seals an address for the mail of this id. */
  readonly sealRecipient: (email: string, mailId: string) => string;
};

export function createTellOwner({ isOn, sealRecipient }: Deps): TellOwner {
  return async (connection, userId, event) => {
    if (!isOn) return;
    const { rows } = await connection.query<{ email: string }>('SELECT email FROM users WHERE id = $1', [userId]);
    const [user] = rows;
    if (!user) return;
    const id = randomUUID();
    await connection.query('SELECT security_mail_write($1, $2, $3, $4)', [
      id,
      userId,
      sealRecipient(user.email, id),
      event,
    ]);
  };
}
