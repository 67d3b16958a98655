import { z } from 'zod';
import type { Sealer } from '../database/sealed.ts';
import type { BankAccount } from './gateway.ts';

const accountSchema = z.object({ holder: z.string(), number: z.string() });

/** Leaves of an account number what tells its owner which one it is: the last four characters. */
export function maskNumber(number: string): string {
  return `•••• ${number.slice(-4)}`;
}

/** Seals an account for the database. @param context - Whose it is: it can't be read as anything else. */
export function sealAccount(sealer: Pick<Sealer, 'sealText'>, account: BankAccount, context: string): string {
  return sealer.sealText(JSON.stringify(account), context);
}

/** Reads a sealed account, at the moment of paying out. */
export function openAccount(sealer: Pick<Sealer, 'openText'>, sealed: string, context: string): BankAccount {
  return accountSchema.parse(JSON.parse(sealer.openText(sealed, context)));
}
