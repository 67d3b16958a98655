import { addressBookKept, addressBookResponse } from '@feiqian/domain/api/address-book';
import {
  addressChallengeResponse,
  type ChangePassword,
  type KdfRecord,
  type Language,
  type Me,
  meResponse,
  parametersResponse,
  vaultResponse,
} from '@feiqian/domain/api/auth';
import { chainsResponse } from '@feiqian/domain/api/chain';
import { type PasskeyAssertion, type PasskeyRequestOptions, passkeyRequestOptions } from '@feiqian/domain/api/passkeys';
import { loginChallengeResponse } from '@feiqian/domain/api/second-factors';
import { AppError, isAppError } from '@feiqian/domain/errors';
import type { Address, Hex } from 'viem';
import { z } from 'zod';
import { readVaultHead } from '../../keyring/vault-format.ts';
import type { VaultService } from '../../storage/vault-keeper.ts';
import type { BookService } from '../address-book/keeper.ts';
import { getJson, nothing, sendJson } from '../http.ts';
import { factorPrompt } from '../second-factor/prompt.ts';

const loginResponse = z.union([meResponse, loginChallengeResponse]);

/** How the keys of an account are derived. An unknown e-mail gets an answer too. */
export async function getParameters(email: string): Promise<KdfRecord> {
  return (await sendJson({ path: '/v1/auth/parameters', body: { email }, schema: parametersResponse })).kdf;
}

/** Opens an account and a session. @throws {AppError} EMAIL_TAKEN, EMAIL_MALFORMED, KDF_PARAMETERS_WEAK. */
export function register(body: { email: string; kdf: KdfRecord; authSecret: string; language: Language }): Promise<Me> {
  return sendJson({ path: '/v1/auth/register', body, schema: meResponse });
}

/** Begins a session; somebody with a second factor is asked for it. @throws {AppError} CREDENTIALS_WRONG, STEP_UP_REQUIRED, CHALLENGE_EXPIRED. */
export async function logIn(body: { email: string; authSecret: string }): Promise<Me> {
  const answer = await sendJson({ path: '/v1/auth/login', body, schema: loginResponse });
  if (!('ticket' in answer)) return answer;
  const { ticket, factors } = answer;
  return factorPrompt.ask({
    purpose: 'login',
    factors,
    askPasskey: () =>
      sendJson({ path: '/v1/auth/login/passkey-options', body: { ticket }, schema: passkeyRequestOptions }),
    show: (proof) => sendJson({ path: '/v1/auth/login/second-factor', body: { ticket, proof }, schema: meResponse }),
  });
}

/** What a passkey is asked that logs in alone. */
export function askLoginPasskey(): Promise<PasskeyRequestOptions> {
  return sendJson({ path: '/v1/auth/passkey/options', schema: passkeyRequestOptions });
}

/** Begins a session by a passkey alone. @throws {AppError} PASSKEY_REFUSED. */
export function logInByPasskey(credential: PasskeyAssertion): Promise<Me> {
  return sendJson({ path: '/v1/auth/passkey', body: { credential }, schema: meResponse });
}

/** Changes verifier, key derivation and vault in one step. @throws {AppError} CREDENTIALS_WRONG, VAULT_CONFLICT. */
export function changePassword(body: ChangePassword): Promise<undefined> {
  return sendJson({ path: '/v1/auth/password', body, schema: nothing });
}

/** Ends the session on the service. */
export function logOut(): Promise<undefined> {
  return sendJson({ path: '/v1/auth/logout', schema: nothing });
}

/** Who the session belongs to, or why that is not known. */
export async function findMe(): Promise<Me | 'signed-out' | 'unreachable'> {
  try {
    return await getJson('/v1/me', meResponse);
  } catch (error) {
    return isAppError(error) && error.code === 'SESSION_EXPIRED' ? 'signed-out' : 'unreachable';
  }
}

/** The service's copy of the vault, for the keeper. */
export const vaultService: VaultService = {
  find: async () => {
    // The number that counts is the one inside the vault, which nobody without its key can change.
    const { vault } = await getJson('/v1/vault', vaultResponse);
    return vault === null ? undefined : readVaultHead(vault);
  },
  put: async ({ version, vault }) => {
    await sendJson({ method: 'PUT', path: '/v1/vault', body: { version, vault }, schema: vaultResponse });
  },
};

/** The service's copy of the address book. */
export const bookService: BookService = {
  find: async () => {
    const { version, book } = await getJson('/v1/address-book', addressBookResponse);
    return book === null ? undefined : { version, book };
  },
  put: async (body) => {
    await sendJson({ method: 'PUT', path: '/v1/address-book', body, schema: addressBookKept });
  },
};

/** The exact text to sign to link an address. */
export async function getAddressChallenge(address: Address, chainId: number): Promise<string> {
  const body = { address, chainId };
  return (await sendJson({ path: '/v1/me/addresses/challenge', body, schema: addressChallengeResponse })).message;
}

/** Links an address by its signature. */
export function linkAddress(message: string, signature: Hex): Promise<Me> {
  return sendJson({ path: '/v1/me/addresses', body: { message, signature }, schema: meResponse });
}

/** The chain whose id stands in the message that links an address. @throws {AppError} CHAIN_UNKNOWN when there is none. */
export async function getChainId(): Promise<number> {
  const { chains } = await getJson('/v1/chains', chainsResponse);
  const [chain] = chains;
  if (!chain) throw new AppError('CHAIN_UNKNOWN', 'The deployment has no chain.');
  return chain.chainId;
}
