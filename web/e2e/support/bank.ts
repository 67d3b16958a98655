/** The sandbox bank as somebody outside sees it, and how an account there is told to the wallet. */

import type { Person } from './person.ts';
import type { RunningProduct } from './product.ts';
import { findBanks } from './requests.ts';
import { sentences } from './sentences.ts';

/** What the bank has paid to an account, in fen and with what became of it: `1200 settled`. */
export async function listPaidTo(product: RunningProduct, account: string): Promise<string[]> {
  const [bank = ''] = findBanks(product.output());
  const { payouts } = (await (await fetch(`${bank}/panel.json`)).json()) as {
    payouts: { amount: string; status: string; account: { holder: string; number: string } }[];
  };
  return payouts
    .filter(({ account: { number } }) => number === account)
    .map(({ amount, status }) => `${amount} ${status}`);
}

/** Fills the account of a rule for payouts in, as people write such numbers. */
export async function fillAccount({ page }: Person, holder: string, account: string): Promise<void> {
  await page.getByLabel(sentences.en.bank.holder).fill(holder);
  await page.getByLabel(sentences.en.bank.number).fill(account.replace(/(.{4})(?=.)/g, '$1 '));
}
