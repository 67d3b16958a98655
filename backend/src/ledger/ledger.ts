import { createBatcher } from '../database/batcher.ts';
import type { Pool } from '../database/pool.ts';
import { checkCommand } from './check-command.ts';
import type { Command, CommandResult } from './command.ts';
import { createPosting } from './posting.ts';

/** The only writer of the books. */
export type Ledger = {
  /**
   * Writes a command whole or not at all, together with whatever else arrives at the moment; resolves after the commit.
   *
   * A repeated command (same transfer ids and content) is `written` again with every transfer `exists`, and changes nothing. A command
   * of row changes alone has no such mark: when the connection broke at the commit, its repetition may say `version_conflict`.
   *
   * @throws {AppError} SERVICE_UNAVAILABLE when the database can't be reached (then the command may or may not be written: repeat it),
   *   too many commands wait, or the ledger is closed; ASSET_MISMATCH and AMOUNT_NOT_POSITIVE for a wrong transfer.
   * @throws {CommandError} when the database refuses the command for a reason that a correct caller never gives it.
   */
  readonly post: (command: Command) => Promise<CommandResult>;
  /** Takes no more commands and waits for those that it took. */
  readonly close: () => Promise<void>;
};

// Measured (`npm run bench -- ledger`): two lanes overlap one batch's work with another's commit, more only wait for each other's
// accounts; beyond a hundred commands a batch gets slower as fast as it gets larger.
const lanesMax = 2;
const batchMax = 100;
const waitingMax = 10_000;

/**
 * Opens the ledger on a pool of the service's role. Any number of ledgers may run on one database.
 *
 * @param onRetry - Told of every repetition of a batch and why.
 */
export function createLedger({
  pool,
  onRetry = () => undefined,
}: {
  readonly pool: Pool;
  readonly onRetry?: (error: unknown) => void;
}): Ledger {
  const work = createPosting({ database: pool, onRetry });
  const batcher = createBatcher<Command, CommandResult>({ work, lanesMax, batchMax, waitingMax });
  return {
    post: async (command) => {
      checkCommand(command);
      return batcher.add(command);
    },
    close: batcher.close,
  };
}
