import type { HoldsQuery, HoldWire } from '@feiqian/domain/api/monitoring';
import { AppError } from '@feiqian/domain/errors';
import { encodeAmount } from '@feiqian/domain/money';
import { limitIn, type RuleSet } from '@feiqian/domain/monitoring/rules';
import { failpoint } from '../database/failpoint.ts';
import type { Task } from '../database/jobs.ts';
import type { Sealer } from '../database/sealed.ts';
import type { Idempotency } from '../http/idempotency.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Answer, answerOf } from '../ledger/outcome.ts';
import type { HeldRoute, PostWatched } from '../ledger/watched.ts';
import { approveHold, type Ending, expireMovement, refuseMovement } from './books.ts';
import { createPostReleased, hasEnded, requestContext } from './guard.ts';
import type { Hold, HoldPlace, HoldStore } from './hold-store.ts';

/** Asks for a held movement once more, in the way that it was asked for, and posts it through `postWatched`. */
export type Begin = (
  postWatched: PostWatched,
  asked: { readonly userId: string; readonly request: unknown; readonly idempotency: Idempotency },
) => Promise<unknown>;

type Deps = {
  readonly ledger: Pick<Ledger, 'post'>;
  readonly store: HoldStore;
  readonly sealer: Sealer;
  readonly clock: () => Date;
  readonly getRules: () => Promise<Pick<RuleSet, 'twoPeopleAbove'>>;
  readonly begin: Readonly<Record<HeldRoute, Begin>>;
  /** Told that a movement has ended without its money having gone. */
  readonly onReturned: (movementId: string) => Promise<void>;
};

/** What a member of staff does to a hold. */
export type EndingRequest = {
  readonly staffId: string;
  readonly id: string;
  readonly note: string;
  readonly idempotency: Idempotency;
};

/** Movements that wait for staff: looked at, released, refused, and given back when nobody decides. */
export type HoldService = ReturnType<typeof createHoldService>;

// More than this is given back by the next look.
const sweepMax = 200;

export function createHoldService(deps: Deps) {
  const { store } = deps;
  return {
    /** @throws {AppError} REQUEST_INVALID for a cursor that we did not give. */
    async list(staffId: string, { state, limit, cursor }: HoldsQuery) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      await store.noteLook(staffId, { details: { state, limit } });
      const found = await store.list(state, { limit: limit + 1, after });
      const last = found.length > limit ? found[limit - 1] : undefined;
      const rules = await deps.getRules();
      return {
        items: found.slice(0, limit).map(({ hold }) => describe(hold, { staffId, rules, now: deps.clock() })),
        ...(last ? { nextCursor: `${last.place.atUs}_${last.place.id}` } : {}),
      };
    },

    /** @throws {AppError} NOT_FOUND. */
    async get(staffId: string, id: string): Promise<HoldWire> {
      const hold = await getHold(deps, id);
      await store.noteLook(staffId, { hold: id });
      return describe(hold, { staffId, rules: await deps.getRules(), now: deps.clock() });
    },

    /**
     * Lets a held movement happen, once: a repetition, a double click and several people at once move the money once. Above a limit the
     * first of two only says so.
     *
     * @throws {AppError} NOT_FOUND, HOLD_IS_OWN, HOLD_NEEDS_ANOTHER, HOLD_OUTDATED, STATE_CONFLICT when it was decided otherwise or its
     *   time is over, IDEMPOTENCY_KEY_REUSED, and what stands against the movement itself by now.
     */
    release: (request: EndingRequest): Promise<Answer> => release(deps, request),

    /** Gives the money back, once. @throws {AppError} NOT_FOUND, HOLD_IS_OWN, STATE_CONFLICT, IDEMPOTENCY_KEY_REUSED. */
    refuse: (request: EndingRequest): Promise<Answer> => refuse(deps, request),

    tasks: {
      'monitoring.expire': async ({ holdId }) => {
        const hold = typeof holdId === 'string' ? await store.find(holdId) : undefined;
        if (hold) await expire(deps, hold);
      },
    } satisfies Readonly<Record<string, Task>>,

    /** Gives back what nobody decided on in time. */
    async sweep(): Promise<void> {
      for (const hold of await store.listDue(deps.clock(), sweepMax)) await expire(deps, hold);
    },
  };
}

async function release(deps: Deps, request: EndingRequest): Promise<Answer> {
  const { staffId, id } = request;
  const { hold, ending, rules } = await begin(deps, request, 'released');
  if (hold.state === 'released') return { status: 200, body: describe(hold, { staffId, rules, now: ending.at }) };
  if (needsTwo(hold, rules)) {
    if (!hold.approvedBy) return approve(deps, { hold, ending, rules });
    if (hold.approvedBy.id === staffId)
      throw new AppError('HOLD_NEEDS_ANOTHER', 'Somebody else has to release it too.');
  }
  const asked = JSON.parse(deps.sealer.openText(hold.sealedRequest, requestContext(id))) as unknown;
  failpoint('after_hold_read_before_released');
  await deps.begin[hold.route](createPostReleased(deps.ledger, hold, ending), {
    userId: hold.person.id,
    request: asked,
    idempotency: hold.idempotency,
  });
  failpoint('after_hold_released_before_answer');
  return describeNow(deps, staffId, id);
}

