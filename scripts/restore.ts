/**
 * `npm run restore -- --from <file or folder> [--until time] [--check] [--replace]`: proves a backup, writes it into an empty database in one
 * transaction, and verifies the books. Of a folder it takes the newest backup, or the newest of a time or before. `--check` only proves it.
 */
import { parseArgs } from 'node:util';
import { loadDatabase } from '../backend/src/backup/load.ts';
import { openPool } from '../backend/src/database/pool.ts';
import { pauseRules } from '../backend/src/payouts/pause-rules.ts';
import { describeCheck, verifyAll } from '../backend/src/verify/verify-all.ts';
import { adviseBackup } from './lib/backup/advise.ts';
import { checkBackupFile, chooseBackup, readBackupFile } from './lib/backup/files.ts';
import { readBackupKey } from './lib/backup/key.ts';
import { openRestoreTarget } from './lib/backup/target.ts';
import { AdvisedError, reportFailure, say, step } from './lib/terminal.ts';

type Options = {
  readonly from: string;
  readonly until: Date | undefined;
  readonly isCheck: boolean;
  readonly isReplacing: boolean;
};

async function restore({ from, until, isCheck, isReplacing }: Options): Promise<number> {
  const key = readBackupKey(process.env);
  const path = await chooseBackup(from, until, key);
  await step(
    `Reading ${path}`,
    () => checkBackupFile(path, key),
    ({ header, tables }) => `whole, as of ${header.takenAt}, ${tables.reduce((sum, { rows }) => sum + rows, 0)} rows`,
  );
  if (isCheck) return 0;
  const target = await openRestoreTarget({ isReplacing });
  const pool = openPool({ url: target.ownerUrl, max: 2, name: 'feiqian restore', onIdleError: () => undefined });
  try {
    await step(
      'Restoring',
      async () => {
        const connection = await pool.connect();
        try {
          let paused = 0;
          await loadDatabase(connection, readBackupFile(path, key), async (owner) => {
            paused = await pauseRules(owner);
          });
          return paused;
        } finally {
          connection.release(true);
        }
      },
      describePaused,
    );
    const checks = await verifyAll(pool);
    for (const check of checks) say(describeCheck(check));
    const broken = checks.filter(({ violations }) => violations > 0).length;
    say(`\n${checks.length - broken} hold, ${broken} broken`);
    say(
      'What happened since is read again from gateways and chain once the service runs: docs/operations.md, "A lost tail".',
    );
    return broken === 0 ? 0 : 1;
  } finally {
    await pool.end();
    await target.close();
  }
}

const describePaused = (count: number): string =>
  count === 0 ? '' : `${count} payout rules wait until their owners turn them on again`;

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      until: { type: 'string' },
      check: { type: 'boolean', default: false },
      replace: { type: 'boolean', default: false },
    },
  });
  if (values.from === undefined)
    throw new AdvisedError('--from is missing.', 'Such as: npm run restore -- --from .data/backups');
  const until = values.until === undefined ? undefined : new Date(values.until);
  if (until && Number.isNaN(until.getTime()))
    throw new AdvisedError('--until is not a time.', 'Write it as 2026-11-22T18:30:00Z');
  return { from: values.from, until, isCheck: values.check, isReplacing: values.replace };
}

try {
  process.exit(await restore(readOptions()));
} catch (error) {
  reportFailure(adviseBackup(error));
  process.exit(1);
}
