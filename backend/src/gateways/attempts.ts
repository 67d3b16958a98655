import type { CashAssetId } from '@feiqian/domain/assets';
import { decodeAmount, encodeAmount, type Money } from '@feiqian/domain/money';
import type { Queryable } from '../database/pool.ts';
import type { Command, Job, RowChange } from '../ledger/command.ts';

/** Where an attempt stands. `mismatched`: money came, but not what was ordered. */
export type AttemptState = 'created' | 'open' | 'succeeded' | 'failed' | 'expired' | 'mismatched';

/** One attempt to move money through a gateway, under an order number of its own. Only ledger commands write it. */
export type GatewayAttempt = {
  readonly id: string;
  readonly version: number;
  readonly movementId: string;
  readonly gateway: string;
  readonly direction: 'payment' | 'payout' | 'refund';
  readonly orderNumber: string;
  readonly state: AttemptState;
  readonly money: Money<CashAssetId>;
  readonly reference: string | undefined;
  readonly redirectUrl: string | undefined;
  readonly reason: string | undefined;
  readonly nextCheckAt: Date | undefined;
  readonly expiresAt: Date | undefined;
  readonly createdAt: Date;
  /** When something last happened to it, exactly as the database has it. */
  readonly updatedAt: string;
};

type Raw = {
  id: string;
  version: number;
  movement_id: string;
  gateway: string;
  direction: 'payment' | 'payout' | 'refund';
  order_number: string;
  state: AttemptState;
  asset: CashAssetId;
  amount: string;
  gateway_reference: string | null;
  redirect_url: string | null;
  reason: string | null;
  next_check_at: Date | null;
  expires_at: Date | null;
  created_at: Date;
  updated_at: string;
};

/** How patiently gateways are asked again. */
export type CheckDelays = {
  /** Between the first questions. */
  readonly minMs: number;
  readonly maxMs: number;
  /** How long after its expiry a payment is still asked for: it may have been under way. */
  readonly tailMs: number;
};

/** From seconds to six hours; an expired payment for a week. */
export const defaultCheckDelays: CheckDelays = { minMs: 5000, maxMs: 21_600_000, tailMs: 604_800_000 };

const columns = `id, version, movement_id, gateway, direction, order_number, state, asset, amount, gateway_reference, redirect_url, reason,
  next_check_at, expires_at, created_at, updated_at::text`;

/** Reads attempts. */
export type AttemptStore = ReturnType<typeof createAttemptStore>;

export function createAttemptStore(database: Queryable) {
  return {
    async find(id: string): Promise<GatewayAttempt | undefined> {
      const { rows } = await database.query<Raw>(`SELECT ${columns} FROM gateway_attempts WHERE id = $1`, [id]);
      return rows[0] && toAttempt(rows[0]);
    },

    async findByOrder(gateway: string, orderNumber: string): Promise<GatewayAttempt | undefined> {
      const { rows } = await database.query<Raw>(
        `SELECT ${columns} FROM gateway_attempts WHERE gateway = $1 AND order_number = $2`,
        [gateway, orderNumber],
      );
      return rows[0] && toAttempt(rows[0]);
    },

    /** A movement's attempts, oldest first. */
    async listOfMovement(movementId: string): Promise<GatewayAttempt[]> {
      const { rows } = await database.query<Raw>(
        `SELECT ${columns} FROM gateway_attempts WHERE movement_id = $1 ORDER BY created_at, id`,
        [movementId],
      );
      return rows.map(toAttempt);
    },

    /** Refunds under way of a payment with this order number. */
    async listOpenRefunds(gateway: string, paidOrder: string): Promise<GatewayAttempt[]> {
      const { rows } = await database.query<Raw>(
        `SELECT ${columns} FROM gateway_attempts WHERE direction = 'refund' AND gateway = $1 AND state IN ('created', 'open') AND movement_id IN (
           SELECT r.id FROM gateway_attempts a JOIN payments p ON p.movement_id = a.movement_id JOIN movements r ON r.payment_id = p.id
           WHERE a.gateway = $1 AND a.order_number = $2)
         ORDER BY created_at, id`,
        [gateway, paidOrder],
      );
      return rows.map(toAttempt);
    },

    /** Orders that should have been asked for by now. */
    async listDue(now: Date, limit: number): Promise<{ gateway: string; orderNumber: string }[]> {
      const { rows } = await database.query<{ gateway: string; order_number: string }>(
        'SELECT gateway, order_number FROM gateway_attempts WHERE next_check_at <= $1 ORDER BY next_check_at LIMIT $2',
        [now, limit],
      );
      return rows.map(({ gateway, order_number: orderNumber }) => ({ gateway, orderNumber }));
    },
  };
}

