import type { CashTransferRequest } from '@feiqian/domain/api/cash';
import type { MovementWire } from '@feiqian/domain/api/chain';
import { parseAssetId } from '@feiqian/domain/assets';
import { AppError } from '@feiqian/domain/errors';
import { decodeAmount } from '@feiqian/domain/money';
import type { Idempotency } from '../http/idempotency.ts';
import { userCash } from '../ledger/accounts.ts';
import { businessId, historyId } from '../ledger/ids.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import type { PostWatched } from '../ledger/watched.ts';

/** Somebody who can be sent cash. */
export type Person = { readonly id: string; readonly handle: string };

type Deps = {
  readonly postWatched: PostWatched;
  /** Currencies of this deployment. */
  readonly currencies: ReadonlySet<string>;
  /** The one person with this e-mail address or handle. */
  readonly findPerson: (query: string) => Promise<Person | undefined>;
};

/** Cash from one person to another, inside the books: final at once. */
export type CashTransferService = ReturnType<typeof createCashTransferService>;

export function createCashTransferService({ postWatched, currencies, findPerson }: Deps) {
  /** @throws {AppError} RECIPIENT_UNKNOWN. */
  const getPerson = async (query: string): Promise<Person> => {
    const person = await findPerson(query);
    if (!person) throw new AppError('RECIPIENT_UNKNOWN', 'Nobody here has that e-mail address or handle.');
    return person;
  };

  return {
    getPerson,

    /** @throws {AppError} RECIPIENT_UNKNOWN, RECIPIENT_IS_SELF, ASSET_UNKNOWN, AMOUNT_NOT_POSITIVE, INSUFFICIENT_FUNDS, MOVEMENT_BLOCKED, IDEMPOTENCY_KEY_REUSED. */
    async send(userId: string, request: CashTransferRequest, idempotency: Idempotency): Promise<Answer> {
      const { asset } = request.money;
      if (parseAssetId(asset).kind !== 'cash' || !currencies.has(asset))
        throw new AppError('ASSET_UNKNOWN', 'This is not cash of this deployment.');
      const amount = decodeAmount(request.money.amount);
      if (amount === 0n) throw new AppError('AMOUNT_NOT_POSITIVE', 'Send something.');
      const recipient = await getPerson(request.recipient);
      if (recipient.id === userId) throw new AppError('RECIPIENT_IS_SELF', 'This is you.');
      const id = businessId('movement', userId, 'cash-transfers', idempotency.key);
      const body: MovementWire = {
        id,
        historyId: historyId(userId, id),
        kind: 'cash_transfer',
        state: 'posted',
        money: request.money,
        txHash: null,
      };
      const watched = {
        movementId: id,
        userId,
        kind: 'cash_transfer',
        money: { asset, amount },
        party: recipient.id,
        held: { route: 'cash_transfer', request, idempotency },
      } as const;
      const result = await postWatched(watched, {
        transfers: [
          {
            id: businessId('transfer', id, 'cash_transfer'),
            phase: 'posted',
            debit: userCash(userId, asset),
            credit: userCash(recipient.id, asset),
            amount,
            kind: 'cash_transfer',
            movementId: id,
          },
        ],
        changes: [
          {
            table: 'movements',
            id,
            expectVersion: 0,
            set: {
              kind: 'cash_transfer',
              user_id: userId,
              counterparty_id: recipient.id,
              state: 'posted',
              asset,
              amount: request.money.amount,
              note: request.note === undefined || request.note === '' ? null : request.note,
            },
          },
        ],
        answer: { ...idempotency, status: 201, body },
        history: [id],
      });
      return answerOf(result, { status: 201, body });
    },
  };
}
