/** A process of its own that posts to the ledger until it is killed, from outside or at a failpoint. Arguments: JSON. */
import { toAmount } from '@feiqian/domain/money';
import { armFailpoint } from '../../src/database/failpoint.ts';
import { openPool } from '../../src/database/pool.ts';
import { businessId } from '../../src/ledger/ids.ts';
import { createLedger } from '../../src/ledger/ledger.ts';

/** What the process is told. */
export type LedgerProcessOptions = {
  readonly url: string;
  readonly failAt?: string;
  readonly world: string;
  readonly count: number;
};

const { url, failAt, world, count } = JSON.parse(process.argv[2] ?? '{}') as LedgerProcessOptions;
armFailpoint(failAt);
const pool = openPool({ url, name: 'ledger process', onIdleError: () => undefined });
const ledger = createLedger({ pool });
const account = (name: string) => ({ name: `${world}:${name}`, asset: 'iso4217:CNY', floor: 'none' as const });

await Promise.all(
  Array.from({ length: count }, async (_, index) => {
    await ledger.post({
      transfers: [
        {
          id: businessId(world, `${index}`),
          phase: 'posted',
          debit: account('a'),
          credit: account(`b${index % 7}`),
          amount: toAmount(1n),
          kind: 'test',
        },
      ],
      answer: { scope: world, key: `${index}`, requestHash: 'a'.repeat(64), status: 201, body: { index } },
    });
    process.stdout.write(`${index}\n`);
  }),
);
await ledger.close();
await pool.end();
