/** The ledger's rules in plain TypeScript, one command after another: what the SQL function must agree with. */
import type {
  AccountSpec,
  Command,
  CommandResult,
  NewTransfer,
  RowChange,
  TransferStatus,
} from '../../src/ledger/command.ts';

type Side = { pending: bigint; posted: bigint };
type ModelAccount = { readonly spec: AccountSpec; readonly debits: Side; readonly credits: Side; closed: boolean };
type ModelState = {
  readonly accounts: Map<string, ModelAccount>;
  readonly transfers: Map<string, NewTransfer>;
  /** How each pending transfer ended. */
  readonly ends: Map<string, 'post' | 'void'>;
  readonly rows: Map<string, { version: number; set: RowChange['set'] }>;
  readonly answers: Map<string, { requestHash: string; status: number; body: object }>;
};

/** A ledger in memory. */
export class LedgerModel {
  state: ModelState = {
    accounts: new Map(),
    transfers: new Map(),
    ends: new Map(),
    rows: new Map(),
    answers: new Map(),
  };

  /** Writes a command whole or not at all. */
  apply(command: Command): CommandResult {
    const before = structuredClone(this.state);
    const result = this.#tryApply(command);
    if (result.status !== 'written') this.state = before;
    return result;
  }

  account(spec: AccountSpec): ModelAccount {
    const key = `${spec.name} ${spec.asset}`;
    const account = this.state.accounts.get(key) ?? {
      spec,
      debits: { pending: 0n, posted: 0n },
      credits: { pending: 0n, posted: 0n },
      closed: false,
    };
    this.state.accounts.set(key, account);
    return account;
  }

  #tryApply({ transfers, changes = [], answer }: Command): CommandResult {
    if (answer) {
      const stored = this.state.answers.get(`${answer.scope} ${answer.key}`);
      if (stored?.requestHash === answer.requestHash)
        return { status: 'answered', answer: { status: stored.status, body: stored.body } };
      if (stored) return { status: 'key_reused' };
    }
    const standing = transfers.map((transfer) => this.#compare(transfer));
    if (transfers.length > 0 && standing.every((status) => status === 'exists'))
      return { status: 'written', transfers: standing };
    if (standing.some((status) => status !== 'created')) {
      return {
        status: 'refused',
        transfers: standing.map((status) => (status === 'created' ? 'linked_refused' : status)),
      };
    }
    const statuses: TransferStatus[] = [];
    for (const [index, transfer] of transfers.entries()) {
      const status = this.#post(transfer);
      if (status !== 'created' && status !== 'exists') {
        return {
          status: 'refused',
          transfers: transfers.map((_, other) => (other === index ? status : 'linked_refused')),
        };
      }
      statuses.push(status);
    }
    for (const change of changes) {
      if (!this.#change(change)) return { status: 'version_conflict', table: change.table, id: change.id };
    }
    if (answer) this.state.answers.set(`${answer.scope} ${answer.key}`, answer);
    return { status: 'written', transfers: statuses };
  }

  #compare(transfer: NewTransfer): TransferStatus {
    const standing = this.state.transfers.get(transfer.id);
    if (!standing) return 'created';
    return contentOf(standing) === contentOf(transfer) ? 'exists' : 'exists_with_different_content';
  }

  #post(transfer: NewTransfer): TransferStatus {
    const standing = this.#compare(transfer);
    if (standing !== 'created') return standing;
    const debit = this.account(transfer.debit);
    const credit = this.account(transfer.credit);
    const refusal =
      transfer.pendingId === undefined
        ? refuseNew(transfer, debit, credit)
        : this.#refuseEnd(transfer, transfer.pendingId);
    if (refusal) return refusal;
    this.state.transfers.set(transfer.id, transfer);
    for (const side of [debit.debits, credit.credits]) {
      if (transfer.phase === 'posted' || transfer.phase === 'post') side.posted += transfer.amount;
      if (transfer.phase === 'pending') side.pending += transfer.amount;
      if (transfer.phase === 'post' || transfer.phase === 'void') side.pending -= transfer.amount;
    }
    if (transfer.pendingId !== undefined) this.state.ends.set(transfer.pendingId, transfer.phase as 'post' | 'void');
    return 'created';
  }

  #refuseEnd(transfer: NewTransfer, pendingId: string): TransferStatus | undefined {
    const pending = this.state.transfers.get(pendingId);
    if (pending?.phase !== 'pending') return 'pending_not_found';
    const isSame =
      pending.debit.name === transfer.debit.name &&
      pending.credit.name === transfer.credit.name &&
      pending.amount === transfer.amount;
    if (!isSame) return 'pending_content_differs';
    const end = this.state.ends.get(pendingId);
    if (end === 'post') return 'pending_already_posted';
    const isOver =
      transfer.phase === 'post' && pending.timeoutAt !== undefined && pending.timeoutAt.getTime() <= Date.now();
    return end === 'void' || isOver ? 'pending_already_voided' : undefined;
  }

  #change({ table, id, expectVersion, set }: RowChange): boolean {
    const row = this.state.rows.get(`${table} ${id}`);
    if ((row?.version ?? 0) !== expectVersion) return false;
    this.state.rows.set(`${table} ${id}`, { version: expectVersion + 1, set: { ...row?.set, ...set } });
    return true;
  }
}

function refuseNew({ amount }: NewTransfer, debit: ModelAccount, credit: ModelAccount): TransferStatus | undefined {
  if (debit.closed || credit.closed) return 'account_closed';
  if (debit.spec.floor === 'credits' && debit.debits.posted + debit.debits.pending + amount > debit.credits.posted)
    return 'exceeds_credits';
  if (credit.spec.floor === 'debits' && credit.credits.posted + credit.credits.pending + amount > credit.debits.posted)
    return 'exceeds_debits';
  return undefined;
}

function contentOf({ phase, debit, credit, amount, kind, pendingId, timeoutAt, movementId }: NewTransfer): string {
  return JSON.stringify([
    phase,
    debit.name,
    credit.name,
    debit.asset,
    `${amount}`,
    kind,
    pendingId,
    timeoutAt,
    movementId,
  ]);
}
