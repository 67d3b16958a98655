import type { ChangeItemRequest, CreateItemRequest, ItemWire } from '@feiqian/domain/api/items';
import { itemsMax } from '@feiqian/domain/api/items';
import { AppError } from '@feiqian/domain/errors';
import { decodeAmount, encodeAmount } from '@feiqian/domain/money';
import type { Pool } from '../database/pool.ts';
import { doOnce } from '../http/do-once.ts';
import { findAnswer, type Idempotency } from '../http/idempotency.ts';
import { businessId } from '../ledger/ids.ts';
import type { ItemRow, ItemStore } from './store.ts';

type Deps = {
  readonly pool: Pool;
  readonly store: ItemStore;
  /** Ids of the cash of this deployment. */
  readonly currencies: ReadonlySet<string>;
};

/** What a shop sells again and again. Nothing here moves money. */
export type ItemService = ReturnType<typeof createItemService>;

export function createItemService({ pool, store, currencies }: Deps) {
  return {
    list: async (ownerId: string) => ({ items: (await store.list(ownerId)).map(toWire) }),

    /**
     * @throws {AppError} ASSET_UNKNOWN, AMOUNT_NOT_POSITIVE, AMOUNT_TOO_LARGE, ITEMS_TOO_MANY, IDEMPOTENCY_KEY_REUSED.
     */
    async create(ownerId: string, { name, money }: CreateItemRequest, idempotency: Idempotency) {
      const price = readPrice(money, currencies);
      const written = await doOnce(pool, idempotency, async (connection) => {
        const id = businessId('item', ownerId, idempotency.key);
        const row = await store.insert(connection, { id, ownerId, name, ...price, itemsMax });
        if (!row)
          throw new AppError('ITEMS_TOO_MANY', 'There can be no more items.', { details: { max: `${itemsMax}` } });
        return { status: 201, body: toWire(row) };
      });
      const answer = written ?? (await findAnswer(pool, idempotency));
      if (!answer) throw new AppError('STATE_CONFLICT', 'It changed meanwhile.');
      return answer;
    },

    /** @throws {AppError} NOT_FOUND, ASSET_UNKNOWN, AMOUNT_NOT_POSITIVE, AMOUNT_TOO_LARGE. */
    async change(ownerId: string, id: string, { name, money, place }: ChangeItemRequest): Promise<ItemWire> {
      const row = await store.change(ownerId, id, {
        ...(name === undefined ? {} : { name }),
        ...(money === undefined ? {} : { money: readPrice(money, currencies) }),
        ...(place === undefined ? {} : { place }),
      });
      if (!row) throw noItem();
      return toWire(row);
    },

    /** @throws {AppError} NOT_FOUND. */
    async remove(ownerId: string, id: string): Promise<void> {
      if (!(await store.remove(ownerId, id))) throw noItem();
    },
  };
}

const noItem = () => new AppError('NOT_FOUND', 'There is no such item.');

function readPrice(money: CreateItemRequest['money'], currencies: ReadonlySet<string>) {
  if (!currencies.has(money.asset)) throw new AppError('ASSET_UNKNOWN', 'This is not cash of this deployment.');
  const amount = decodeAmount(money.amount);
  if (amount === 0n) throw new AppError('AMOUNT_NOT_POSITIVE', 'What is free needs no payment.');
  return { asset: money.asset, amount };
}

function toWire({ id, name, asset, amount, place, createdAt }: ItemRow): ItemWire {
  return { id, name, money: { asset, amount: encodeAmount(amount) }, place, createdAt: createdAt.toISOString() };
}
