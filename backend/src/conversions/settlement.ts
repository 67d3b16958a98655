import type { Asset, TokenAsset } from '@feiqian/domain/assets';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, convertAtPar } from '@feiqian/domain/money';
import { isAddressEqual } from 'viem';
import { issued, par, retired, suspense, userCash } from '../ledger/accounts.ts';
import type { NewTransfer, RowChange } from '../ledger/command.ts';
import { businessId } from '../ledger/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { endReserve } from './issue.ts';
import type { ConversionRow, ConversionStore, SettlementEvent } from './store.ts';

type Deps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly store: ConversionStore;
  readonly assets: readonly Asset[];
  /** The block before the first one that concerns us. */
  readonly startAfter: (chainId: number) => bigint;
  /** Told of money whose owner nobody knows: a person has to look. */
  readonly onSuspense: (event: SettlementEvent) => void;
};

/** What one block's events do to the books. */
type Booking = { readonly transfers: NewTransfer[]; readonly changes: RowChange[]; readonly history: string[] };

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
export const ledgerCursorId = (chainId: number, epoch: number) => businessId('chain cursor', `${chainId}`, `${epoch}`, 'ledger');

export function createSettlement(deps: Deps): Settlement {
  const { store } = deps;
  return {
    async settleFinalized(chainId) {
      for (;;) {
        const chain = await store.findChain(chainId);
        if (!chain || chain.isHalted || chain.finalizedNumber === null) return;
        const { epoch, finalizedNumber } = chain;
        const cursor = await store.findCursor(ledgerCursorId(chainId, epoch));
        if (!cursor) {
          await begin(deps, chainId, epoch);
          continue;
        }
        if (cursor.blockNumber >= finalizedNumber) return;
        const events = await store.nextEvents(chainId, epoch, cursor.blockNumber, finalizedNumber);
        const [first] = events;
        const waiting = first ? await store.findWaiting(chainId, events.map(({ reference }) => reference)) : [];
        const booking = bookEvents(deps, { chainId, epoch, events, waiting });
        const change: RowChange = {
          table: 'chain_cursors',
          id: ledgerCursorId(chainId, epoch),
          expectVersion: cursor.version,
          set: { block_number: `${first ? first.blockNumber : finalizedNumber}` },
        };
        await post(deps, { ...booking, changes: [change, ...booking.changes] });
      }
    },
  };
}

/** Begins to follow a chain; when it began anew, what was issued in its former life is written off first. */
async function begin(deps: Deps, chainId: number, epoch: number): Promise<void> {
  const tokens = deps.assets.filter((asset) => asset.kind === 'token' && asset.chainId === chainId).map(({ id }) => id);
  const left = epoch === 1 ? [] : (await deps.store.readIssued(tokens)).filter(({ amount }) => amount > 0n);
  await post(deps, {
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
    ],
    history: [],
  });
}

/** A version conflict means that another replica booked this block, or that a movement changed: the caller reads again. */
async function post({ ledger }: Deps, command: Booking): Promise<void> {
  const result = await ledger.post(command);
  if (result.status === 'refused') throw new Error(`The ledger refused what the chain did: ${result.transfers.join(', ')}`);
}

function bookEvents(
  deps: Deps,
  { chainId, epoch, events, waiting }: { readonly chainId: number; readonly epoch: number; readonly events: readonly SettlementEvent[]; readonly waiting: readonly ConversionRow[] },
): Booking {
  const bookings = events.map((event) => {
    const token = deps.assets.find((asset): asset is TokenAsset => asset.kind === 'token' && asset.chainId === chainId && isAddressEqual(asset.address, event.token));
    if (!token?.cash) throw new AppError('ASSET_UNKNOWN', 'An event of a token that is not ours.');
    const movement = waiting.find((row) => isFor(row, event, token));
    if (!movement) deps.onSuspense(event);
    const id = (part: string) => businessId('transfer', 'event', `${chainId}`, `${epoch}`, event.txHash, `${event.logIndex}`, part);
    return event.name === 'Issued' ? bookIssued(event, token, movement, id) : bookRedeemed(deps, event, token, movement, id);
  });
  return {
    transfers: bookings.flatMap(({ transfers }) => transfers),
    changes: bookings.flatMap(({ changes }) => changes),
    history: bookings.flatMap(({ history }) => history),
  };
}

/** Whether an event is exactly what a movement waits for: its reference, party, token and amount. */
function isFor(row: ConversionRow, event: SettlementEvent, token: TokenAsset): boolean {
  const isIssue = event.name === 'Issued';
  const [asset, amount] = isIssue ? [row.counterAsset, row.counterAmount] : [row.asset, row.amount];
  return row.state === (isIssue ? 'issuing' : 'redeeming') && row.reference === event.reference && isAddressEqual(row.address, event.address) && asset === token.id && amount === event.amount;
}

const moved = (row: ConversionRow, state: string): Pick<Booking, 'changes' | 'history'> => ({
  changes: [{ table: 'movements', id: row.id, expectVersion: row.version, set: { state } }],
  history: [row.id],
});

function bookIssued(event: SettlementEvent, token: TokenAsset, movement: ConversionRow | undefined, id: (part: string) => string): Booking {
  if (!movement) {
    const transfer: NewTransfer = { id: id('suspense'), phase: 'posted', debit: suspense(token.id), credit: issued(token.id), amount: event.amount, kind: 'issue_unknown' };
    return { transfers: [transfer], changes: [], history: [] };
  }
  const cash = { asset: movement.asset, amount: movement.amount };
  return { transfers: endReserve({ movementId: movement.id, userId: movement.userId, cash, token, tokenAmount: movement.counterAmount }, 'post'), ...moved(movement, 'issued') };
}

function bookRedeemed({ assets }: Deps, event: SettlementEvent, token: TokenAsset, movement: ConversionRow | undefined, id: (part: string) => string): Booking {
  const cash = assets.find((asset) => asset.id === token.cash);
  if (!cash) throw new AppError('ASSET_UNKNOWN', 'A token stands at par with a currency that is not here.');
  // The contract redeems whole cash units only.
  const cashAmount: Amount = convertAtPar(event.amount, token.decimals, cash.decimals);
  const kind = movement ? 'redeem' : 'redeem_unknown';
  const receiver = movement ? userCash(movement.userId, cash.id) : suspense(cash.id);
  const link = movement ? { movementId: movement.id } : {};
  const transfers: NewTransfer[] = [
    { id: id('token'), phase: 'posted', debit: issued(token.id), credit: par(token.id, token.id), amount: event.amount, kind, ...link },
    { id: id('cash'), phase: 'posted', debit: par(token.id, cash.id), credit: receiver, amount: cashAmount, kind, ...link },
  ];
  return { transfers, ...(movement ? moved(movement, 'redeemed') : { changes: [], history: [] }) };
}
