/** `npm run verify`: checks every invariant of the books of a running product and prints each with its figure. Ends with 1 when one is broken. */
import { parseAssetId } from '@feiqian/domain/assets';
import { createPublicClient, erc20Abi, http } from 'viem';
import { openPool } from '../backend/src/database/pool.ts';
import { describeCheck, type ReadSupply, verifyAll } from '../backend/src/verify/verify-all.ts';
import { findDatabaseUrl, findRpcUrl } from './lib/product/running.ts';
import { AdvisedError, reportFailure, say } from './lib/terminal.ts';

const rpcTimeoutMs = 5000;

/** Asks the chain; one that is not there is told, and is not a fault of the books. */
const readSupply: ReadSupply = async (asset, blockNumber) => {
  const parts = parseAssetId(asset);
  if (parts.kind !== 'token') return undefined;
  const url = findRpcUrl(parts.chainId);
  if (url === undefined) return undefined;
  const client = createPublicClient({ transport: http(url, { timeout: rpcTimeoutMs, retryCount: 1 }) });
  return client
    .readContract({ abi: erc20Abi, address: parts.address, functionName: 'totalSupply', blockNumber })
    .catch(() => undefined);
};

async function verify(): Promise<number> {
  const pool = openPool({
    url: findDatabaseUrl('service'),
    max: 1,
    name: 'feiqian verify',
    onIdleError: () => undefined,
  });
  try {
    const checks = await verifyAll(pool, { readSupply });
    for (const check of checks) say(describeCheck(check));
    const broken = checks.filter(({ violations }) => violations > 0).length;
    say(`\n${checks.length - broken} hold, ${broken} broken`);
    return broken === 0 ? 0 : 1;
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
  process.exit(await verify());
} catch (error) {
  reportFailure(error);
  process.exit(1);
}
