import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@feiqian/domain/errors';
import { failpoint } from '../database/failpoint.ts';
import type { Queryable } from '../database/pool.ts';
import { type AccountRegistry, createAccountRegistry } from './account-registry.ts';
import type { Command, CommandResult } from './command.ts';
import { encodeBatch } from './encode-batch.ts';

/** The database refused one command with an error of its own (a constraint, a wrong column): a bug of whoever made the command. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** SQLSTATE. */
  readonly code: string;
  /** The violated constraint, when it was one. */
  readonly constraint: string | undefined;

  constructor(message: string, code: string, constraint?: string) {
    super(message);
    this.code = code;
    this.constraint = constraint;
  }
}

type Outcome =
  | CommandResult
  | { readonly status: 'error'; readonly code: string; readonly message: string; readonly constraint: string }
  | null;
type Settled = PromiseSettledResult<CommandResult>;

/** The one statement that posts. Its parameters are those of {@link encodeBatch}. */
export const postText = `SELECT ledger_post($1::jsonb, $2::integer[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::numeric[], $9::text[],
  $10::uuid[], $11::timestamptz[], $12::uuid[], $13::jsonb, $14::jsonb, $15::jsonb, $16::integer[], $17::uuid[]) AS outcomes`;

const attemptsMax = 5;
const delayMinMs = 20;

/**
 * Makes the function that posts a batch: in one statement, which is one database transaction, so that its answer comes after
 * the commit. When the database asks to try again, or the connection broke so that nobody knows, the same ids go again; ids make that
 * harmless. An error that belongs to the whole batch is given one more chance command by command.
 *
 * @param onRetry - Told of every repetition and why.
 */
export function createPosting({
  database,
  onRetry,
}: {
  readonly database: Queryable;
  readonly onRetry: (error: unknown) => void;
}) {
  const accountOf = createAccountRegistry();

  const post = async (commands: readonly Command[]): Promise<Settled[]> => {
    try {
      return await withRetries(() => postOnce(database, accountOf, commands), onRetry);
    } catch (error) {
      if (isUnavailable(error))
        return commands.map(() =>
          rejected(new AppError('SERVICE_UNAVAILABLE', 'The ledger cannot be reached.', { cause: error })),
        );
      if (commands.length === 1) return [rejected(error)];
    }
    const settled: Settled[] = [];
    for (const command of commands) settled.push(...(await post([command])));
    return settled;
  };
  return post;
}

async function postOnce(
  database: Queryable,
  accountOf: AccountRegistry,
  commands: readonly Command[],
): Promise<Settled[]> {
  const { values, created } = encodeBatch(commands, accountOf);
  failpoint('before_ledger_post');
  const { rows } = await database.query<{ outcomes: readonly Outcome[] | null }>({
    name: 'ledger_post',
    text: postText,
    values,
  });
  for (const account of created) account.isThere = true;
  failpoint('after_ledger_commit');
  const outcomes = rows[0]?.outcomes ?? [];
  return commands.map((command, index) => toSettled(command, outcomes[index] ?? null));
}

function toSettled({ transfers }: Command, outcome: Outcome): Settled {
  if (outcome === null)
    return { status: 'fulfilled', value: { status: 'written', transfers: transfers.map(() => 'created') } };
  if (outcome.status === 'error')
    return rejected(new CommandError(outcome.message, outcome.code, outcome.constraint || undefined));
  if (outcome.status === 'written')
    return { status: 'fulfilled', value: { status: 'written', transfers: outcome.transfers } };
  return { status: 'fulfilled', value: outcome };
}

async function withRetries<T>(work: () => Promise<T>, onRetry: (error: unknown) => void): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attemptsMax || !(isRetryable(error) || isUnavailable(error))) throw error;
      onRetry(error);
      await delay(delayMinMs * 2 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }
}

function rejected(reason: unknown): PromiseRejectedResult {
  return { status: 'rejected', reason };
}

/** SQLSTATE, when it was the server that said so. */
function sqlState(error: unknown): string | undefined {
  const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown };
  return typeof code === 'string' && severity !== undefined ? code : undefined;
}

// Class 40: the database asks to try again. 55P03 lock_not_available.
function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && (state.startsWith('40') || state === '55P03');
}

// Classes 08, 53, 57, 58: connection, resources, operator, system. Without a state the connection itself broke.
function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined ? isNetworkFailure(error) : ['08', '53', '57', '58'].includes(state.slice(0, 2));
}

function isNetworkFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Node's system errors (ECONNRESET, EPIPE, …); the driver has no codes and says "Connection terminated" or "timeout exceeded".
  return (
    /^E[A-Z]+$/.test(String((error as { code?: unknown }).code)) ||
    /^(?:Connection terminated|timeout exceeded)/i.test(error.message)
  );
}
