import type { Asset, TokenAsset } from '@feiqian/domain/assets';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, convertAtPar } from '@feiqian/domain/money';
import { isAddressEqual } from 'viem';
import { issued, par, retired, suspense, userCash } from '../ledger/accounts.ts';
import type { NewTransfer, RowChange } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { matchSuspense, noteSuspense } from '../ledger/suspense-items.ts';
import { endReserve, matchSuspended } from './issue.ts';
import type { ConversionRow, ConversionStore, Cursor, SettlementEvent } from './store.ts';

type Deps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly store: ConversionStore;
  readonly assets: readonly Asset[];
  /** The block before the first one that concerns us. */
  readonly startAfter: (chainId: number) => bigint;
  /** Told of money whose owner nobody knows: a person has to look. */
  readonly onSuspense: (event: SettlementEvent) => void;
};

/** What one block's events do to the books, and which of them nobody waited for. */
type Booking = {
  readonly transfers: NewTransfer[];
  readonly changes: RowChange[];
  readonly history: string[];
  readonly suspended: SettlementEvent[];
};

/** Books what finalized blocks did: tokens issued and redeemed. */
export type Settlement = {
  /**
   * Follows a chain up to its last finalized block. The books and the cursor move in one command per block, so that what is
   * issued in the books is the supply on chain at the cursor, at every moment. Several may run; each block is booked once.
   *
   * @throws {Error} when the ledger refuses what the chain did: that is never skipped.
   */
  readonly settleFinalized: (chainId: number) => Promise<void>;
};

/** The id of the cursor of the ledger's follower. */
export const ledgerCursorId = (chainId: number, epoch: number) =>
  businessId('chain cursor', `${chainId}`, `${epoch}`, 'ledger');

export function createSettlement(deps: Deps): Settlement {
  return {
    async settleFinalized(chainId) {
      for (let hasMore = true; hasMore; ) hasMore = await settleNext(deps, chainId);
      await matchOvertaken(deps, chainId);
    },
  };
}

/** Books the next block that has something for the books. Gives false when the books stand where the chain is final. */
async function settleNext(deps: Deps, chainId: number): Promise<boolean> {
  const { store } = deps;
  const chain = await store.findChain(chainId);
  if (!chain || chain.isHalted || chain.finalizedNumber === null) return false;
  const cursor = await store.findCursor(chainId);
  if (!cursor) {
    await begin(deps, { chainId, epoch: 1 }, undefined);
    return true;
  }
  const isFormer = cursor.epoch < chain.epoch;
  if (!isFormer && cursor.blockNumber >= chain.finalizedNumber) return false;
  // What is left of a chain's former life was final there, however far the books had come.
  const events = await store.nextEvents(chainId, cursor, isFormer ? undefined : chain.finalizedNumber);
  const [first] = events;
  if (isFormer && !first) {
    await begin(deps, { chainId, epoch: cursor.epoch + 1 }, cursor);
    return true;
  }
  const waiting = first
    ? await store.findWaiting(
        chainId,
        events.map(({ reference }) => reference),
      )
    : [];
  const booking = bookEvents(deps, { chainId, epoch: cursor.epoch, events, waiting });
  const change = moveCursor(chainId, cursor, first ? first.blockNumber : chain.finalizedNumber);
  await post(deps, { chainId, cursor }, { ...booking, changes: [change, ...booking.changes] });
  return true;
}

/** Ends issues whose tokens were there, and in suspense, before the books knew of them. */
async function matchOvertaken(deps: Deps, chainId: number): Promise<void> {
  for (const { row, event, item } of await deps.store.findOvertaken(chainId)) {
    const token = findToken(deps, chainId, event);
    // One that is not exactly what was wanted stays in suspense: a person looks.
    if (!isFor(row, event, token)) continue;
    const cash = { asset: row.asset, amount: row.amount };
    const request = { movementId: row.id, userId: row.userId, cash, token, tokenAmount: row.counterAmount };
    const { changes, history } = moved(row, 'issued');
    const match = matchSuspense(item, { movementId: row.id, userId: row.userId, at: new Date() });
    const result = await deps.ledger.post({
      transfers: matchSuspended(request),
      changes: [...changes, match],
      history,
    });
    if (result.status === 'refused')
      throw new Error(`The ledger refused what the chain did: ${result.transfers.join(', ')}`);
  }
}

