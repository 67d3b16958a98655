import { randomBytes, randomUUID } from 'node:crypto';
import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from '@feiqian/domain/api/passkeys';
import type { LoginPasskey } from '@feiqian/domain/api/second-factors';
import { AppError } from '@feiqian/domain/errors';
import { type Connection, inTransaction, type Pool, type Queryable } from '../database/pool.ts';
import type { Sealer } from '../database/sealed.ts';
import { type AskedChallenge, createPasskeyStore, type PasskeyRow } from './passkey-store.ts';
import {
  algorithms,
  type RelyingParty,
  readClientData,
  toUserHandle,
  verifyAssertion,
  verifyAttestation,
} from './webauthn.ts';

/** A challenge is answered within this, or not at all. */
const challengeMs = 300_000;
const challengeBytes = 32;
const passkeysMax = 10;

/** What the owner is told of, in the transaction that does it. */
type FactorEvent =
  | 'totp_added'
  | 'totp_removed'
  | 'passkey_added'
  | 'passkey_removed'
  | 'passkey_suspect'
  | 'recovery_codes_renewed'
  | 'recovery_code_used'
  | 'factor_locked';

export type PasskeyDeps = {
  readonly pool: Pool;
  readonly sealer: Sealer;
  readonly clock: () => Date;
  readonly relyingParty: RelyingParty;
  readonly tellOwner: (connection: Queryable, userId: string, event: FactorEvent) => Promise<void>;
};

/** What the name of a passkey is sealed for. */
const nameContext = (id: string): string => `passkey:${id}`;

/** The passkeys of somebody, as they see them. */
export async function listPasskeys({ pool, sealer }: PasskeyDeps, userId: string): Promise<LoginPasskey[]> {
  const rows = await createPasskeyStore(pool).listPasskeys(userId);
  return rows.map(({ id, credentialId, name, createdAt, lastUsedAt, isBackedUp }) => ({
    id,
    credentialId: credentialId.toString('base64url'),
    name: sealer.openText(name, nameContext(id)),
    addedAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    isBackedUp,
  }));
}

/** What the browser asks a passkey: one of the person's, or, for a log-in, whichever says whose it is. The same for everybody then. */
export async function askPasskey(deps: PasskeyDeps, asked: AskedChallenge): Promise<PasskeyRequestOptions> {
  const known = asked.purpose === 'login' ? [] : await createPasskeyStore(deps.pool).listPasskeys(asked.userId);
  return {
    challenge: await noteChallenge(deps, asked),
    rpId: deps.relyingParty.id,
    timeout: challengeMs,
    userVerification: 'required',
    allowCredentials: known.map(describe),
  };
}

/** What the browser makes a passkey with. @throws {AppError} PASSKEYS_TOO_MANY. */
export async function beginPasskey(
  deps: PasskeyDeps,
  { userId, email, boundTo }: { readonly userId: string; readonly email: string; readonly boundTo: Buffer },
): Promise<PasskeyCreationOptions> {
  const known = await createPasskeyStore(deps.pool).listPasskeys(userId);
  if (known.length >= passkeysMax) throw tooMany();
  return {
    challenge: await noteChallenge(deps, { purpose: 'add', userId, boundTo }),
    rp: { id: deps.relyingParty.id, name: 'Feiqian' },
    user: { id: toUserHandle(userId), name: email, displayName: email },
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: challengeMs,
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    excludeCredentials: known.map(describe),
  };
}

type NewPasskey = {
  readonly userId: string;
  readonly boundTo: Buffer;
  readonly name: string;
  readonly credential: PasskeyAttestation;
};

/** Stores a passkey that was made. @throws {AppError} PASSKEY_REFUSED, PASSKEY_EXISTS, PASSKEYS_TOO_MANY. */
export async function storePasskey(
  { sealer, relyingParty, clock }: PasskeyDeps,
  connection: Connection,
  { userId, boundTo, name, credential }: NewPasskey,
): Promise<void> {
  const store = createPasskeyStore(connection);
  const data = readClientData(credential.response.clientDataJSON);
  const isAsked = data && (await store.takeChallenge(data.challenge, { purpose: 'add', userId, boundTo }, clock()));
  if (!isAsked || data.isFramed) throw refused();
  const made = await verifyAttestation(credential, { rp: relyingParty, challenge: data.challenge });
  if (!made) throw refused();
  if ((await store.listPasskeys(userId)).length >= passkeysMax) throw tooMany();
  const id = randomUUID();
  const { transports = [] } = credential.response;
  const isNew = await store.addPasskey({
    ...made,
    id,
    userId,
    transports,
    name: sealer.sealText(name.normalize('NFC').trim(), nameContext(id)),
  });
  if (!isNew) throw new AppError('PASSKEY_EXISTS', 'This passkey is there already.');
}

/** Whose passkey answered, or that it proves nothing. */
export type PasskeyJudgement = { readonly isRight: true; readonly userId: string } | { readonly isRight: false };

/**
 * Judges the answer of a passkey. What it was asked is over with that, whatever comes of it. Of one whose counter went back there are two:
 * it is refused, and its owner told.
 */
export async function judgePasskey(
  { relyingParty: rp, clock, tellOwner }: PasskeyDeps,
  connection: Connection,
  { credential, asked }: { readonly credential: PasskeyAssertion; readonly asked: AskedChallenge },
): Promise<PasskeyJudgement> {
  const wrong = { isRight: false } as const;
  const store = createPasskeyStore(connection);
  const data = readClientData(credential.response.clientDataJSON);
  const isAsked = data && (await store.takeChallenge(data.challenge, asked, clock()));
  if (!isAsked || data.isFramed) return wrong;
  const passkey = await store.findPasskey(Buffer.from(credential.id, 'base64url'));
  if (!passkey || (asked.purpose !== 'login' && asked.userId !== passkey.userId)) return wrong;
  const assertion = await verifyAssertion(credential, { rp, challenge: data.challenge, passkey });
  if (!assertion) return wrong;
  const { userId } = passkey;
  if (await store.useCounter(passkey.id, { ...assertion, at: clock() })) return { isRight: true, userId };
  await tellOwner(connection, userId, 'passkey_suspect');
  return wrong;
}

/** Whose passkey answered to a log-in without a password. @throws {AppError} PASSKEY_REFUSED, the same whatever is wrong. */
export async function provePasskeyAlone(deps: PasskeyDeps, credential: PasskeyAssertion): Promise<string> {
  // What was taken and told must stay so: the transaction commits before anything is thrown.
  const judgement = await inTransaction(deps.pool, (connection) =>
    judgePasskey(deps, connection, { credential, asked: { purpose: 'login' } }),
  );
  if (!judgement.isRight) throw refused();
  return judgement.userId;
}

async function noteChallenge({ pool, clock }: PasskeyDeps, asked: AskedChallenge): Promise<string> {
  const challenge = randomBytes(challengeBytes).toString('base64url');
  const now = clock();
  const expiresAt = new Date(now.getTime() + challengeMs);
  await createPasskeyStore(pool).noteChallenge(challenge, asked, { now, expiresAt });
  return challenge;
}

const describe = ({ credentialId, transports }: PasskeyRow) => ({
  type: 'public-key' as const,
  id: credentialId.toString('base64url'),
  transports: [...transports],
});

export const refused = () => new AppError('PASSKEY_REFUSED', 'The passkey proves nothing.');
const tooMany = () => new AppError('PASSKEYS_TOO_MANY', `Nobody has more than ${passkeysMax} passkeys.`);
