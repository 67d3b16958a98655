import type { AccountSpec } from './command.ts';

/** What the operator owes to a person in one currency. */
export const userCash = (userId: string, asset: string): AccountSpec => ({
  name: `user:${userId}:cash`,
  asset,
  ownerId: userId,
  floor: 'credits',
});
/** What a gateway has taken for us and not yet settled. Payouts through it are taken from it. */
export const gatewayReceivable = (gateway: string, asset: string): AccountSpec => ({
  name: `gateway:${gateway}:receivable`,
  asset,
  floor: 'none',
});
/** Money at a bank. */
export const bankAccount = (bank: string, asset: string): AccountSpec => ({
  name: `bank:${bank}`,
  asset,
  floor: 'debits',
});
/** Liability to token holders, in token units; equals the supply on chain at the ledger's cursor. `token` is the token's asset id. */
export const issued = (token: string): AccountSpec => ({ name: `issued:${token}`, asset: token, floor: 'credits' });
/** Joins cash and token units of one stablecoin: one account in each unit, always equal and opposite at par. */
export const par = (token: string, asset: string): AccountSpec => ({ name: `par:${token}`, asset, floor: 'none' });
/** Fees that the operator earned. */
export const fees = (asset: string): AccountSpec => ({ name: 'fees', asset, floor: 'none' });
/** Money whose owner a person has to find. */
export const suspense = (asset: string): AccountSpec => ({ name: 'suspense', asset, floor: 'none' });
/** Money that waits for staff: pending there, never posted. */
export const held = (asset: string): AccountSpec => ({ name: 'held', asset, floor: 'none' });
/** Tokens of a former life of a chain that began anew: nobody can hold them any more. */
export const retired = (chainId: number, epoch: number, token: string): AccountSpec => ({
  name: `retired:${chainId}:${epoch}`,
  asset: token,
  floor: 'none',
});
