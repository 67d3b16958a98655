/** An authenticator in software, and the browser before it (WebAuthn Level 3): makes passkeys and answers as an honest one does, or as told. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from '@feiqian/domain/api/passkeys';

/** What is not as it should be. */
export type Lie = {
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  /** Nobody was recognised: no finger, no PIN. */
  readonly isUnverified?: boolean;
  readonly counter?: number;
  readonly userHandle?: string;
  /** Says of itself that it can come to other devices, or can't. */
  readonly isBackupEligible?: boolean;
};

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const base64url = (data: Buffer) => data.toString('base64url');

// Flags of authenticator data, section 6.1.
const [userPresent, userVerified, backupEligible, backedUp, attested] = [0x01, 0x04, 0x08, 0x10, 0x40];

/** One passkey on one device. */
export class Authenticator {
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #origin: string;
  readonly #isSynced: boolean;
  readonly credentialId = randomBytes(32);
  // Of nobody, until it is told.
  #userHandle = base64url(randomBytes(36));
  counter = 0;

  constructor(origin: string, { isSynced = false } = {}) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
    this.#origin = origin;
    this.#isSynced = isSynced;
  }

  create({ challenge, rp, user }: PasskeyCreationOptions, lie: Lie = {}): PasskeyAttestation {
    this.#userHandle = user.id;
    const { x = '', y = '' } = this.#publicKey.export({ format: 'jwk' });
    const coseKey = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.credentialId.length);
    const authData = Buffer.concat([
      this.#describe(rp.id, lie, attested),
      Buffer.alloc(16),
      length,
      this.credentialId,
      coseKey,
    ]);
    // {fmt: "none", attStmt: {}, authData: bytes}
    const attestationObject = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746159', 'hex'),
      Buffer.from([authData.length >> 8, authData.length & 0xff]),
      authData,
    ]);
    const clientData = this.#sayWhere('webauthn.create', challenge, lie);
    return this.#answer({
      clientDataJSON: base64url(clientData),
      attestationObject: base64url(attestationObject),
      transports: ['internal'],
    });
  }

  /** Answers as it was asked. */
  get({ challenge, rpId }: Pick<PasskeyRequestOptions, 'challenge' | 'rpId'>, lie: Lie = {}): PasskeyAssertion {
    const clientData = this.#sayWhere('webauthn.get', challenge, lie);
    if (!this.#isSynced) this.counter += 1;
    const authData = this.#describe(rpId, lie);
    const signature = sign('sha256', Buffer.concat([authData, sha256(clientData)]), this.#privateKey);
    return this.#answer({
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(authData),
      signature: base64url(signature),
      userHandle: lie.userHandle ?? this.#userHandle,
    });
  }

  #answer<Response>(response: Response) {
    const id = base64url(this.credentialId);
    return { id, rawId: id, type: 'public-key' as const, response, clientExtensionResults: {} };
  }

  #sayWhere(type: string, challenge: string, { origin = this.#origin, crossOrigin = false, type: other }: Lie): Buffer {
    return Buffer.from(JSON.stringify({ type: other ?? type, challenge, origin, crossOrigin }));
  }

  #describe(rpId: string, lie: Lie, more = 0): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(lie.counter ?? this.counter);
    const isEligible = lie.isBackupEligible ?? this.#isSynced;
    const flags =
      userPresent + (lie.isUnverified ? 0 : userVerified) + (isEligible ? backupEligible + backedUp : 0) + more;
    return Buffer.concat([sha256(lie.rpId ?? rpId), Buffer.from([flags]), counter]);
  }
}
