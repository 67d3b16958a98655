import { type Asset, parseAssetId } from '@feiqian/domain/assets';
import { AppError } from '@feiqian/domain/errors';
import { type Money, toAmount } from '@feiqian/domain/money';
import { type Decision, decide } from '@feiqian/domain/monitoring/decide';
import { createTurns } from '../chain/turns.ts';
import type { Queryable } from '../database/pool.ts';
import type { Sealer } from '../database/sealed.ts';
import { findAnswer } from '../http/idempotency.ts';
import type { Command, CommandResult } from '../ledger/command.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { HeldRequest, PostWatched, Watched } from '../ledger/watched.ts';
import { type Ending, holdMailId, holdMovement, noteDecision, type Recipients, releaseMovement } from './books.ts';
import type { Hold } from './hold-store.ts';
import { type Past, readPast } from './past.ts';

/** What watching needs. */
type GuardDeps = {
  readonly database: Queryable;
  readonly ledger: Pick<Ledger, 'post'>;
  readonly assets: readonly Asset[];
  readonly sealer: Sealer;
  readonly clock: () => Date;
  /** Seals an address for the mail of an id; undefined where no mail is sent. */
  readonly sealRecipient: ((email: string, mailId: string) => string) | undefined;
};

// A person moves one thing after another; somebody who moves more at once than this waits for their own movements.
const roundsMax = 20;
const hourMs = 3_600_000;

/** Where a held request belongs: it can't be read as anything else. */
export const requestContext = (holdId: string): string => `hold:${holdId}`;

/**
 * Makes the function through which money leaves people's hands. The decision is written by the command that moves or holds the money,
 * from the version of the person that it was made from: a movement that came in between makes it decide again.
 */
export function createPostWatched(deps: GuardDeps): PostWatched {
  // What one process is asked for by one person need not overtake itself.
  const inTurn = createTurns();
  return async (watched, command) => {
    const cash = toCash(deps.assets, watched.money);
    return cash
      ? inTurn(watched.userId, () => decideAndPost(deps, { watched, command, cash }))
      : deps.ledger.post(command);
  };
}

type Asked = { readonly watched: Watched; readonly command: Command; readonly cash: Money };

async function decideAndPost(deps: GuardDeps, { watched, command, cash }: Asked): Promise<CommandResult> {
  for (let round = 1; ; round += 1) {
    const past = await readPast(deps.database, watched.userId, watched.party);
    const { kind, party } = watched;
    const decision = decide({ ...cash, kind, party, at: past.at }, past.facts, past.rules);
    const result = await follow(deps, { watched, command, cash, decision, past });
    const isOvertaken = result.status === 'version_conflict' && result.table === 'monitoring_people';
    if (!isOvertaken) return result;
    if (round === roundsMax)
      throw new AppError('STATE_CONFLICT', 'Too many movements of one person at the same moment.');
  }
}

type Decided = Asked & {
  readonly decision: Decision;
  readonly past: Past;
};

async function follow(deps: GuardDeps, { watched, command, cash, decision, past }: Decided): Promise<CommandResult> {
  const isStopped = decision.outcome === 'block' || (decision.outcome === 'review' && !watched.held);
  // What cannot wait is stopped, whatever the rule meant for what can.
  const decided = noteDecision(watched, cash, isStopped ? { ...decision, outcome: 'block' } : decision, past);
  if (isStopped) return stop(deps, { watched, command, decided, outcome: decision.outcome });
  if (decision.outcome === 'allow' || !watched.held)
    return deps.ledger.post({ ...command, changes: [...(command.changes ?? []), ...decided] });
  return hold(deps, { watched, command, decided, request: watched.held, hours: past.rules.holdHours });
}

type Stopping = Pick<Decided, 'watched' | 'command'> & {
  readonly decided: ReturnType<typeof noteDecision>;
  readonly outcome: Decision['outcome'];
};

