import { randomBytes } from 'node:crypto';
import type { CreateReturnAddress, ReturnAddressWire } from '@feiqian/domain/api/return-addresses';
import { AppError } from '@feiqian/domain/errors';
import type { Pool } from '../database/pool.ts';
import type { Sealer } from '../database/sealed.ts';
import { doOnce } from '../http/do-once.ts';
import { findAnswer, type Idempotency } from '../http/idempotency.ts';
import { businessId } from '../ledger/ids.ts';
import { assertReturnAddress, type Returned, signReturn } from './return-url.ts';
import type { ReturnAddressRow, ReturnAddressStore } from './store.ts';

/** More than any shop needs, and few enough to be looked through. */
const addressesMax = 20;
const secretBytes = 32;

/** An answer as it is stored, and what must not be. */
export type SecretAnswer = {
  readonly status: number;
  readonly body: object;
  /** Null when the request had been answered before. */
  readonly secret: string | null;
};

/** Where shops have payers sent back to. */
export type ReturnAddressService = ReturnType<typeof createReturnAddressService>;

export function createReturnAddressService({
  pool,
  store,
  sealer,
}: {
  readonly pool: Pool;
  readonly store: ReturnAddressStore;
  readonly sealer: Sealer;
}) {
  return {
    list: async (ownerId: string) => ({ items: (await store.list(ownerId)).map(toWire) }),

    /** @throws {AppError} RETURN_ADDRESS_REFUSED, RETURN_ADDRESS_EXISTS, RETURN_ADDRESSES_TOO_MANY, IDEMPOTENCY_KEY_REUSED. */
    async create(ownerId: string, { url }: CreateReturnAddress, idempotency: Idempotency): Promise<SecretAnswer> {
      assertReturnAddress(url);
      const id = businessId('return-address', ownerId, idempotency.key);
      const secret = `fqr_${randomBytes(secretBytes).toString('base64url')}`;
      const sealedSecret = sealer.sealText(secret, contextOf(id));
      const written = await doOnce(pool, idempotency, async (connection) => {
        const row = await store.insert(connection, { id, ownerId, url, sealedSecret, addressesMax });
        if (row === 'exists') throw new AppError('RETURN_ADDRESS_EXISTS', 'This address is registered.');
        if (row === 'too_many')
          throw new AppError('RETURN_ADDRESSES_TOO_MANY', 'Remove one first.', { details: { max: `${addressesMax}` } });
        return { status: 201, body: { ...toWire(row), secret: null } };
      });
      if (written) return { ...written, secret };
      const earlier = await findAnswer(pool, idempotency);
      if (!earlier) throw new AppError('STATE_CONFLICT', 'It changed meanwhile.');
      return { ...earlier, secret: null };
    },

    /** From now on nobody is sent there, whatever asks for it. @throws {AppError} NOT_FOUND. */
    async remove(ownerId: string, id: string): Promise<void> {
      if (!(await store.remove(ownerId, id))) throw new AppError('NOT_FOUND', 'There is no such return address.');
    },

    /** An address of a payee's with what its payer brings back, signed. @throws {AppError} NOT_FOUND when it is none (any more). */
    async sign(ownerId: string, url: string, returned: Returned): Promise<string> {
      const address = await store.find(ownerId, url);
      if (!address) throw new AppError('NOT_FOUND', 'The shop takes no payers back there any more.');
      return signReturn(url, sealer.openText(address.secret, contextOf(address.id)), returned);
    },
  };
}

const contextOf = (id: string) => `return-address:${id}`;

function toWire({ id, url, createdAt }: ReturnAddressRow): ReturnAddressWire {
  return { id, url, createdAt: createdAt.toISOString() };
}
