import type { ResolveSuspenseRequest, SuspenseItemWire, SuspenseQuery } from '@feiqian/domain/api/staff';
import { AppError } from '@feiqian/domain/errors';
import { encodeAmount, type Money } from '@feiqian/domain/money';
import { failpoint } from '../database/failpoint.ts';
import type { AttemptStore } from '../gateways/attempts.ts';
import type { Idempotency } from '../http/idempotency.ts';
import type { CommandResult } from '../ledger/command.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import { creditSuspense } from './books.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { StaffPerson, StaffStore, SuspenseItem } from './store.ts';

type Deps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly store: StaffStore;
  readonly attempts: Pick<AttemptStore, 'findByOrder'>;
  /** The one person with this e-mail address or handle. */
  readonly findPerson: (query: string) => Promise<{ readonly id: string } | undefined>;
  readonly clock: () => Date;
};

/** What staff see and do. Every look and every act is on record before it is answered. */
export type StaffService = ReturnType<typeof createStaffService>;

// Something else may change the same movement meanwhile; more often than this nothing does.
const roundsMax = 5;

export function createStaffService(deps: Deps) {
  const { store } = deps;
  return {
    /** @throws {AppError} NOT_FOUND for everybody else: what staff have is not shown to exist. */
    async requireStaff(userId: string): Promise<void> {
      if (!(await store.isStaff(userId))) throw new AppError('NOT_FOUND', 'There is nothing here.');
    },

    /** @throws {AppError} REQUEST_INVALID for a cursor that we did not give. */
    async list(staffId: string, { state, limit, cursor }: SuspenseQuery) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      await store.noteLook(staffId, { details: { state, limit, ...(cursor === undefined ? {} : { cursor }) } });
      const found = await store.list(state, { limit: limit + 1, after });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(({ item }) => describe(item)),
        ...(last ? { nextCursor: encodeCursor(last.place) } : {}),
      };
    },

    /** @throws {AppError} NOT_FOUND. */
    async get(staffId: string, id: string): Promise<SuspenseItemWire> {
      const item = await getItem(deps, id);
      await store.noteLook(staffId, { item: id });
      return describe(item);
    },

    /**
     * Makes the money somebody's. Once: a repetition, a double click and two people at once make one transfer.
     *
     * @throws {AppError} NOT_FOUND, RECIPIENT_UNKNOWN, RECIPIENT_IS_SELF, STATE_CONFLICT when it was resolved or can't be here, IDEMPOTENCY_KEY_REUSED.
     */
    resolve: (staffId: string, id: string, request: ResolveSuspenseRequest, idempotency: Idempotency) =>
      resolve(deps, { staffId, id, request, idempotency }),
  };
}

type Resolving = {
  readonly staffId: string;
  readonly id: string;
  readonly request: ResolveSuspenseRequest;
  readonly idempotency: Idempotency;
};

async function resolve(deps: Deps, { staffId, id, request, idempotency }: Resolving): Promise<Answer> {
  await getItem(deps, id);
  const [recipient, staff] = await Promise.all([getRecipient(deps, request.recipient), deps.store.findPerson(staffId)]);
  if (recipient.id === staffId)
    throw new AppError('RECIPIENT_IS_SELF', 'Somebody else decides what belongs to oneself.');
  if (!staff) throw new Error('Staff never go away.');
  for (let round = 1; round <= roundsMax; round += 1) {
    const item = await getItem(deps, id);
    if (actionsOf(item).length === 0)
      throw new AppError('STATE_CONFLICT', 'It was resolved meanwhile, or cannot be resolved here.');
    const at = deps.clock();
    const { note } = request;
    const resolution = { action: 'credit', recipient, by: staff.handle, note, at } as const;
    const body = describe({ ...item, state: 'resolved', resolution });
    failpoint('after_suspense_read_before_resolved');
    const result = await deps.ledger.post(
      creditSuspense({
        ...{ item, recipient, staffId, note, at },
        claimed: await deps.store.findClaimed(item),
        attempt:
          item.source.kind === 'gateway'
            ? await deps.attempts.findByOrder(item.source.gateway, item.source.orderNumber)
            : undefined,
        answer: { ...idempotency, status: 200, body },
      }),
    );
    failpoint('after_suspense_resolved_before_answer');
    if (result.status === 'version_conflict' || isOthers(result)) continue;
    if (result.status === 'refused' && result.transfers.includes('account_closed'))
      throw new AppError('RECIPIENT_UNKNOWN', 'This account takes nothing more.', { details: { reason: 'closed' } });
    return answerOf(result, { status: 200, body });
  }
  throw new AppError('STATE_CONFLICT', 'Something changed again and again meanwhile.');
}

/** Whether the one transfer of this item stands already by another command: then the item, read again, says so. */
function isOthers(result: CommandResult): boolean {
  return (
    (result.status === 'written' || result.status === 'refused') &&
    result.transfers.some((status) => status === 'exists' || status === 'exists_with_different_content')
  );
}

async function getItem({ store }: Deps, id: string): Promise<SuspenseItem> {
  const item = await store.find(id);
  if (!item) throw new AppError('NOT_FOUND', 'There is no such item.');
  return item;
}

async function getRecipient({ findPerson, store }: Deps, query: string): Promise<StaffPerson> {
  const found = await findPerson(query);
  const person = found && (await store.findPerson(found.id));
  if (!person) throw new AppError('RECIPIENT_UNKNOWN', 'Nobody here has that e-mail address or handle.');
  return person;
}

// Tokens that nobody ordered are on chain already, and what a gateway paid out is gone.
const uncreditable: ReadonlySet<string> = new Set(['ISSUE_UNKNOWN', 'PAYOUT_UNKNOWN']);

/** What can be done: cash can be credited. What is not booked is with the gateway. */
function actionsOf({ state, isBooked, reason }: SuspenseItem): SuspenseItemWire['actions'] {
  return state === 'open' && isBooked && !uncreditable.has(reason) ? ['credit'] : [];
}

const toWire = ({ asset, amount }: Money) => ({ asset, amount: encodeAmount(amount) });

function describe(item: SuspenseItem): SuspenseItemWire {
  const { source, ordered, person, resolution } = item;
  return {
    id: item.id,
    state: item.state,
    reason: item.reason,
    money: toWire(item.money),
    isBooked: item.isBooked,
    source:
      source.kind === 'gateway'
        ? source
        : {
            kind: 'chain',
            chainId: source.chainId,
            txHash: source.txHash,
            address: source.address,
            tokens: source.tokens ? toWire(source.tokens) : null,
          },
    ordered: ordered ? toWire(ordered) : null,
    person: person ? { handle: person.handle, email: person.email } : null,
    actions: actionsOf(item),
    resolution: resolution
      ? {
          action: resolution.action,
          recipient: { handle: resolution.recipient.handle, email: resolution.recipient.email },
          by: resolution.by,
          note: resolution.note,
          at: resolution.at.toISOString(),
        }
      : null,
    createdAt: item.createdAt.toISOString(),
  };
}
