import { randomBytes, randomUUID } from 'node:crypto';
import type { MoneyWire } from '@feiqian/domain/api/common';
import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from '@feiqian/domain/api/passkeys';
import type { FactorKind, FactorProof, SecondFactors, TotpEnrolment } from '@feiqian/domain/api/second-factors';
import { AppError } from '@feiqian/domain/errors';
import { type Connection, inTransaction } from '../database/pool.ts';
import type { Principal } from '../http/principal.ts';
import type { IsLarge } from './large.ts';
import { createPasskeyStore } from './passkey-store.ts';
import { askPasskey, beginPasskey, listPasskeys, provePasskeyAlone, storePasskey } from './passkeys.ts';
import { type ProveDeps, proveFactor, type Shown, totpContext } from './prove.ts';
import { createRecoveryCodes, hashRecoveryCode } from './recovery-codes.ts';
import { createSecondFactorStore } from './store.ts';
import { encodeBase32, findStep, toOtpauthUri, totpSecretBytes } from './totp.ts';

/** Who has begun to add an app has this long to show its first code. */
const enrolmentMs = 1_800_000;
/** For this long after a second factor was shown nobody is asked for one again. */
const freshMs = 300_000;
/** Nothing large goes out for this long after a second factor was removed. */
const coolingOffMs = 86_400_000;

export type SecondFactorDeps = ProveDeps & {
  /** Whose code it is, as apps show it. */
  readonly issuer: string;
  /** Whether something is more than may go out without a second factor. */
  readonly isLarge: IsLarge;
  /** @throws {AppError} CREDENTIALS_WRONG. @returns the e-mail. */
  readonly verifyPassword: (userId: string, authSecret: string) => Promise<string>;
  /** Told which sessions ended, so that what they still have open ends too. */
  readonly onSessionsEnded: (sessionIds: readonly string[]) => void;
};

/** Second factors: adding, showing and removing them. */
export type SecondFactorService = ReturnType<typeof createSecondFactorService>;

export function createSecondFactorService(deps: SecondFactorDeps) {
  const requireFresh = (principal: Principal) => requireFreshFactor(deps, principal);
  return {
    list: (userId: string) => listFactors(deps, userId),

    /** How somebody can show that it is them; none when they have no second factor. */
    listKinds: (userId: string) => listKinds(deps, userId),

    prove: (shown: Shown) => proveFactor(deps, shown),

    /** What a passkey is asked as a second factor. @param boundTo - Hash of the session, or of the log-in's ticket. */
    askPasskey: (userId: string, boundTo: Buffer): Promise<PasskeyRequestOptions> =>
      askPasskey(deps, { purpose: 'factor', userId, boundTo }),

    /** What a passkey is asked that logs in without a password: the same for everybody. */
    askPasskeyAlone: (): Promise<PasskeyRequestOptions> => askPasskey(deps, { purpose: 'login' }),

    /** @throws {AppError} PASSKEY_REFUSED. @returns whose it is. */
    provePasskeyAlone: (credential: PasskeyAssertion): Promise<string> => provePasskeyAlone(deps, credential),

    /**
     * Lets only those go on who have shown a second factor in this session within the last five minutes, or have none.
     *
     * @throws {AppError} STEP_UP_REQUIRED; `details.factors` says how it can be shown.
     */
    requireFresh,

    /**
     * The same for what moves money out, where it is large; and nothing large goes out within a day after a factor was removed.
     *
     * @throws {AppError} STEP_UP_REQUIRED, COOLING_OFF (`details.until`).
     */
    requireForMovement: async (principal: Principal, moved: MoneyWire): Promise<void> => {
      if (!deps.isLarge(moved)) return;
      const until = await createSecondFactorStore(deps.pool).findCoolingOff(principal.userId);
      if (until && until > deps.clock())
        throw new AppError('COOLING_OFF', 'A second factor was removed a short while ago.', {
          details: { until: until.toISOString() },
        });
      await requireFresh(principal);
    },

    /** Shows a second factor in a session that is there. @throws {AppError} as {@link proveFactor}. */
    async stepUp({ userId, sessionId }: Principal, proof: FactorProof): Promise<void> {
      await proveFactor(deps, { userId, proof, boundTo: Buffer.from(sessionId, 'hex') });
      await createSecondFactorStore(deps.pool).noteShown(sessionId, deps.clock());
    },

    /**
     * Begins to add a passkey. Where there is a factor, one must have been shown: nobody adds a way in beside the others.
     *
     * @throws {AppError} STEP_UP_REQUIRED, CREDENTIALS_WRONG, PASSKEYS_TOO_MANY.
     */
    async beginPasskey(principal: Principal, authSecret: string): Promise<PasskeyCreationOptions> {
      await requireFresh(principal);
      const { userId, sessionId } = principal;
      const email = await deps.verifyPassword(userId, authSecret);
      return beginPasskey(deps, { userId, email, boundTo: Buffer.from(sessionId, 'hex') });
    },
    addPasskey: (principal: Principal, made: { name: string; credential: PasskeyAttestation }) =>
      addPasskey(deps, principal, made),

    /** @throws {AppError} STEP_UP_REQUIRED, NOT_FOUND. */
    async removePasskey(principal: Principal, id: string): Promise<void> {
      await requireFresh(principal);
      await removeFactor(deps, principal, 'passkey_removed', (connection) =>
        createPasskeyStore(connection).removePasskey(principal.userId, id),
      );
    },

    /** As {@link beginTotp}; where there is a factor, one must have been shown. @throws {AppError} STEP_UP_REQUIRED. */
    beginTotp: async (principal: Principal, authSecret: string) => {
      await requireFresh(principal);
      return beginTotp(deps, principal, authSecret);
    },
    confirmTotp: (principal: Principal, enrolment: { id: string; code: string }) =>
      confirmTotp(deps, principal, enrolment),

    /** @throws {AppError} STEP_UP_REQUIRED, NOT_FOUND. */
    async removeTotp(principal: Principal): Promise<void> {
      await requireFresh(principal);
      await removeFactor(deps, principal, 'totp_removed', (connection) =>
        createSecondFactorStore(connection).removeTotp(principal.userId),
      );
    },

    /** Ten new recovery codes instead of those that there were. @throws {AppError} STEP_UP_REQUIRED, NOT_FOUND. */
    async renewRecoveryCodes(principal: Principal): Promise<string[]> {
      await requireFresh(principal);
      return inTransaction(deps.pool, async (connection) => {
        if (!(await createSecondFactorStore(connection).hasAny(principal.userId)))
          throw new AppError('NOT_FOUND', 'Recovery codes come with a second factor.');
        const codes = await writeRecoveryCodes(deps, connection, principal.userId);
        await deps.tellOwner(connection, principal.userId, 'recovery_codes_renewed');
        return codes;
      });
    },
  };
}

