/** What is wrong with a backup, or with the place where it should go. */
export type BackupProblem =
  | 'not_a_backup'
  | 'unknown_version'
  | 'wrong_key'
  | 'damaged'
  | 'cut_off'
  | 'other_migrations'
  | 'not_empty';

/** A backup that is not taken as it is; nothing was restored. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly problem: BackupProblem;

  constructor(problem: BackupProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
