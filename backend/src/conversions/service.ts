import type { ConversionRequest, MovementWire } from '@feiqian/domain/api/chain';
import { AppError } from '@feiqian/domain/errors';
import { decodeAmount, encodeAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import type { Idempotency } from '../http/idempotency.ts';
import type { NewTransfer, RowChange } from '../ledger/command.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import { type ConversionDeps, checkIssue, getEpoch, getPair } from './checks.ts';
import { endReserve, issueColumns, reserveIssue } from './issue.ts';
import { redeem } from './redeem.ts';
import type { ConversionRow } from './store.ts';

/** How a chain transaction of a conversion came to an end. */
export type EndedTransaction = {
  readonly purpose: string;
  readonly state: string;
  readonly movementId: string | null;
  readonly reason: string | null;
};

/** What changes in the command of a movement besides. */
type Also = (movementId: string) => readonly RowChange[];

type IssueOrder = {
  readonly userId: string;
  readonly request: Extract<ConversionRequest, { direction: 'issue' }>;
  readonly idempotency: Idempotency;
  readonly also: Also | undefined;
};

/** Cash becomes tokens and tokens become cash, at par. */
export type ConversionService = ReturnType<typeof createConversionService>;

export function createConversionService(deps: ConversionDeps) {
  const { store } = deps;
  return {
    /**
     * @param also - What changes at the moment in which cash is set aside to become tokens.
     * @throws {AppError} what {@link issue} and {@link redeem} throw, and BRIDGE_OFF.
     */
    async convert(userId: string, request: ConversionRequest, idempotency: Idempotency, also?: Also): Promise<Answer> {
      if (!deps.bridge) throw new AppError('BRIDGE_OFF', 'This service does not turn cash into tokens.');
      return request.direction === 'issue'
        ? issue(deps, { userId, request, idempotency, also })
        : redeem(deps, userId, request, idempotency);
    },

    /** @throws {AppError} NOT_FOUND, also for somebody else's. */
    async get(userId: string, id: string): Promise<MovementWire> {
      const row = await store.find(id);
      if (row?.kind !== 'conversion' || row.userId !== userId)
        throw new AppError('NOT_FOUND', 'There is no such conversion.');
      const money = { asset: row.asset, amount: encodeAmount(row.amount) };
      return {
        id,
        historyId: historyId(userId, id),
        kind: 'conversion',
        state: row.state,
        money,
        txHash: await store.findTxHash(id),
      };
    },

    /**
     * Part of a command by which a top-up goes on as tokens.
     *
     * @throws {AppError} BRIDGE_OFF, ASSET_UNKNOWN, ADDRESS_NOT_LINKED, CHAIN_UNAVAILABLE when the chain was never seen.
     */
    async prepareIssue(input: TopUpIssue): Promise<PreparedIssue> {
      if (!deps.bridge) throw new AppError('BRIDGE_OFF', 'This service does not turn cash into tokens.');
      const amount = decodeAmount(`${input.cash.amount}`);
      const request = await checkIssue(deps, { ...input, cash: { asset: input.cash.asset, amount } });
      const epoch = await getEpoch(deps, request.token.chainId);
      return { ...reserveIssue(request, { issuer: deps.issuer, epoch }), columns: issueColumns(request) };
    },

    /**
     * Told, at least once, how a transaction ended. A success needs nothing here: the books follow the contract's events. A failed issue
     * gives the cash back, once the contract says that its reference was not used.
     */
    handleEnded: (ended: EndedTransaction): Promise<void> => handleEnded(deps, ended),
  };
}

/** A top-up's cash that goes on as tokens. */
type TopUpIssue = {
  readonly movementId: string;
  readonly userId: string;
  readonly cash: { readonly asset: string; readonly amount: bigint };
  readonly tokenAssetId: string;
  readonly address: Address;
};

/** Parts of the command, and the movement's columns that say what it becomes. */
type PreparedIssue = {
  readonly transfers: NewTransfer[];
  readonly changes: RowChange[];
  readonly columns: RowChange['set'];
};

async function handleEnded(
  deps: ConversionDeps,
  { purpose, state, movementId, reason }: EndedTransaction,
): Promise<void> {
  if (state === 'final' || movementId === null || (purpose !== 'issue' && purpose !== 'redeem')) return;
  const row = await deps.store.find(movementId);
  if (row?.state !== (purpose === 'issue' ? 'issuing' : 'redeeming')) return;
  if (purpose === 'redeem') return fail(deps, row, { state: 'failed', reason, transfers: [] });
  const { token } = getPair(deps, row.counterAsset);
  if (await deps.isIssued(row.chainId, token.address, row.reference)) return;
  const cash = { asset: row.asset, amount: row.amount };
  const request = { movementId: row.id, userId: row.userId, cash, token, tokenAmount: row.counterAmount };
  // A top-up keeps what it brought: cash that its owner can convert again.
  const failed = row.kind === 'top_up' ? 'credited' : 'failed';
  await fail(deps, row, { state: failed, reason, transfers: endReserve(request, 'void') });
}

type Failure = { readonly state: string; readonly reason: string | null; readonly transfers: NewTransfer[] };

async function fail(
  { ledger }: ConversionDeps,
  row: ConversionRow,
  { state, reason, transfers }: Failure,
): Promise<void> {
  const set = { state, reason: reason ?? 'TRANSACTION_REVERTED' };
  const change: RowChange = { table: 'movements', id: row.id, expectVersion: row.version, set };
  answerOf(await ledger.post({ transfers, changes: [change], history: [row.id] }), nothing);
}

const nothing: Answer = { status: 204, body: {} };

/** @throws {AppError} ASSET_UNKNOWN, AMOUNT_NOT_POSITIVE, ADDRESS_NOT_LINKED, INSUFFICIENT_FUNDS, MOVEMENT_BLOCKED, CHAIN_UNAVAILABLE, CHAIN_HALTED. */
async function issue(
  deps: ConversionDeps,
  { userId, request: order, idempotency, also = () => [] }: IssueOrder,
): Promise<Answer> {
  const { money, token: tokenAssetId, address } = order;
  const amount = decodeAmount(money.amount);
  if (amount === 0n) throw new AppError('AMOUNT_NOT_POSITIVE', 'Convert something.');
  const id = businessId('movement', userId, 'conversions', idempotency.key);
  const cash = { asset: money.asset, amount };
  const request = await checkIssue(deps, { movementId: id, userId, cash, tokenAssetId, address });
  const reserve = reserveIssue(request, { issuer: deps.issuer, epoch: await getEpoch(deps, request.token.chainId) });
  const head = { id, historyId: historyId(userId, id), kind: 'conversion' } as const;
  const body: MovementWire = { ...head, state: 'issuing', money, txHash: null };
  const details = { direction: 'issue' };
  const movement: RowChange = {
    table: 'movements',
    id,
    expectVersion: 0,
    set: { kind: 'conversion', user_id: userId, state: 'issuing', ...money, ...issueColumns(request), details },
  };
  const changes = also(id);
  const watched = {
    movementId: id,
    userId,
    kind: 'conversion',
    money: cash,
    // To an address that the person has proved.
    party: undefined,
    held: { route: 'conversion', request: order, idempotency, also: changes },
  } as const;
  const result = await deps.postWatched(watched, {
    transfers: reserve.transfers,
    changes: [movement, ...reserve.changes, ...changes],
    answer: { ...idempotency, status: 201, body },
    history: [id],
  });
  return answerOf(result, { status: 201, body });
}