async function listFactors(deps: SecondFactorDeps, userId: string): Promise<SecondFactors> {
  const store = createSecondFactorStore(deps.pool);
  const [totp, passkeys, recoveryCodesLeft] = await Promise.all([
    store.findTotp(userId),
    listPasskeys(deps, userId),
    store.countRecoveryCodes(userId),
  ]);
  return { totp: totp?.confirmedAt ? { addedAt: totp.confirmedAt.toISOString() } : null, passkeys, recoveryCodesLeft };
}

async function listKinds({ pool }: SecondFactorDeps, userId: string): Promise<FactorKind[]> {
  const { hasPasskey, hasTotp, hasRecoveryCode } = await createSecondFactorStore(pool).findKinds(userId);
  if (!hasPasskey && !hasTotp) return [];
  return [
    ...(hasPasskey ? (['passkey'] as const) : []),
    ...(hasTotp ? (['totp'] as const) : []),
    ...(hasRecoveryCode ? (['recovery_code'] as const) : []),
  ];
}

async function requireFreshFactor(deps: SecondFactorDeps, { userId, sessionId }: Principal): Promise<void> {
  const kinds = await listKinds(deps, userId);
  if (kinds.length === 0) return;
  const shownAt = await createSecondFactorStore(deps.pool).findShownAt(sessionId);
  if (shownAt && deps.clock().getTime() - shownAt.getTime() <= freshMs) return;
  throw new AppError('STEP_UP_REQUIRED', 'Show a second factor first.', { details: { factors: kinds.join(',') } });
}

/**
 * Begins to add an authenticator app; until its first code was shown nothing changes.
 *
 * @throws {AppError} CREDENTIALS_WRONG, SECOND_FACTOR_EXISTS.
 */
async function beginTotp(deps: SecondFactorDeps, { userId }: Principal, authSecret: string): Promise<TotpEnrolment> {
  const { pool, sealer, issuer, verifyPassword } = deps;
  const email = await verifyPassword(userId, authSecret);
  const id = randomUUID();
  const secret = randomBytes(totpSecretBytes);
  const sealed = sealer.sealText(secret.toString('base64url'), totpContext(id));
  const hasBegun = await inTransaction(pool, (connection) =>
    createSecondFactorStore(connection).beginTotp({ id, userId, secret: sealed }),
  );
  if (!hasBegun) throw alreadyThere();
  return { id, secret: encodeBase32(secret), uri: toOtpauthUri(secret, { issuer, account: email }) };
}

