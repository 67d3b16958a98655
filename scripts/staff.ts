/**
 * `npm run staff -- list`, `… grant <email>`, `… revoke <email>`: who may see and resolve money in suspense. Beside a running product.
 * It works as the owner of the tables, because the service itself can make nobody staff.
 */
import { isAppError } from '@feiqian/domain/errors';
import { openPool } from '../backend/src/database/pool.ts';
import { createRoster, type RosterChange } from '../backend/src/staff/roster.ts';
import { findDatabaseUrl } from './lib/product/running.ts';
import { AdvisedError, reportFailure, say } from './lib/terminal.ts';

const usage = 'Say what to do: npm run staff -- list, grant <email> or revoke <email>.';

function report(email: string, change: RosterChange, words: { readonly changed: string; readonly unchanged: string }) {
  if (change === 'unknown')
    throw new AdvisedError(`Nobody here has the e-mail address ${email}.`, 'They register first.');
  say(`${email} ${words[change]}.`);
}

async function run([command, email, ...more]: readonly string[]): Promise<void> {
  const isList = command === 'list' && email === undefined;
  const isChange = (command === 'grant' || command === 'revoke') && email !== undefined && more.length === 0;
  if (!isList && !isChange) throw new AdvisedError('This is not a command about staff.', usage);
  const url = findDatabaseUrl('owner');
  const pool = openPool({ url, max: 1, name: 'feiqian staff', onIdleError: () => undefined });
  const roster = createRoster(pool);
  try {
    if (command === 'grant' && email !== undefined) {
      report(email, await roster.grant(email), { changed: 'is staff now', unchanged: 'is staff already' });
    } else if (command === 'revoke' && email !== undefined) {
      report(email, await roster.revoke(email), { changed: 'is not staff any more', unchanged: 'is not staff' });
    } else {
      const entries = await roster.list();
      for (const entry of entries) say(`${entry.email}  @${entry.handle}  since ${entry.grantedAt.toISOString()}`);
      if (entries.length === 0) say('Nobody is staff yet.');
    }
  } catch (cause) {
    if (isAppError(cause)) throw new AdvisedError(cause.message, usage, { cause });
    if ((cause as { readonly code?: unknown }).code !== 'ECONNREFUSED') throw cause;
    throw new AdvisedError(
      'The database does not answer.',
      'Start the product (npm start) and run this beside it, or set DATABASE_OWNER_URL.',
      { cause },
    );
  } finally {
    await pool.end();
  }
}

try {
  await run(process.argv.slice(2));
  process.exit(0);
} catch (error) {
  reportFailure(error);
  process.exit(1);
}
