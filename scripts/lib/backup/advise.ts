import { BackupError, type BackupProblem } from '../../../backend/src/backup/backup-error.ts';
import { AdvisedError } from '../terminal.ts';

const advice: Readonly<Record<BackupProblem, string>> = {
  not_a_backup: 'Name a file that npm run backup wrote.',
  unknown_version: 'Restore it with the version of Feiqian that made it.',
  wrong_key: 'Set BACKUP_KEY_FILE or BACKUP_KEY to the key that was used then.',
  damaged: 'Take another copy of the file, or an earlier backup.',
  cut_off: 'It was not copied to its end: take another copy of the file, or an earlier backup.',
  other_migrations: 'Check out the version that made the backup, restore with it, and update then.',
  not_empty:
    'Restore into an empty database. npm run restore -- --replace puts the database of the embedded product aside first.',
};

/** What people can do about a failure of a backup or a restore. */
export function adviseBackup(error: unknown): unknown {
  if (error instanceof BackupError) return new AdvisedError(error.message, advice[error.problem], { cause: error });
  if ((error as { readonly code?: unknown } | null)?.code === 'ECONNREFUSED')
    return new AdvisedError(
      'The database does not answer.',
      'Start the product (npm start) and run this beside it, or set DATABASE_OWNER_URL.',
      { cause: error },
    );
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    return new AdvisedError(error.message, 'docs/operations.md says which options there are.');
  return error;
}