/** The order number of an attempt: 32 hex digits, which every gateway takes. */
export function toOrderNumber(attemptId: string): string {
  return attemptId.replaceAll('-', '');
}

/** Part of a command: begins an attempt. */
export function insertAttempt(
  attempt: Pick<
    GatewayAttempt,
    'id' | 'movementId' | 'gateway' | 'direction' | 'money' | 'nextCheckAt' | 'expiresAt' | 'createdAt'
  >,
): RowChange {
  return {
    table: 'gateway_attempts',
    id: attempt.id,
    expectVersion: 0,
    set: {
      movement_id: attempt.movementId,
      gateway: attempt.gateway,
      direction: attempt.direction,
      order_number: toOrderNumber(attempt.id),
      state: 'created',
      asset: attempt.money.asset,
      amount: encodeAmount(attempt.money.amount),
      next_check_at: attempt.nextCheckAt?.toISOString() ?? null,
      expires_at: attempt.expiresAt?.toISOString() ?? null,
      created_at: attempt.createdAt.toISOString(),
    },
  };
}

/** Part of a command: moves an attempt on from the version that was read. */
export function changeAttempt({ id, version }: GatewayAttempt, set: RowChange['set']): RowChange {
  return { table: 'gateway_attempts', id, expectVersion: version, set };
}

/** A command that changes nothing but when to ask again: nothing has happened to the attempt. */
export function planCheckAt(attempt: GatewayAttempt, nextCheckAt: Date | undefined): Command {
  return {
    transfers: [],
    changes: [
      changeAttempt(attempt, { next_check_at: nextCheckAt?.toISOString() ?? null, updated_at: attempt.updatedAt }),
    ],
    jobs: nextCheckAt ? [followJob(attempt, nextCheckAt)] : [],
  };
}

/** Part of a command: asks for an order at a time, instead of any earlier plan to. */
export function followJob(
  { gateway, orderNumber }: { readonly gateway: string; readonly orderNumber: string },
  runAt?: Date,
): Job {
  return {
    task: 'gateways.follow',
    payload: { gateway, orderNumber },
    key: `gateways.follow:${gateway}:${orderNumber}`,
    ...(runAt ? { runAt } : {}),
  };
}

/**
 * When to ask for an attempt again: waits grow with its age, so that a forgotten order costs little and a fresh one is found soon.
 *
 * @returns undefined when it is not asked for any more: a payment long after its expiry.
 */
export function planCheck(
  { createdAt, expiresAt }: Pick<GatewayAttempt, 'createdAt' | 'expiresAt'>,
  now: Date,
  { minMs, maxMs, tailMs }: CheckDelays,
): Date | undefined {
  if (expiresAt && now.getTime() > expiresAt.getTime() + tailMs) return undefined;
  const ageMs = now.getTime() - createdAt.getTime();
  const delayMs = Math.min(Math.max(ageMs / 2, minMs), maxMs);
  // Never past the moment of expiry, which has to be noticed.
  const untilExpiryMs = expiresAt ? expiresAt.getTime() - now.getTime() : 0;
  return new Date(now.getTime() + (untilExpiryMs > minMs ? Math.min(delayMs, untilExpiryMs) : delayMs));
}

function toAttempt(raw: Raw): GatewayAttempt {
  return {
    id: raw.id,
    version: raw.version,
    movementId: raw.movement_id,
    gateway: raw.gateway,
    direction: raw.direction,
    orderNumber: raw.order_number,
    state: raw.state,
    money: { asset: raw.asset, amount: decodeAmount(raw.amount) },
    reference: raw.gateway_reference ?? undefined,
    redirectUrl: raw.redirect_url ?? undefined,
    reason: raw.reason ?? undefined,
    nextCheckAt: raw.next_check_at ?? undefined,
    expiresAt: raw.expires_at ?? undefined,
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
  };
}