/** Nothing moves; only the record of the attempt is written. A request that was answered before is answered again. */
async function stop({ database, ledger }: GuardDeps, { command, decided, outcome }: Stopping): Promise<CommandResult> {
  const earlier = command.answer && (await findAnswer(database, command.answer));
  if (earlier) return { status: 'answered', answer: earlier };
  const result = await ledger.post({ transfers: [], changes: [...decided] });
  if (result.status !== 'written') return result;
  throw outcome === 'block'
    ? new AppError('MOVEMENT_BLOCKED', 'This was stopped, and nothing has moved.')
    : new AppError('MOVEMENT_NOT_PASSED', 'Somebody would have to look at this first, and it cannot wait.');
}

type Wait = Omit<Stopping, 'outcome'> & { readonly request: HeldRequest; readonly hours: number };

async function hold(deps: GuardDeps, { watched, command, decided, request, hours }: Wait): Promise<CommandResult> {
  const { ledger, sealer, clock } = deps;
  const expiresAt = new Date(clock().getTime() + hours * hourMs);
  const answer = command.answer && { ...command.answer, body: { ...command.answer.body, state: 'in_review' } };
  const sealedRequest = sealer.sealText(JSON.stringify(request.request), requestContext(watched.movementId));
  const recipients = await sealRecipients(deps, watched);
  const result = await ledger.post(
    holdMovement(command, { watched, request, sealedRequest, decided, answer, expiresAt, recipients }),
  );
  return result.status === 'written' && answer
    ? { status: 'answered', answer: { status: answer.status, body: answer.body } }
    : result;
}

/** The owner's address, sealed for each of the two mails. */
async function sealRecipients(
  { database, sealRecipient }: GuardDeps,
  { userId, movementId }: Watched,
): Promise<Recipients | undefined> {
  if (!sealRecipient) return undefined;
  const { rows } = await database.query<{ email: string }>('SELECT email FROM users WHERE id = $1', [userId]);
  const email = rows[0]?.email;
  const seal = (moment: 'held' | 'ended') => sealRecipient(email ?? '', holdMailId(movementId, moment));
  return email === undefined ? undefined : { held: seal('held'), ended: seal('ended') };
}

/**
 * Makes the function by which a held movement happens after all: it posts what the movement's own way makes of the request now, together
 * with the end of the hold, and nothing else.
 *
 * @throws {AppError} HOLD_OUTDATED when the request means something else by now, STATE_CONFLICT when the hold has ended.
 */
export function createPostReleased(ledger: Pick<Ledger, 'post'>, hold: Hold, ending: Ending): PostWatched {
  return async (watched, command) => {
    const isSame =
      watched.movementId === hold.id &&
      watched.userId === hold.person.id &&
      watched.money.asset === hold.money.asset &&
      watched.money.amount === hold.money.amount &&
      watched.party === hold.party;
    if (!isSame) throw outdated();
    const result = await ledger.post(releaseMovement(hold, command, ending));
    if (hasEnded(result)) throw new AppError('STATE_CONFLICT', 'It was decided meanwhile.');
    return result;
  };
}

const outdated = () =>
  new AppError('HOLD_OUTDATED', 'What was asked for means something else by now: it can only be refused.');

/** Whether somebody else was quicker to end a hold. */
export const hasEnded = (result: CommandResult): boolean =>
  (result.status === 'version_conflict' && (result.table === 'holds' || result.table === 'staff_actions')) ||
  (result.status === 'refused' && result.transfers.includes('pending_already_voided'));

/** Money as the cash that it stands for, rounded up; undefined for tokens that stand for none. */
function toCash(assets: readonly Asset[], { asset, amount }: Money): Money | undefined {
  if (parseAssetId(asset).kind === 'cash') return { asset, amount };
  const token = assets.find(({ id }) => id === asset);
  if (token?.kind !== 'token' || !token.cash) return undefined;
  const cash = assets.find(({ id }) => id === token.cash);
  if (!cash) return undefined;
  const scale = 10n ** BigInt(token.decimals - cash.decimals);
  return { asset: cash.id, amount: toAmount((amount + scale - 1n) / scale) };
}