function findToken({ assets }: Deps, chainId: number, event: SettlementEvent): TokenAsset {
  const token = assets.find(
    (asset): asset is TokenAsset =>
      asset.kind === 'token' && asset.chainId === chainId && isAddressEqual(asset.address, event.token),
  );
  if (!token?.cash) throw new AppError('ASSET_UNKNOWN', 'An event of a token that is not ours.');
  return token;
}

const moveCursor = (chainId: number, { epoch, version }: Cursor, to: bigint): RowChange => ({
  table: 'chain_cursors',
  id: ledgerCursorId(chainId, epoch),
  expectVersion: version,
  set: { block_number: `${to}` },
});

/** Begins to follow a chain; when it began anew, what was issued in its former life is written off in the same moment. */
async function begin(
  deps: Deps,
  { chainId, epoch }: { readonly chainId: number; readonly epoch: number },
  former: Cursor | undefined,
): Promise<void> {
  const tokens = deps.assets.filter((asset) => asset.kind === 'token' && asset.chainId === chainId).map(({ id }) => id);
  const left = former ? (await deps.store.readIssued(tokens)).filter(({ amount }) => amount > 0n) : [];
  await post(
    deps,
    { chainId, cursor: former },
    {
      transfers: left.map(({ token, amount }) => ({
        id: businessId('transfer', 'retire', `${chainId}`, `${epoch}`, token),
        phase: 'posted',
        debit: issued(token),
        credit: retired(chainId, epoch - 1, token),
        amount,
        kind: 'retire',
      })),
      changes: [
        {
          table: 'chain_cursors',
          id: ledgerCursorId(chainId, epoch),
          expectVersion: 0,
          set: { chain_id: chainId, epoch, consumer: 'ledger', block_number: `${deps.startAfter(chainId)}` },
        },
        // Nobody may book another block of the former life between the look at what is left and its end.
        ...(former ? [moveCursor(chainId, former, former.blockNumber)] : []),
      ],
      history: [],
      suspended: [],
    },
  );
}

type Seen = { readonly chainId: number; readonly cursor: Cursor | undefined };

/** When another replica booked this block first, or a movement changed, nothing is written: the caller reads again. */
async function post(
  { ledger, store, onSuspense }: Deps,
  { chainId, cursor }: Seen,
  { suspended, ...command }: Booking,
): Promise<void> {
  const result = await ledger.post(command);
  if (result.status === 'refused') {
    const now = await store.findCursor(chainId);
    if (now?.epoch !== cursor?.epoch || now?.version !== cursor?.version) return;
    throw new Error(`The ledger refused what the chain did: ${result.transfers.join(', ')}`);
  }
  // Only once it is booked: whoever came second saw a movement that had just ceased to wait.
  if (result.status === 'written') for (const event of suspended) onSuspense(event);
}

function bookEvents(
  deps: Deps,
  {
    chainId,
    epoch,
    events,
    waiting,
  }: {
    readonly chainId: number;
    readonly epoch: number;
    readonly events: readonly SettlementEvent[];
    readonly waiting: readonly ConversionRow[];
  },
): Booking {
  const bookings = events.map((event) => {
    const token = findToken(deps, chainId, event);
    const movement = waiting.find((row) => isFor(row, event, token));
    const id = (part: string) =>
      businessId('transfer', 'event', `${chainId}`, `${epoch}`, event.txHash, `${event.logIndex}`, part);
    return event.name === 'Issued'
      ? bookIssued(event, token, movement, id)
      : bookRedeemed(deps, event, token, movement, id);
  });
  return {
    transfers: bookings.flatMap(({ transfers }) => transfers),
    changes: bookings.flatMap(({ changes }) => changes),
    history: bookings.flatMap(({ history }) => history),
    suspended: bookings.flatMap(({ suspended }) => suspended),
  };
}

