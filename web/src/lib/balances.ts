import { type AssetWire, type Balances, balancesResponse } from '@feiqian/domain/api/chain';
import { type Amount, convertAtPar, decodeAmount, toAmount, zeroAmount } from '@feiqian/domain/money';
import { queryOptions } from '@tanstack/react-query';
import type { AssetBook } from './assets.ts';
import { getJson } from './http.ts';

/** What the person has: cash with the operator, tokens and coins at their own addresses. */
export const balancesQuery = queryOptions({
  queryKey: ['balances'] as const,
  queryFn: ({ signal }) => getJson('/v1/balances', balancesResponse, signal),
});

/**
 * What can be moved of an asset just now: cash that is not reserved, tokens of the person's addresses that no held payment waits for.
 *
 * @param address - Counts only this address, as one payment leaves from one address.
 */
export function availableOf(balances: Balances, asset: string, address?: string): Amount {
  const cash = balances.cash.find((balance) => balance.asset === asset);
  if (cash) return decodeAmount(cash.available);
  const amount = sumOf(balances.onChain, asset, address) - sumOf(balances.held, asset, address);
  return amount > 0n ? toAmount(amount) : zeroAmount;
}

/** What the person's addresses hold of an asset, also what held payments wait for: until then it is where it was. */
export function holdingOf(balances: Balances, asset: string): Amount {
  return sumOf(balances.onChain, asset);
}

/** What payments wait for that can still be undone, fees included. */
export function heldOf(balances: Balances, asset: string): Amount {
  return sumOf(balances.held, asset);
}

function sumOf(parts: Balances['onChain'], asset: string, address?: string): Amount {
  const amounts = parts
    .filter((part) => part.asset === asset && (address === undefined || part.address === address))
    .map(({ amount }) => decodeAmount(amount));
  return toAmount(amounts.reduce((sum, amount) => sum + amount, 0n));
}

/** Everything at par with one currency. */
export type Total = {
  /** Base units of the currency; exact unless `isRounded`. */
  readonly amount: Amount;
  /** Tokens have more digits than cash: then the sum was cut to cash digits, and the screen says so. */
  readonly isRounded: boolean;
};

/**
 * Adds up the cash of a currency (reserved cash included: it is still yours) and the tokens at par with it.
 * Nothing is converted between currencies: there is no rate that we could stand for.
 */
export function totalAtPar(balances: Balances, book: AssetBook, currency: string): Total {
  const cash = book.get(currency);
  const ofCash = balances.cash
    .filter((balance) => balance.asset === currency)
    .reduce((sum, { available, pending }) => sum + decodeAmount(available) + decodeAmount(pending), 0n);
  const tokens = sumTokens(balances, book, cash);
  return { amount: toAmount(ofCash + tokens.amount), isRounded: tokens.isRounded };
}

/** The tokens at par with a currency that the person holds, in base units of the currency, cut to its digits. */
export function totalHeldAtPar(balances: Balances, book: AssetBook, currency: string): Amount {
  return sumTokens(balances, book, book.get(currency)).amount;
}

function sumTokens(balances: Balances, book: AssetBook, cash: AssetWire): Total {
  let amount = 0n;
  let isRounded = false;
  for (const token of book.assets.filter((asset) => asset.kind === 'token' && asset.cash === cash.id)) {
    const held = holdingOf(balances, token.id);
    const unit = 10n ** BigInt(Math.max(0, token.decimals - cash.decimals));
    isRounded ||= held % unit !== 0n;
    amount += convertAtPar(toAmount(held - (held % unit)), token.decimals, cash.decimals);
  }
  return { amount: toAmount(amount), isRounded };
}

/** Whether there is anything at all. */
export function isEmpty(balances: Balances): boolean {
  const cash = balances.cash.every(({ available, pending }) => available === '0' && pending === '0');
  return cash && balances.onChain.every(({ amount }) => decodeAmount(amount) === zeroAmount);
}
