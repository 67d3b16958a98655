import type { FactorProof } from '@feiqian/domain/api/second-factors';
import { AppError } from '@feiqian/domain/errors';
import { type Connection, inTransaction } from '../database/pool.ts';
import { countFailure, forgiveAttempts, holdAttempts } from './attempts.ts';
import { judgePasskey, type PasskeyDeps, refused } from './passkeys.ts';
import { hashRecoveryCode } from './recovery-codes.ts';
import { createSecondFactorStore } from './store.ts';
import { findStep } from './totp.ts';

export type ProveDeps = PasskeyDeps & {
  /** Hashes recovery codes; a secret that is not in the database. */
  readonly codeKey: Uint8Array;
};

/** What somebody shows, and where. */
export type Shown = {
  readonly userId: string;
  readonly proof: FactorProof;
  /** Hash of the session, or of the log-in's ticket: a passkey was asked there. */
  readonly boundTo: Buffer;
};

type Judgement =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'used' }
  | { readonly kind: 'locked'; readonly until: Date };

/** What a secret is sealed for. */
export const totpContext = (id: string): string => `totp:${id}`;

/**
 * Judges a second factor that somebody shows. Wrong ones are counted for the person, whichever replica and session they come to; too
 * many lock codes of apps for a while. Passkeys and recovery codes are taken even then: they can't be guessed, and are a way back in.
 *
 * @throws {AppError} SECOND_FACTOR_WRONG, SECOND_FACTOR_USED, SECOND_FACTOR_LOCKED (`details.until`), PASSKEY_REFUSED.
 */
export async function proveFactor(deps: ProveDeps, shown: Shown): Promise<void> {
  // What was counted must stay counted: the transaction commits before anything is thrown.
  const judgement = await inTransaction(deps.pool, (connection) => judge(deps, connection, shown));
  switch (judgement.kind) {
    case 'right':
      return;
    case 'wrong':
      throw new AppError('SECOND_FACTOR_WRONG', 'This code is wrong.');
    case 'refused':
      throw refused();
    case 'used':
      throw new AppError('SECOND_FACTOR_USED', 'This code was used; the next one comes within 30 seconds.');
    case 'locked':
      throw new AppError('SECOND_FACTOR_LOCKED', 'Too many wrong codes.', {
        details: { until: judgement.until.toISOString() },
      });
    default:
      return judgement satisfies never;
  }
}

async function judge(deps: ProveDeps, connection: Connection, shown: Shown): Promise<Judgement> {
  const { userId, proof } = shown;
  const { failures, lockedUntil } = await holdAttempts(connection, userId);
  const now = deps.clock();
  if (proof.kind === 'totp' && lockedUntil && lockedUntil > now) return { kind: 'locked', until: lockedUntil };
  const judgement = await judgeOne(deps, connection, shown);
  if (judgement.kind === 'right') await forgiveAttempts(connection, userId);
  if (judgement.kind !== 'wrong' || proof.kind === 'recovery_code') return judgement;
  const until = await countFailure(connection, { userId, failures, now });
  if (!until) return judgement;
  await deps.tellOwner(connection, userId, 'factor_locked');
  return { kind: 'locked', until };
}

async function judgeOne(
  deps: ProveDeps,
  connection: Connection,
  { userId, proof, boundTo }: Shown,
): Promise<Judgement> {
  const { sealer, codeKey, clock, tellOwner } = deps;
  if (proof.kind === 'passkey') {
    const asked = { purpose: 'factor', userId, boundTo } as const;
    const { isRight } = await judgePasskey(deps, connection, { credential: proof.credential, asked });
    return { kind: isRight ? 'right' : 'refused' };
  }
  const store = createSecondFactorStore(connection);
  if (proof.kind === 'recovery_code') {
    const hash = hashRecoveryCode(codeKey, userId, proof.code);
    if (!hash || !(await store.useRecoveryCode(userId, hash))) return { kind: 'wrong' };
    await tellOwner(connection, userId, 'recovery_code_used');
    return { kind: 'right' };
  }
  const totp = await store.findTotp(userId);
  if (!totp?.confirmedAt) return { kind: 'wrong' };
  const secret = Buffer.from(sealer.openText(totp.secret, totpContext(totp.id)), 'base64url');
  const step = findStep(secret, proof.code, clock());
  if (step === undefined) return { kind: 'wrong' };
  return { kind: (await store.takeStep(totp.id, step)) ? 'right' : 'used' };
}
