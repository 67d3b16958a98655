import type { PasskeyAssertion, PasskeyAttestation } from '@feiqian/domain/api/passkeys';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import type { PasskeyRow } from './passkey-store.ts';

/** Who asks passkeys: from the operator's configuration, never from a request. */
export type RelyingParty = {
  /** The host name that passkeys are bound to. */
  readonly id: string;
  /** The one origin whose pages may ask. */
  readonly origin: string;
};

export function relyingPartyOf(publicUrl: string): RelyingParty {
  const { hostname, origin } = new URL(publicUrl);
  return { id: hostname, origin };
}

/** ES256, EdDSA and RS256: every authenticator has one of them. */
export const algorithms = [-7, -8, -257] as const;

/** What the browser signed for, unverified. */
export type ClientData = { readonly challenge: string; readonly isFramed: boolean };

/** Reads what an answer was asked for; undefined when it can't be read. */
export function readClientData(encoded: string): ClientData | undefined {
  try {
    const data: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
    const { challenge, crossOrigin, topOrigin } = data as Readonly<Record<string, unknown>>;
    // The wallet is in no frame of another site's.
    const isFramed = crossOrigin === true || topOrigin !== undefined;
    return typeof challenge === 'string' ? { challenge, isFramed } : undefined;
  } catch {
    return undefined;
  }
}

/** A passkey that was made, as far as it is stored. */
export type MadePasskey = Pick<PasskeyRow, 'credentialId' | 'publicKey' | 'isBackupEligible' | 'isBackedUp'> & {
  readonly counter: number;
};

/** Judges a passkey that a browser made: our challenge, origin and host, and its owner recognised. Undefined when it is not so. */
export async function verifyAttestation(
  credential: PasskeyAttestation,
  { rp, challenge }: { readonly rp: RelyingParty; readonly challenge: string },
): Promise<MadePasskey | undefined> {
  try {
    const { transports, ...response } = credential.response;
    const { registrationInfo } = await verifyRegistrationResponse({
      response: { ...credential, response },
      expectedChallenge: challenge,
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...algorithms],
    });
    if (!registrationInfo) return undefined;
    const made = registrationInfo.credential;
    return {
      credentialId: Buffer.from(made.id, 'base64url'),
      publicKey: Buffer.from(made.publicKey),
      counter: made.counter,
      isBackupEligible: registrationInfo.credentialDeviceType === 'multiDevice',
      isBackedUp: registrationInfo.credentialBackedUp,
    };
  } catch {
    // The library throws for whatever is wrong with it; nobody is told what.
    return undefined;
  }
}

/** What a right answer says of its passkey. */
export type Assertion = { readonly counter: number; readonly isBackedUp: boolean };

/** Judges the answer of a passkey: our challenge, origin and host, its owner recognised, its signature. Undefined when it is not so. */
export async function verifyAssertion(
  credential: PasskeyAssertion,
  { rp, challenge, passkey }: { readonly rp: RelyingParty; readonly challenge: string; readonly passkey: PasskeyRow },
): Promise<Assertion | undefined> {
  const { userHandle, ...signed } = credential.response;
  if (userHandle !== undefined && userHandle !== toUserHandle(passkey.userId)) return undefined;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...credential, response: signed },
      expectedChallenge: challenge,
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      requireUserVerification: true,
      credential: {
        id: credential.id,
        publicKey: new Uint8Array(passkey.publicKey),
        // Judged by the database, and only once the signature is known to be right.
        counter: 0,
      },
    });
    const isEligible = authenticationInfo.credentialDeviceType === 'multiDevice';
    // It never changes (WebAuthn Level 3, section 6.1.3).
    if (!verified || isEligible !== passkey.isBackupEligible) return undefined;
    return { counter: authenticationInfo.newCounter, isBackedUp: authenticationInfo.credentialBackedUp };
  } catch {
    return undefined;
  }
}

/** How authenticators name a person: nothing that says who it is. */
export const toUserHandle = (userId: string): string => Buffer.from(userId).toString('base64url');
