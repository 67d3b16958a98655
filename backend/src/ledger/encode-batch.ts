import type { AccountRegistry, KnownAccount } from './account-registry.ts';
import type { AccountSpec, Command, NewTransfer, RowChange } from './command.ts';

/** Commands in the form of one call of `ledger_post`. */
export type EncodedBatch = {
  /** The arguments of the SQL function, in its order. What no command of the batch has is null and costs nothing there. */
  readonly values: (string | null)[];
  /** The accounts that exist once the call is committed. */
  readonly created: readonly KnownAccount[];
};

type RowGroup = { table: string; isNew: boolean; columns: string[]; rows: object[] };

/** Writes commands as arrays: a batch of a hundred is read by the database in one go, without a parameter for each value. */
export function encodeBatch(commands: readonly Command[], accountOf: AccountRegistry): EncodedBatch {
  const transfers = new TransferArrays(accountOf);
  const ends: number[] = [];
  const answers: object[] = [];
  const jobs: object[] = [];
  const historyCommands: number[] = [];
  const historyMovements: string[] = [];
  commands.forEach((command, index) => {
    const number = index + 1;
    for (const transfer of command.transfers) transfers.add(transfer);
    ends.push(transfers.ids.length);
    if (command.answer) answers.push({ ...command.answer, '#': number });
    for (const job of command.jobs ?? []) jobs.push({ ...job, '#': number });
    for (const movementId of command.history ?? []) {
      historyCommands.push(number);
      historyMovements.push(movementId);
    }
  });
  return {
    values: [
      toJson([...transfers.missing.values()].map(({ spec, known }) => ({ ...spec, id: known.id }))),
      toArray(ends),
      ...transfers.encode(),
      toJson(groupRows(commands)),
      toJson(answers),
      toJson(jobs),
      historyMovements.length === 0 ? null : toArray(historyCommands),
      historyMovements.length === 0 ? null : toArray(historyMovements),
    ],
    created: [...transfers.missing.values()].map(({ known }) => known),
  };
}

/** The transfers of a batch, a column each. */
class TransferArrays {
  readonly missing = new Map<string, { readonly spec: AccountSpec; readonly known: KnownAccount }>();
  readonly ids: string[] = [];
  readonly #accountOf: AccountRegistry;
  readonly #phases: string[] = [];
  readonly #debits: string[] = [];
  readonly #credits: string[] = [];
  readonly #assets: string[] = [];
  readonly #amounts: string[] = [];
  readonly #kinds: string[] = [];
  readonly #pendings: (string | undefined)[] = [];
  readonly #timeouts: (string | undefined)[] = [];
  readonly #movements: (string | undefined)[] = [];

  constructor(accountOf: AccountRegistry) {
    this.#accountOf = accountOf;
  }

  add({ id, phase, debit, credit, amount, kind, pendingId, timeoutAt, movementId }: NewTransfer): void {
    this.ids.push(id);
    this.#phases.push(phase);
    this.#debits.push(this.#idOf(debit));
    this.#credits.push(this.#idOf(credit));
    this.#assets.push(quoteElement(debit.asset));
    this.#amounts.push(amount.toString());
    this.#kinds.push(quoteElement(kind));
    this.#pendings.push(pendingId);
    this.#timeouts.push(timeoutAt && `"${timeoutAt.toISOString()}"`);
    this.#movements.push(movementId);
  }

  encode(): (string | null)[] {
    const columns = [this.ids, this.#phases, this.#debits, this.#credits, this.#assets, this.#amounts, this.#kinds];
    return [...columns.map(toArray), ...[this.#pendings, this.#timeouts, this.#movements].map(toSparseArray)];
  }

  #idOf(spec: AccountSpec): string {
    const known = this.#accountOf(spec);
    if (!known.isThere) this.missing.set(known.id, { spec, known });
    return known.id;
  }
}

/** Rows of one table and one set of columns go in one statement. `#` says which command a row belongs to, `@` its place in that. */
function groupRows(commands: readonly Command[]): RowGroup[] {
  const groups = new Map<string, RowGroup>();
  commands.forEach(({ changes = [] }, index) => {
    for (const [place, change] of changes.entries()) {
      groupOf(groups, change).rows.push({
        ...change.set,
        id: change.id,
        version: change.expectVersion,
        '#': index + 1,
        '@': place,
      });
    }
  });
  return [...groups.values()];
}

function groupOf(groups: Map<string, RowGroup>, { table, expectVersion, set }: RowChange): RowGroup {
  const columns = Object.keys(set).sort();
  const isNew = expectVersion === 0;
  const key = [table, isNew, ...columns].join();
  const group = groups.get(key) ?? { table, isNew, columns, rows: [] };
  groups.set(key, group);
  return group;
}

const plainElement = /^[A-Za-z0-9_:/.-]+$/;

/** Text as an element of a PostgreSQL array literal. */
function quoteElement(text: string): string {
  if (plainElement.test(text) && text.toUpperCase() !== 'NULL') return text;
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function toArray(elements: readonly (string | number)[]): string {
  return `{${elements.join()}}`;
}

function toSparseArray(elements: readonly (string | undefined)[]): string | null {
  if (elements.every((element) => element === undefined)) return null;
  return `{${elements.map((element) => element ?? 'NULL').join()}}`;
}

function toJson(items: readonly object[]): string | null {
  return items.length === 0 ? null : JSON.stringify(items);
}
