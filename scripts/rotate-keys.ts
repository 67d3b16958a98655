/**
 * `npm run rotate-keys`: puts everything that is sealed in the database under the first of KEY_ENCRYPTION_KEYS, beside a running product.
 * Afterwards the others can go.
 */
import { keyEncryptionKeys } from '../backend/src/compose/foundation.ts';
import { readEncryptionKeys } from '../backend/src/config.ts';
import { openPool } from '../backend/src/database/pool.ts';
import { rewrapAll } from '../backend/src/database/rewrap.ts';
import { createSealer, nameKey } from '../backend/src/database/sealed.ts';
import { findDatabaseUrl, findDataKey } from './lib/product/running.ts';
import { AdvisedError, reportFailure, say } from './lib/terminal.ts';

function readKeys(): ReturnType<typeof readEncryptionKeys> {
  try {
    return readEncryptionKeys({ ...process.env, DATA_KEY: findDataKey() });
  } catch (cause) {
    if (cause instanceof AdvisedError) throw cause;
    throw new AdvisedError((cause as Error).message, 'Set it right and run this again. Nothing was changed.', {
      cause,
    });
  }
}

async function run(): Promise<void> {
  if (process.argv.length > 2)
    throw new AdvisedError('npm run rotate-keys has no options.', 'What it does is told by KEY_ENCRYPTION_KEYS.');
  const keys = keyEncryptionKeys(readKeys());
  // It changes rows that the service's role may not.
  const pool = openPool({ url: findDatabaseUrl('owner'), max: 1, name: 'feiqian keys', onIdleError: () => undefined });
  try {
    const counts = await rewrapAll(pool, createSealer(...keys));
    for (const [place, count] of counts) if (count > 0) say(`  ${place}: ${count}`);
    say(`Everything that is sealed lies under the key ${nameKey(keys[0])}.`);
  } catch (cause) {
    const { code, message } = cause as { readonly code?: unknown; readonly message: string };
    if (code === 'ECONNREFUSED')
      throw new AdvisedError('The database does not answer.', 'Run npm start first, or set DATABASE_OWNER_URL.', {
        cause,
      });
    if (message.startsWith('Sealed under the key'))
      throw new AdvisedError(
        message,
        'Add it to KEY_ENCRYPTION_KEYS, behind the first, and run this again. Nothing is lost.',
        { cause },
      );
    throw cause;
  } finally {
    await pool.end();
  }
}

try {
  await run();
  process.exit(0);
} catch (error) {
  reportFailure(error);
  process.exit(1);
}
