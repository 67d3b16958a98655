/**
 * `npm run verify`: checks every invariant of the books of a running product and prints each with its figure. Ends with 1 when one is
 * broken. `npm run verify -- --watch [--every 10]` looks again every so many seconds and tells what changes, until Ctrl-C; then it ends
 * as the last look found the books.
 */
import { parseArgs } from 'node:util';
import { parseAssetId } from '@feiqian/domain/assets';
import { createPublicClient, erc20Abi, http } from 'viem';
import { openPool, type Pool } from '../backend/src/database/pool.ts';
import { describeCheck, type ReadSupply, verifyAll } from '../backend/src/verify/verify-all.ts';
import { onceEnding } from './lib/processes/end.ts';
import { findDatabaseUrl, findRpcUrl } from './lib/product/running.ts';
import { AdvisedError, ignoreBrokenOutput, reportFailure, say } from './lib/terminal.ts';
import { watchBooks } from './lib/verify/watch.ts';

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

async function verify({ everyMs }: { readonly everyMs: number | undefined }): Promise<number> {
  const pool = openPool({
    url: findDatabaseUrl('service'),
    max: 1,
    name: 'feiqian verify',
    onIdleError: () => undefined,
  });
  try {
    if (everyMs !== undefined) return (await watch(pool, everyMs)) ? 0 : 1;
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

function watch(pool: Pool, everyMs: number): Promise<boolean> {
  const ending = new AbortController();
  onceEnding(() => ending.abort());
  return watchBooks({ look: () => verifyAll(pool, { readSupply }), everyMs, signal: ending.signal, say });
}

function readEveryMs(): number | undefined {
  const options = { watch: { type: 'boolean', default: false }, every: { type: 'string', default: '10' } } as const;
  const { values } = parseArgs({ options });
  const seconds = Number(values.every);
  if (!(seconds >= 1 && seconds <= 86_400))
    throw new AdvisedError('--every takes seconds, from 1 to 86400.', 'Such as: npm run verify -- --watch --every 30');
  return values.watch ? seconds * 1000 : undefined;
}

try {
  ignoreBrokenOutput();
  process.exit(await verify({ everyMs: readEveryMs() }));
} catch (error) {
  reportFailure(error);
  process.exit(1);
}
