/** Looks whether everything has come to rest, and whether it is as it must be: plan, books, chain and histories agree. */
import type { Balances } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import { erc20Abi } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { describeCheck, verifyAll } from '../../../backend/src/verify/verify-all.ts';
import type { Environment } from './environment.ts';
import { eventually } from './patience.ts';
import type { Person } from './person.ts';
import type { Entry, Holdings } from './plan.ts';

const CNY = 'iso4217:CNY';
const finalityDepth = 3n;

/** What must be so. */
export type Expected = {
  readonly holdings: Holdings;
  /** Of all people together, in any order. */
  readonly entries: readonly Entry[];
};

/** Resolves when nothing is under way any more: no entry pending, no transaction unfinished, no notification unread, all blocks booked. */
export async function untilAtRest({ postgres, chain, mining }: Environment, people: readonly Person[]): Promise<void> {
  const { pool } = postgres;
  const ids = people.map(({ me }) => me.id);
  const countOpen = async () => {
    const { rows } = await pool.query<{ what: string; n: number }>(
      `SELECT 'entries pending' AS what, count(*)::int AS n FROM history_entries WHERE user_id = ANY ($1) AND status = 'pending'
       UNION ALL SELECT 'transactions unfinished', count(*)::int FROM chain_transactions
         WHERE handled_at IS NULL OR state IN ('requested', 'signed', 'broadcast', 'mined')
       UNION ALL SELECT 'payments on their way', count(*)::int FROM payments WHERE state IN ('pending', 'mined')
       UNION ALL SELECT 'notifications unread', count(*)::int FROM gateway_events WHERE processed_at IS NULL`,
      [ids],
    );
    return rows.filter(({ n }) => n > 0).map(({ what, n }) => `${n} ${what}`);
  };
  await eventually('everything is at rest', async () => {
    const open = await countOpen();
    if (open.length > 0) throw new Error(open.join(', '));
    return true;
  });
  // No new blocks from here on, so that the books can be at the newest final one.
  await mining.pause();
  const final = (await chain.client.getBlockNumber()) - finalityDepth;
  await eventually('the books are at the newest final block', async () => {
    const { rows } = await pool.query<{ final: string; booked: string }>(
      `SELECT c.finalized_number::text AS final, s.block_number::text AS booked FROM chains c
       JOIN chain_cursors s ON s.chain_id = c.chain_id AND s.epoch = c.epoch AND s.consumer = 'ledger' WHERE c.status = 'following'`,
    );
    const [row] = rows;
    if (row?.final === `${final}` && row.booked === `${final}`) return true;
    throw new Error(`final ${row?.final}, booked ${row?.booked}, expected ${final}`);
  });
  await eventually('everything is still at rest', async () => ((await countOpen()).length === 0 ? true : undefined));
}

/** Everything that is not as it must be, one line each; none when all is well. */
export async function audit(
  environment: Environment,
  people: readonly Person[],
  { holdings, entries }: Expected,
): Promise<string[]> {
  const odd: string[] = [];
  const compare = (what: string, found: unknown, expected: unknown) => {
    if (`${found}` !== `${expected}`) odd.push(`${what}: ${found}, must be ${expected}`);
  };
  for (const [index, person] of people.entries()) {
    const [cash, token] = [holdings.cash[index] ?? 0n, holdings.token[index] ?? 0n];
    await auditBalances(environment, person, { name: `person ${index}`, cash, token, compare });
    const found = (await listHistory(person)).map(describeHistoryEntry).sort();
    const mine = entries
      .filter(({ who }) => who === index)
      .map((entry) => describeEntry(environment, entry))
      .sort();
    compare(`person ${index}, history`, found.join('\n    '), mine.join('\n    '));
  }
  await auditTotals(environment, compare);
  const checks = await verifyAll(environment.postgres.pool, {
    readSupply: (_, block) => readSupply(environment, block),
  });
  return [...odd, ...checks.filter(({ violations }) => violations > 0).map(describeCheck)];
}

type Compare = (what: string, found: unknown, expected: unknown) => void;

async function auditBalances(
  { postgres, chain, token: asset }: Environment,
  person: Person,
  {
    name,
    cash,
    token,
    compare,
  }: { readonly name: string; readonly cash: bigint; readonly token: bigint; readonly compare: Compare },
): Promise<void> {
  const balances = await eventually('the chain’s balances can be read', async () => {
    const read = await person.get<Balances>('/v1/balances');
    return read.unavailable.length === 0 ? read : undefined;
  });
  const row = balances.cash.find((candidate) => candidate.asset === CNY);
  compare(`${name}, cash over the API`, row?.available ?? '0', cash);
  compare(`${name}, cash set aside`, row?.pending ?? '0', 0);
  compare(`${name}, tokens over the API`, balances.onChain.find((one) => one.asset === asset)?.amount ?? '0', token);
  const { rows } = await postgres.pool.query<{ cash: string; pending: string }>(
    `SELECT coalesce(sum(credits_posted - debits_posted), 0)::text AS cash, coalesce(sum(credits_pending + debits_pending), 0)::text AS pending
     FROM ledger_accounts WHERE name = $1 AND asset = $2`,
    [`user:${person.me.id}:cash`, CNY],
  );
  compare(`${name}, cash in the books`, rows[0]?.cash, cash);
  compare(`${name}, cash set aside in the books`, rows[0]?.pending, 0);
  compare(`${name}, tokens on chain`, await readTokens(chain, person.account.address), token);
}

async function auditTotals({ chain, totals, postgres, token }: Environment, compare: Compare): Promise<void> {
  const supply = await chain.client.readContract({
    address: chain.addresses.cnyf,
    abi: erc20Abi,
    functionName: 'totalSupply',
  });
  compare('tokens in existence', supply, totals.supply);
  compare('fees earned', await readTokens(chain, privateKeyToAddress(chain.keys.relayer)), totals.fees);
  const { rows } = await postgres.pool.query<{ issued: string }>(
    `SELECT coalesce(sum(credits_posted - debits_posted), 0)::text AS issued FROM ledger_accounts WHERE name = 'issued:' || $1`,
    [token],
  );
  compare('tokens issued in the books', rows[0]?.issued, totals.supply);
}

function readTokens({ client, addresses }: Environment['chain'], owner: `0x${string}`): Promise<bigint> {
  return client.readContract({ address: addresses.cnyf, abi: erc20Abi, functionName: 'balanceOf', args: [owner] });
}

/** Of the one token that stories use; the other one was never issued. */
async function readSupply({ chain }: Environment, blockNumber: bigint): Promise<bigint> {
  const at = { abi: erc20Abi, functionName: 'totalSupply', blockNumber } as const;
  return chain.client.readContract({ ...at, address: chain.addresses.cnyf });
}

async function listHistory(person: Person): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await person.get<{ items: HistoryEntry[]; nextCursor?: string }>(`/v1/history?limit=50${query}`);
    entries.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return entries;
}

function describeHistoryEntry({ kind, direction, status, money }: HistoryEntry): string {
  return `${kind} ${direction} ${status} ${money.amount} ${money.asset}`;
}

function describeEntry({ token }: Environment, { kind, direction, status, form, amount }: Entry): string {
  return `${kind} ${direction} ${status} ${amount} ${form === 'cash' ? CNY : token}`;
}
