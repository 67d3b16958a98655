/**
 * `npm run history:rebuild`: projects every history from the facts again and compares it with what is stored. Ends with 1 and the
 * differences when there are any; `npm run history:rebuild -- --write` mends them, beside a running product.
 */
import { parseArgs } from 'node:util';
import { openPool, type Pool } from '../backend/src/database/pool.ts';
import { compareHistory, type HistoryDifference, repairHistory } from '../backend/src/history/rebuild.ts';
import { findDatabaseUrl } from './lib/product/running.ts';
import { AdvisedError, reportFailure, say } from './lib/terminal.ts';

const shownMax = 20;

function describe({ problem, row }: HistoryDifference): string {
  return `${problem === 'not stored' ? '+' : '-'} ${row}`;
}

async function compare(pool: Pool): Promise<readonly HistoryDifference[]> {
  const { stored, projected, differences } = await compareHistory(pool);
  say(`${stored} entries stored, ${projected} in the facts`);
  for (const difference of differences.slice(0, shownMax)) say(describe(difference));
  if (differences.length > shownMax) say(`… and ${differences.length - shownMax} more`);
  return differences;
}

async function rebuild({ write }: { readonly write: boolean }): Promise<number> {
  const pool = openPool({
    url: findDatabaseUrl('service'),
    max: 2,
    name: 'feiqian history rebuild',
    onIdleError: () => undefined,
  });
  try {
    const differences = await compare(pool);
    if (differences.length === 0) {
      say('The history is what the facts say.');
      return 0;
    }
    if (!write) {
      say(
        '\nThe history is not what the facts say (- stored, + in the facts). Mend it: npm run history:rebuild -- --write',
      );
      return 1;
    }
    await repairHistory(pool, differences);
    say('\nMended; looking again:');
    return (await compare(pool)).length === 0 ? 0 : 1;
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code !== 'ECONNREFUSED') throw cause;
    throw new AdvisedError(
      'The database does not answer.',
      'Start the product (npm start) and run this beside it, or set DATABASE_URL.',
      { cause },
    );
  } finally {
    await pool.end();
  }
}

try {
  const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
  process.exit(await rebuild(values));
} catch (error) {
  reportFailure(error);
  process.exit(1);
}