type Approving = { readonly hold: Hold; readonly ending: Ending; readonly rules: Pick<RuleSet, 'twoPeopleAbove'> };

async function approve(deps: Deps, { hold, ending, rules }: Approving): Promise<Answer> {
  const { staffId, at } = ending;
  const handle = (await deps.store.findHandle(staffId)) ?? '';
  const body = describe({ ...hold, approvedBy: { id: staffId, handle } }, { staffId, rules, now: at });
  const result = await deps.ledger.post(approveHold(hold, { ...ending, answer: { ...ending.answer, body } }));
  if (hasEnded(result)) throw decided();
  return answerOf(result, { status: 200, body });
}

async function refuse(deps: Deps, request: EndingRequest): Promise<Answer> {
  const { hold, ending, rules } = await begin(deps, request, 'refused');
  const { staffId, id } = request;
  if (hold.state === 'refused') return { status: 200, body: describe(hold, { staffId, rules, now: ending.at }) };
  failpoint('after_hold_read_before_refused');
  const result = await deps.ledger.post(refuseMovement(hold, ending));
  if (hasEnded(result)) throw decided();
  failpoint('after_hold_refused_before_answer');
  answerOf(result, { status: 200, body: {} });
  await deps.onReturned(id);
  return describeNow(deps, staffId, id);
}

async function begin(deps: Deps, { staffId, id, note, idempotency }: EndingRequest, state: 'released' | 'refused') {
  const hold = await getHold(deps, id);
  if (hold.person.id === staffId) throw new AppError('HOLD_IS_OWN', 'Somebody else decides on one’s own money.');
  const at = deps.clock();
  // Whoever ended it the same way has it as they wanted; the other way is another matter.
  if (hold.state !== 'open' && hold.state !== state) throw decided();
  if (hold.state === 'open' && hold.expiresAt <= at) throw decided();
  const rules = await deps.getRules();
  const endedBy = await deps.store.findHandle(staffId);
  const after = { state, endedBy, endedAt: at, note };
  const body = describe({ ...hold, ...after }, { staffId, rules, now: at });
  const ending: Ending = { staffId, note, at, answer: { ...idempotency, status: 200, body } };
  return { hold, ending, rules };
}

/** Anybody may try at once: the money goes back once, and only from what is open still. */
async function expire({ ledger, store, clock, onReturned }: Deps, { id }: Pick<Hold, 'id'>): Promise<void> {
  const hold = await store.find(id);
  const now = clock();
  if (hold?.state !== 'open' || hold.expiresAt > now) return;
  failpoint('after_hold_due_before_expired');
  const result = await ledger.post(expireMovement(hold, now));
  if (hasEnded(result)) return;
  failpoint('after_hold_expired');
  answerOf(result, { status: 204, body: {} });
  await onReturned(id);
}

const decided = () => new AppError('STATE_CONFLICT', 'It was decided meanwhile, or its time is over.');

async function getHold({ store }: Pick<Deps, 'store'>, id: string): Promise<Hold> {
  const hold = await store.find(id);
  if (!hold) throw new AppError('NOT_FOUND', 'There is no such hold.');
  return hold;
}

async function describeNow(deps: Deps, staffId: string, id: string): Promise<Answer> {
  const hold = await getHold(deps, id);
  return { status: 200, body: describe(hold, { staffId, rules: await deps.getRules(), now: deps.clock() }) };
}

const needsTwo = ({ money }: Hold, { twoPeopleAbove }: Pick<RuleSet, 'twoPeopleAbove'>): boolean =>
  money.amount > limitIn(twoPeopleAbove, money.asset);

type Seeing = { readonly staffId: string; readonly rules: Pick<RuleSet, 'twoPeopleAbove'>; readonly now: Date };

function describe(hold: Hold, { staffId, rules, now }: Seeing): HoldWire {
  const isDecidable = hold.state === 'open' && hold.expiresAt > now && hold.person.id !== staffId;
  const isWaitingForOther = needsTwo(hold, rules) && hold.approvedBy?.id === staffId;
  return {
    id: hold.id,
    state: hold.state,
    kind: hold.route,
    money: { asset: hold.money.asset, amount: encodeAmount(hold.money.amount) },
    person: { handle: hold.person.handle, email: hold.person.email },
    recipient: hold.recipient ?? null,
    reasons: hold.reasons.map((reason) => ({ ...reason, figures: { ...reason.figures } })),
    score: hold.score,
    rulesVersion: hold.rulesVersion,
    needsTwo: needsTwo(hold, rules),
    approvedBy: hold.approvedBy?.handle ?? null,
    actions: isDecidable ? (isWaitingForOther ? ['refuse'] : ['release', 'refuse']) : [],
    endedBy: hold.endedBy ?? null,
    endedAt: hold.endedAt?.toISOString() ?? null,
    note: hold.note ?? null,
    expiresAt: hold.expiresAt.toISOString(),
    createdAt: hold.createdAt.toISOString(),
  };
}

const cursorShape = /^([0-9]{1,18})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

function decodeCursor(cursor: string): HoldPlace {
  const [, atUs, id] = cursorShape.exec(cursor) ?? [];
  if (atUs === undefined || id === undefined)
    throw new AppError('REQUEST_INVALID', 'Not a cursor of ours.', { details: { field: 'cursor' } });
  return { atUs, id };
}
