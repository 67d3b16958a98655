import { AppError } from '@feiqian/domain/errors';
import { encodeSignedTransaction, parseUnsignedTransaction } from '@feiqian/domain/raw-transaction';
import {
  type Address,
  bytesToHex,
  type Hash,
  type Hex,
  hashTypedData as hashByViem,
  hashMessage,
  hexToBytes,
  isAddressEqual,
  keccak256,
} from 'viem';
import { serializeSignature, sign } from 'viem/accounts';
import { readCheckoutDraft } from './checkout-draft.ts';
import type { AuthorizationDraft, MessageDraft, TransactionDraft } from './draft.ts';
import { readRelayDraft, readRelayUndoDraft } from './relay-draft.ts';
import type { Secret } from './secret.ts';
import { hashTypedData, readTypedData, type TypedData } from './typed-data.ts';

/** A signed transaction, ready for broadcasting, and the hash by which chains know it. */
export type SignedRaw = { readonly raw: Hex; readonly hash: Hash };

/** A signature with the bit that tells which of two points it came from. */
export type RecoverableSignature = { readonly r: Hex; readonly s: Hex; readonly yParity: 0 | 1 };

/**
 * Signs a transaction: the hash of exactly the drafted bytes.
 *
 * @throws {AppError} TRANSACTION_INVALID for bytes that are not an unsigned transaction of a kind that the wallet makes.
 */
export async function signTransaction(key: Secret, { bytes }: TransactionDraft): Promise<SignedRaw> {
  const transaction = parseUnsignedTransaction(hexToBytes(bytes));
  const { r, s, yParity } = await signDigest(key, keccak256(bytes));
  const raw = encodeSignedTransaction(transaction, { r: BigInt(r), s: BigInt(s), yParity });
  return { raw, hash: keccak256(raw) };
}

/** Signs a message with the prefix of EIP-191, so that it can never be a transaction. */
export async function signMessage(key: Secret, { bytes }: MessageDraft): Promise<Hex> {
  return serializeSignature(await signDigest(key, hashMessage({ raw: bytes })));
}

/**
 * Signs typed data.
 *
 * @param signer - The address of `key`. Known structures name who signs them, and must name this one.
 * @throws {AppError} TYPED_DATA_INVALID.
 */
export async function signTypedData(key: Secret, signer: Address, draft: AuthorizationDraft): Promise<Hex> {
  return serializeSignature(await signDigest(key, digestTypedData(signer, draft)));
}

// The field that names the signer, for structures whose other readings move money.
const signerFields: Readonly<Record<string, readonly string[]>> = {
  ReceiveWithAuthorization: ['from'],
  TransferWithAuthorization: ['from'],
  CancelAuthorization: ['authorizer'],
  RedeemWithAuthorization: ['holder'],
  // EIP-2612 has an owner, DAI's permit a holder.
  Permit: ['owner', 'holder'],
};

function digestTypedData(signer: Address, draft: AuthorizationDraft): Hex {
  if (draft.kind === 'relay') {
    const { typedData, request } = readRelayDraft(draft);
    checkSigner(signer, request.from);
    return hashByViem(typedData);
  }
  if (draft.kind === 'relay_undo') {
    const { typedData } = readRelayUndoDraft(draft);
    checkSigner(signer, typedData.message.authorizer);
    return hashByViem(typedData);
  }
  if (draft.kind === 'checkout') {
    const { typedData } = readCheckoutDraft(draft);
    checkSigner(signer, typedData.message.from);
    return hashByViem(typedData);
  }
  const typedData = readTypedData(draft.json);
  checkNamedSigner(signer, typedData);
  return hashTypedData(typedData);
}

function checkNamedSigner(signer: Address, { primaryType, message }: TypedData): void {
  const fields = Object.hasOwn(signerFields, primaryType) ? (signerFields[primaryType] ?? []) : [];
  for (const field of fields) if (message[field] !== undefined) checkSigner(signer, message[field]);
}

function checkSigner(signer: Address, named: unknown): void {
  if (typeof named !== 'string' || !isAddressEqual(named as Address, signer)) {
    throw new AppError('TYPED_DATA_INVALID', 'It names somebody else as its signer.', {
      details: { reason: 'signer' },
    });
  }
}

/**
 * Signs 32 bytes: ECDSA over secp256k1 with low s, and the nonce from key and digest alone (RFC 6979), so that no fault of
 * a random generator can give the key away.
 */
export function signDigest(key: Secret, digest: Hash): Promise<RecoverableSignature> {
  // The library wants hexadecimal text, which can't be overwritten; it is made here, used once and never kept.
  return key.use(async (bytes): Promise<RecoverableSignature> => {
    const { r, s, yParity } = await sign({ hash: digest, privateKey: bytesToHex(bytes) });
    return { r, s, yParity: yParity === 1 ? 1 : 0 };
  });
}
