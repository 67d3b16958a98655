import { createHmac, randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { ChangePassword, KdfRecord, Language, Me, VaultWire } from '@feiqian/domain/api/auth';
import type { PasskeyAssertion, PasskeyRequestOptions } from '@feiqian/domain/api/passkeys';
import type { FactorKind, FactorProof, LoginChallenge } from '@feiqian/domain/api/second-factors';
import { AppError } from '@feiqian/domain/errors';
import { parseEmail, parseHandle } from '@feiqian/domain/identity';
import { formatSiweMessage, verifySiweMessage } from '@feiqian/domain/siwe';
import type { Address, Hex } from 'viem';
import type { CredentialSwap } from './credentials.ts';
import { hashSecret, verifySecret } from './password-hash.ts';
import { createSessionToken, hashToken, sessionIdleMs } from './sessions.ts';
import type { IdentityStore, UserRow } from './store.ts';

const challengeMs = 600_000;
const pendingLoginMs = 600_000;

// What the browser is told to derive with when it registers, and what an unknown e-mail is answered with (RFC 9106, section 4, second choice).
const defaultKdf = { algorithm: 'argon2id', version: 19, memoryKib: 65_536, iterations: 3, parallelism: 1 } as const;

type Deps = {
  readonly store: IdentityStore;
  /** Makes the steady answers for unknown e-mails; a secret of the operator's. */
  readonly decoyKey: Uint8Array;
  readonly publicUrl: string;
  readonly chainIds: readonly number[];
  readonly clock: () => Date;
  /** Whether somebody works for the operator. */
  readonly isStaff: (userId: string) => Promise<boolean>;
  /** Told after an address is linked, so that its past on chain is looked up. */
  readonly onAddressLinked: (address: Address) => Promise<void>;
  /** What people show beside the password. */
  readonly secondFactors: {
    readonly listKinds: (userId: string) => Promise<readonly FactorKind[]>;
    /** @throws {AppError} SECOND_FACTOR_WRONG, SECOND_FACTOR_USED, SECOND_FACTOR_LOCKED, PASSKEY_REFUSED. */
    readonly prove: (shown: {
      readonly userId: string;
      readonly proof: FactorProof;
      readonly boundTo: Buffer;
    }) => Promise<void>;
    readonly askPasskey: (userId: string, boundTo: Buffer) => Promise<PasskeyRequestOptions>;
    readonly askPasskeyAlone: () => Promise<PasskeyRequestOptions>;
    /** @throws {AppError} PASSKEY_REFUSED. @returns whose it is. */
    readonly provePasskeyAlone: (credential: PasskeyAssertion) => Promise<string>;
  };
  /** Told which session ended, so that what it still has open ends too. */
  readonly onLoggedOut?: (sessionId: string) => void;
  /** Swaps verifier, key derivation and vault in one transaction. */
  readonly swapCredentials: (swap: CredentialSwap) => Promise<void>;
  /** The vault that is kept of somebody. */
  readonly findVault: (userId: string) => Promise<VaultWire | undefined>;
};

/** People, their log-in, and the addresses that they proved. */
export type IdentityService = ReturnType<typeof createIdentityService>;

export function createIdentityService(deps: Deps) {
  return Object.assign(
    createAccess(deps),
    createLogin(deps),
    createPasswords(deps),
    createProfiles(deps),
    createAddressLinks(deps),
  );
}

/** Checks the password of somebody who is logged in. @throws {AppError} CREDENTIALS_WRONG. @returns their e-mail. */
export function createVerifyPassword(store: IdentityStore): (userId: string, authSecret: string) => Promise<string> {
  return async (userId, authSecret) => {
    const user = await getUser(store, userId);
    if (!(await verifySecret(authSecret, user.authHash)))
      throw new AppError('CREDENTIALS_WRONG', 'The password is wrong.');
    return user.email;
  };
}

/** Changing the password. */
function createPasswords({ store, swapCredentials, findVault }: Deps) {
  return {
    /**
     * Changes verifier, key derivation and vault in one step, and ends every other session. The same request again, when
     * its answer was lost, finds its work done.
     *
     * @throws {AppError} CREDENTIALS_WRONG, KDF_PARAMETERS_WEAK, VAULT_CONFLICT, STATE_CONFLICT.
     */
    async changePassword(userId: string, sessionId: string, change: ChangePassword): Promise<void> {
      assertKdfStrong(change.newKdf);
      const user = await getUser(store, userId);
      const vault = change.vault === undefined ? undefined : { version: change.vaultVersion, vault: change.vault };
      if (!(await verifySecret(change.authSecret, user.authHash))) {
        const isDone = await verifySecret(change.newAuthSecret, user.authHash);
        if (isDone && (await findVault(userId))?.vault === change.vault) return;
        throw new AppError('CREDENTIALS_WRONG', 'The password is wrong.');
      }
      await swapCredentials({
        userId,
        authHash: user.authHash,
        newAuthHash: await hashSecret(change.newAuthSecret),
        newKdf: change.newKdf,
        vault,
        keptSession: Buffer.from(sessionId, 'hex'),
      });
    },
  };
}

/** A session that has just begun. */
type OpenedSession = { readonly token: string; readonly me: Me };

/** Begins a session. @param factorAt - When a second factor was shown for it. */
async function openSession(deps: Deps, user: UserRow, userAgent: string, factorAt?: Date): Promise<OpenedSession> {
  const { token, tokenHash } = createSessionToken();
  await deps.store.createSession({
    tokenHash,
    userId: user.id,
    userAgent: userAgent.slice(0, 200),
    expiresAt: new Date(deps.clock().getTime() + sessionIdleMs),
    ...(factorAt ? { factorAt } : {}),
  });
  return { token, me: await meOf(deps)(user) };
}

/** Logging in, in one step or two. */
function createLogin(deps: Deps) {
  const { store, clock, secondFactors } = deps;
  // Verified against when the e-mail is unknown, so that both answers take the same time.
  const decoyHash = hashSecret(randomBytes(32).toString('base64url'));
  return {
    /**
     * Checks the password. For somebody with a second factor there is no session yet, and nothing of them is said but how they can
     * show it.
     *
     * @throws {AppError} CREDENTIALS_WRONG, the same for an unknown e-mail and a wrong password.
     */
    async login(
      input: { email: string; authSecret: string },
      userAgent: string,
    ): Promise<OpenedSession | { readonly challenge: LoginChallenge }> {
      const user = await store.findUser({ email: parseEmail(input.email) });
      const isRight = await verifySecret(input.authSecret, user?.authHash ?? (await decoyHash));
      if (!user || !isRight) throw new AppError('CREDENTIALS_WRONG', 'E-mail or password is wrong.');
      const factors = await secondFactors.listKinds(user.id);
      if (factors.length === 0) return openSession(deps, user, userAgent);
      const { token: ticket, tokenHash: ticketHash } = createSessionToken();
      const now = clock();
      const expiresAt = new Date(now.getTime() + pendingLoginMs);
      await store.createPendingLogin({ ticketHash, userId: user.id, expiresAt }, now);
      return { challenge: { ticket, factors: [...factors] } };
    },

    /**
     * The second step of a log-in.
     *
     * @throws {AppError} CHALLENGE_EXPIRED when the first was too long ago or was gone on with before; SECOND_FACTOR_WRONG,
     * SECOND_FACTOR_USED, SECOND_FACTOR_LOCKED, PASSKEY_REFUSED.
     */
    async loginBySecondFactor(
      { ticket, proof }: { ticket: string; proof: FactorProof },
      userAgent: string,
    ): Promise<OpenedSession> {
      const { userId, ticketHash } = await findPending(deps, ticket);
      await secondFactors.prove({ userId, proof, boundTo: ticketHash });
      if (!(await store.takePendingLogin(ticketHash))) throw new AppError('CHALLENGE_EXPIRED', 'Log in again.');
      return openSession(deps, await getUser(store, userId), userAgent, clock());
    },

    /** What a passkey is asked as the second step. @throws {AppError} CHALLENGE_EXPIRED. */
    async askPasskeyFor(ticket: string): Promise<PasskeyRequestOptions> {
      const { userId, ticketHash } = await findPending(deps, ticket);
      return secondFactors.askPasskey(userId, ticketHash);
    },

    askPasskeyAlone: () => secondFactors.askPasskeyAlone(),

    /** Logs in by a passkey alone: it shows that somebody has the device and is its owner. @throws {AppError} PASSKEY_REFUSED. */
    async loginByPasskey(credential: PasskeyAssertion, userAgent: string): Promise<OpenedSession> {
      const userId = await secondFactors.provePasskeyAlone(credential);
      return openSession(deps, await getUser(store, userId), userAgent, clock());
    },
  };
}

/** A log-in that waits for its second step. @throws {AppError} CHALLENGE_EXPIRED. */
async function findPending({ store, clock }: Deps, ticket: string): Promise<{ userId: string; ticketHash: Buffer }> {
  const ticketHash = hashToken(ticket);
  const userId = await store.findPendingLogin(ticketHash, clock());
  if (userId === undefined) throw new AppError('CHALLENGE_EXPIRED', 'Log in again.');
  return { userId, ticketHash };
}

/** Opening and closing accounts' sessions. */
function createAccess(deps: Deps) {
  const { store } = deps;
  return {
    /** How to derive the keys of an account; for an unknown e-mail an answer that stays the same, so that nobody can list accounts. */
    async getParameters(emailText: string): Promise<KdfRecord> {
      const email = parseEmail(emailText);
      const user = await store.findUser({ email });
      return user?.kdf ?? { ...defaultKdf, salt: decoySalt(deps.decoyKey, email) };
    },

    /** @throws {AppError} EMAIL_TAKEN, HANDLE_TAKEN, EMAIL_MALFORMED, HANDLE_MALFORMED, KDF_PARAMETERS_WEAK. */
    async register(
      input: { email: string; handle?: string | undefined; kdf: KdfRecord; authSecret: string; language: Language },
      userAgent: string,
    ) {
      assertKdfStrong(input.kdf);
      const email = parseEmail(input.email);
      const handle = input.handle === undefined ? await freeHandle(store, email) : parseHandle(input.handle);
      const user = await store.createUser({
        id: randomUUID(),
        email,
        handle,
        kdf: input.kdf,
        authHash: await hashSecret(input.authSecret),
        language: input.language,
        displayCurrency: input.language === 'zh' ? 'CNY' : 'USD',
      });
      return openSession(deps, user, userAgent);
    },

    async logout(token: string): Promise<void> {
      const tokenHash = hashToken(token);
      await store.deleteSession(tokenHash);
      deps.onLoggedOut?.(tokenHash.toString('hex'));
    },
  };
}

/** What people may see and change of themselves. */
function createProfiles(deps: Deps) {
  const { store } = deps;
  const toMe = meOf(deps);
  return {
    async getMe(userId: string): Promise<Me> {
      return toMe(await getUser(store, userId));
    },

    async updateMe(
      userId: string,
      set: {
        language?: Language | undefined;
        displayCurrency?: 'CNY' | 'USD' | undefined;
        handle?: string | undefined;
      },
    ): Promise<Me> {
      const user = await store.updateUser(userId, {
        ...(set.language ? { language: set.language } : {}),
        ...(set.displayCurrency ? { displayCurrency: set.displayCurrency } : {}),
        ...(set.handle === undefined ? {} : { handle: parseHandle(set.handle) }),
      });
      return toMe(user);
    },
  };
}

/** Proof that an address is somebody's. */
function createAddressLinks(deps: Deps) {
  const { store, clock } = deps;
  const toMe = meOf(deps);
  return {
    /** The exact EIP-4361 text to sign for an address; good for ten minutes and once. */
    async challengeAddress(
      userId: string,
      address: Address,
      chainId: number,
    ): Promise<{ message: string; expiresAt: Date }> {
      if (!deps.chainIds.includes(chainId))
        throw new AppError('CHAIN_UNKNOWN', 'This deployment does not have that chain.');
      const issuedAt = clock();
      const expiresAt = new Date(issuedAt.getTime() + challengeMs);
      const nonce = randomBytes(16).toString('hex');
      const { host, origin } = new URL(deps.publicUrl);
      const message = formatSiweMessage({
        domain: host,
        address,
        statement: 'Link this address to my Feiqian account. This moves no money.',
        uri: origin,
        version: '1',
        chainId,
        nonce,
        issuedAt: issuedAt.toISOString(),
        expirationTime: expiresAt.toISOString(),
      });
      await store.createChallenge({ nonce, userId, message, expiresAt });
      return { message, expiresAt };
    },

    /** @throws {AppError} SIWE_MALFORMED, SIWE_MISMATCH, CHALLENGE_EXPIRED, SIGNATURE_INVALID, ADDRESS_LINKED_ELSEWHERE. */
    async linkAddress(userId: string, message: string, signature: Hex): Promise<Me> {
      const { host, origin } = new URL(deps.publicUrl);
      const { address } = await verifySiweMessage(message, signature, { domain: host, uri: origin, now: clock() });
      if (!(await store.takeChallenge(userId, message, clock())))
        throw new AppError('CHALLENGE_EXPIRED', 'Ask for a new message to sign.');
      await store.linkAddress({ address, userId, message, signature });
      await deps.onAddressLinked(address);
      return toMe(await getUser(store, userId));
    },
  };
}

async function getUser(store: IdentityStore, id: string): Promise<UserRow> {
  const user = await store.findUser({ id });
  if (!user) throw new AppError('SESSION_EXPIRED', 'This account is gone.');
  return user;
}

const meOf = (deps: Deps) => (user: UserRow) => describeMe(deps, user);

async function describeMe({ store, isStaff: findIsStaff }: Deps, user: UserRow): Promise<Me> {
  const [addresses, vaultVersion, isStaff] = await Promise.all([
    store.listAddresses(user.id),
    store.vaultVersion(user.id),
    findIsStaff(user.id),
  ]);
  return {
    id: user.id,
    email: user.email,
    handle: user.handle,
    language: user.language,
    displayCurrency: user.displayCurrency,
    addresses: addresses.map(({ address, linkedAt }) => ({
      address: address as Address,
      linkedAt: linkedAt.toISOString(),
    })),
    vaultVersion,
    isStaff,
    createdAt: user.createdAt.toISOString(),
  };
}

/** ASVS 5.0.0 appendix C: argon2id needs at least 46 MiB at one pass; below it a stolen database is too cheap to search. */
function assertKdfStrong(kdf: KdfRecord): void {
  if (kdf.memoryKib < 47_104) throw new AppError('KDF_PARAMETERS_WEAK', 'Derive with at least 46 MiB.');
}

function decoySalt(key: Uint8Array, email: string): string {
  return createHmac('sha256', key).update(`salt:${email}`).digest().subarray(0, 16).toString('base64url');
}

/** Makes a handle from the part before the @, with digits behind it when it is taken. */
async function freeHandle(store: IdentityStore, email: string): Promise<string> {
  const local = (email.split('@')[0] ?? '').replace(/[^a-z0-9_]/g, '').replace(/^[^a-z]+/, '');
  const base = (local.length >= 3 ? local : `user${local}`).slice(0, 14);
  for (let digits = 0; digits <= 6; digits += 1) {
    const handle = digits === 0 ? base : `${base}${randomInt(10 ** (digits - 1), 10 ** digits)}`;
    if (!(await store.findUser({ handle }))) return handle;
  }
  return `user${randomBytes(7).toString('hex')}`;
}
