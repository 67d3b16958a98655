/** `npm run chain:resume -- --chain 1`: lets a chain that was halted go on, after a person has looked into what its nodes say. */
import { parseArgs } from 'node:util';
import { clearHalt } from '../backend/src/chain/halt.ts';
import { openPool } from '../backend/src/database/pool.ts';
import { findDatabaseUrl } from './lib/product/running.ts';
import { AdvisedError, reportFailure, say } from './lib/terminal.ts';

async function resume(): Promise<void> {
  const { values } = parseArgs({ options: { chain: { type: 'string' } } });
  const chainId = Number(values.chain);
  if (!Number.isSafeInteger(chainId) || chainId <= 0)
    throw new AdvisedError('No chain was named.', 'Give its id: npm run chain:resume -- --chain 1');
  const pool = openPool({
    url: findDatabaseUrl('service'),
    max: 1,
    name: 'feiqian chain resume',
    onIdleError: () => undefined,
  });
  try {
    const isCleared = await clearHalt(pool, chainId);
    say(isCleared ? `Chain ${chainId} is compared with its node again.` : `Chain ${chainId} is not halted.`);
  } finally {
    await pool.end();
  }
}

try {
  await resume();
} catch (error) {
  reportFailure(error);
  process.exit(1);
}