const alreadyThere = () => new AppError('SECOND_FACTOR_EXISTS', 'Remove the authenticator first.');

/**
 * Adds the app by its first code. Other sessions end: they began without a second factor.
 *
 * @returns the recovery codes, this once.
 * @throws {AppError} SECOND_FACTOR_WRONG, CHALLENGE_EXPIRED, SECOND_FACTOR_EXISTS when it was confirmed before.
 */
async function confirmTotp(
  deps: SecondFactorDeps,
  { userId, sessionId }: Principal,
  { id, code }: { readonly id: string; readonly code: string },
): Promise<string[]> {
  const { pool, sealer, clock, tellOwner } = deps;
  const { codes, ended } = await inTransaction(pool, async (connection) => {
    const store = createSecondFactorStore(connection);
    const totp = await store.findTotp(userId);
    if (totp?.confirmedAt) throw alreadyThere();
    if (totp?.id !== id || totp.createdAt.getTime() < Date.now() - enrolmentMs)
      throw new AppError('CHALLENGE_EXPIRED', 'Begin again.');
    const secret = Buffer.from(sealer.openText(totp.secret, totpContext(id)), 'base64url');
    const step = findStep(secret, code, clock());
    if (step === undefined) throw new AppError('SECOND_FACTOR_WRONG', 'This code is wrong.');
    // Somebody else was faster with the same code.
    if (!(await store.takeStep(id, step))) throw alreadyThere();
    await store.noteShown(sessionId, clock());
    await tellOwner(connection, userId, 'totp_added');
    return {
      codes: await writeRecoveryCodes(deps, connection, userId),
      ended: await store.endOthers(userId, sessionId),
    };
  });
  deps.onSessionsEnded(ended);
  return codes;
}

/**
 * Adds a passkey that the browser made. Other sessions end: they began without it.
 *
 * @returns recovery codes, this once; none where there are some from a factor before.
 * @throws {AppError} STEP_UP_REQUIRED, PASSKEY_REFUSED, PASSKEY_EXISTS, PASSKEYS_TOO_MANY.
 */
async function addPasskey(
  deps: SecondFactorDeps,
  principal: Principal,
  made: { readonly name: string; readonly credential: PasskeyAttestation },
): Promise<string[]> {
  await requireFreshFactor(deps, principal);
  const { userId, sessionId } = principal;
  const { codes, ended } = await inTransaction(deps.pool, async (connection) => {
    const store = createSecondFactorStore(connection);
    const isFirst = !(await store.hasAny(userId));
    await storePasskey(deps, connection, { ...made, userId, boundTo: Buffer.from(sessionId, 'hex') });
    await store.noteShown(sessionId, deps.clock());
    await deps.tellOwner(connection, userId, 'passkey_added');
    return {
      codes: isFirst ? await writeRecoveryCodes(deps, connection, userId) : [],
      ended: await store.endOthers(userId, sessionId),
    };
  });
  deps.onSessionsEnded(ended);
  return codes;
}

/** Removes a factor: the owner is told, other sessions end, and nothing large goes out for a while. @throws {AppError} NOT_FOUND. */
async function removeFactor(
  deps: SecondFactorDeps,
  { userId, sessionId }: Principal,
  event: 'totp_removed' | 'passkey_removed',
  remove: (connection: Connection) => Promise<boolean>,
): Promise<void> {
  const ended = await inTransaction(deps.pool, async (connection) => {
    const store = createSecondFactorStore(connection);
    if (!(await remove(connection))) throw new AppError('NOT_FOUND', 'There is no such factor.');
    // They stand in for a factor; without one there is nothing to stand in for.
    if (!(await store.hasAny(userId))) await store.replaceRecoveryCodes(userId, []);
    await store.beginCoolingOff(userId, new Date(deps.clock().getTime() + coolingOffMs));
    await deps.tellOwner(connection, userId, event);
    return store.endOthers(userId, sessionId);
  });
  deps.onSessionsEnded(ended);
}

async function writeRecoveryCodes({ codeKey }: ProveDeps, connection: Connection, userId: string): Promise<string[]> {
  const codes = createRecoveryCodes();
  const hashes = codes.flatMap((code) => hashRecoveryCode(codeKey, userId, code) ?? []);
  await createSecondFactorStore(connection).replaceRecoveryCodes(userId, hashes);
  return codes;
}
