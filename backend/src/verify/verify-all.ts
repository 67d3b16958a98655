import type { Connection, Pool } from '../database/pool.ts';
import { chainInvariants } from './chain-invariants.ts';
import type { Check, Invariant } from './check.ts';
import { gatewayInvariants } from './gateway-invariants.ts';
import { holdInvariants } from './hold-invariants.ts';
import { ledgerInvariants } from './ledger-invariants.ts';
import { mailInvariants } from './mail-invariants.ts';
import { moneyInvariants } from './money-invariants.ts';
import { movementInvariants } from './movement-invariants.ts';
import { paymentInvariants } from './payment-invariants.ts';
import { payoutInvariants } from './payout-invariants.ts';
import { suspenseInvariants } from './suspense-invariants.ts';
import { webhookInvariants } from './webhook-invariants.ts';

/**
 * Reads a token's `totalSupply` at a block from the chain itself.
 *
 * @param asset - CAIP-19 id of the token.
 * @returns base units; undefined when the chain cannot be asked now, which breaks nothing.
 */
export type ReadSupply = (asset: string, blockNumber: bigint) => Promise<bigint | undefined>;

const invariants: readonly Invariant[] = [
  ...ledgerInvariants,
  ...movementInvariants,
  ...payoutInvariants,
  ...holdInvariants,
  ...gatewayInvariants,
  ...moneyInvariants,
  ...suspenseInvariants,
  ...chainInvariants,
  ...paymentInvariants,
  ...webhookInvariants,
  ...mailInvariants,
];

/**
 * Checks every invariant of the books over one snapshot of the database, while the service goes on.
 *
 * @param readSupply - Given, the books are also compared with what the token contracts say now.
 */
export async function verifyAll(
  pool: Pool,
  { readSupply }: { readonly readSupply?: ReadSupply } = {},
): Promise<Check[]> {
  const connection = await pool.connect();
  try {
    let issued: Issued[] = [];
    const checks = await checkSnapshot(connection, {
      also: async () => {
        if (readSupply) issued = await listIssued(connection);
      },
    });
    if (readSupply) checks.push(await compareSupply(issued, readSupply));
    connection.release();
    return checks;
  } catch (error) {
    connection.release(true);
    throw error;
  }
}

/**
 * Checks every invariant over one snapshot, in a transaction of its own.
 *
 * @param isPatient - Leaves processors to others: no parallel workers.
 * @param also - Reads more from the same snapshot.
 */
export async function checkSnapshot(
  connection: Connection,
  { isPatient = false, also }: { readonly isPatient?: boolean; readonly also?: () => Promise<void> } = {},
): Promise<Check[]> {
  await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  if (isPatient) await connection.query('SET LOCAL max_parallel_workers_per_gather = 0');
  const checks: Check[] = [];
  for (const invariant of invariants) checks.push(await check(connection, invariant));
  await also?.();
  await connection.query('COMMIT');
  return checks;
}

/**
 * Demands that every invariant holds; for tests and fault runs.
 *
 * @throws {Error} that names each broken one with its figure and examples.
 */
export async function assertVerified(pool: Pool): Promise<void> {
  const broken = (await verifyAll(pool)).filter(({ violations }) => violations > 0);
  if (broken.length > 0) throw new Error(`The books are broken.\n${broken.map(describeCheck).join('\n')}`);
}

/** One line for people; what breaks an invariant stands below it. */
export function describeCheck({ name, title, figure, violations, examples }: Check): string {
  const verdict = violations === 0 ? 'ok    ' : 'BROKEN';
  return [`${verdict} ${name}: ${title} (${figure})`, ...examples.map((example) => `         ${example}`)].join('\n');
}

async function check(connection: Connection, { name, title, sql }: Invariant): Promise<Check> {
  const { rows } = await connection.query<{ figure: string; violations: bigint | string; examples: string[] | null }>(
    sql,
  );
  const [row] = rows;
  if (!row) throw new Error(`The query of ${name} answers nothing.`);
  return { name, title, figure: row.figure, violations: Number(row.violations), examples: row.examples ?? [] };
}

type Issued = { readonly asset: string; readonly amount: string; readonly block_number: bigint | string };

/** What the books say is issued, with the block up to which they follow the token's chain. */
async function listIssued(connection: Connection): Promise<Issued[]> {
  const { rows } = await connection.query<Issued>(`
    SELECT DISTINCT ON (a.asset) a.asset, (a.credits_posted - a.debits_posted)::text AS amount, c.block_number
    FROM ledger_accounts a JOIN chain_cursors c ON c.consumer = 'ledger' AND a.asset LIKE format('eip155:%s/erc20:%%', c.chain_id)
    WHERE a.name = 'issued:' || a.asset ORDER BY a.asset, c.epoch DESC`);
  return rows;
}

async function compareSupply(issued: readonly Issued[], readSupply: ReadSupply): Promise<Check> {
  const figures: string[] = [];
  const odd: string[] = [];
  for (const { asset, amount, block_number: blockNumber } of issued) {
    const supply = await readSupply(asset, BigInt(blockNumber));
    figures.push(`${asset}: ${supply ?? 'not compared, the chain did not answer'}`);
    if (supply !== undefined && supply !== BigInt(amount))
      odd.push(`${asset}: ${amount} in the books, ${supply} on chain`);
  }
  return {
    name: 'tokens.total_supply',
    title: 'Tokens issued in the books are the contract’s total supply at the ledger’s block',
    figure: figures.join('; ') || 'no tokens',
    violations: odd.length,
    examples: odd,
  };
}