// A redemption that failed in our hands happens all the same when somebody else submits what was signed: it is its owner's.
const waitingStates = { Issued: ['issuing'], Redeemed: ['redeeming', 'failed'] } as const satisfies Record<
  SettlementEvent['name'],
  readonly string[]
>;

/** Whether an event is exactly what a movement waits for: its reference, party, token and amount. */
function isFor(row: ConversionRow, event: SettlementEvent, token: TokenAsset): boolean {
  const [asset, amount] = event.name === 'Issued' ? [row.counterAsset, row.counterAmount] : [row.asset, row.amount];
  const states: readonly string[] = waitingStates[event.name];
  return (
    states.includes(row.state) &&
    row.reference === event.reference &&
    isAddressEqual(row.address, event.address) &&
    asset === token.id &&
    amount === event.amount
  );
}

const moved = (row: ConversionRow, state: string): Pick<Booking, 'changes' | 'history' | 'suspended'> => ({
  suspended: [],
  changes: [{ table: 'movements', id: row.id, expectVersion: row.version, set: { state, reason: null } }],
  history: [row.id],
});

function bookIssued(
  event: SettlementEvent,
  token: TokenAsset,
  movement: ConversionRow | undefined,
  id: (part: string) => string,
): Booking {
  if (!movement) {
    const transfer: NewTransfer = {
      id: id('suspense'),
      phase: 'posted',
      debit: suspense(token.id),
      credit: issued(token.id),
      amount: event.amount,
      kind: 'issue_unknown',
    };
    const source = { chainId: token.chainId, ...event };
    const changes = [noteSuspense(transfer, { reason: 'ISSUE_UNKNOWN', source })];
    return { transfers: [transfer], changes, history: [], suspended: [event] };
  }
  const cash = { asset: movement.asset, amount: movement.amount };
  return {
    transfers: endReserve(
      { movementId: movement.id, userId: movement.userId, cash, token, tokenAmount: movement.counterAmount },
      'post',
    ),
    ...moved(movement, 'issued'),
  };
}

function bookRedeemed(
  { assets }: Deps,
  event: SettlementEvent,
  token: TokenAsset,
  movement: ConversionRow | undefined,
  id: (part: string) => string,
): Booking {
  const cash = assets.find((asset) => asset.id === token.cash);
  if (!cash) throw new AppError('ASSET_UNKNOWN', 'A token stands at par with a currency that is not here.');
  // The contract redeems whole cash units only.
  const cashAmount: Amount = convertAtPar(event.amount, token.decimals, cash.decimals);
  const kind = movement ? 'redeem' : 'redeem_unknown';
  const receiver = movement ? userCash(movement.userId, cash.id) : suspense(cash.id);
  const link = movement ? { movementId: movement.id } : {};
  const burnt: NewTransfer = {
    id: id('token'),
    phase: 'posted',
    debit: issued(token.id),
    credit: par(token.id, token.id),
    amount: event.amount,
    kind,
    ...link,
  };
  const paid: NewTransfer = {
    id: id('cash'),
    phase: 'posted',
    debit: par(token.id, cash.id),
    credit: receiver,
    amount: cashAmount,
    kind,
    ...link,
  };
  const transfers = [burnt, paid];
  if (movement) return { transfers, ...moved(movement, 'redeemed') };
  const source = { chainId: token.chainId, ...event, tokens: { asset: token.id, amount: event.amount } };
  const changes = [noteSuspense(paid, { reason: 'REFERENCE_UNKNOWN', source })];
  return { transfers, changes, history: [], suspended: [event] };
}
