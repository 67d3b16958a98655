/** What went wrong, in a form that each layer can map without importing the layer above. */
export type ErrorKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'rate_limited'
  | 'unavailable'
  | 'internal';

type ErrorTraits = { readonly kind: ErrorKind; readonly retryable: boolean };

const invalid = { kind: 'invalid', retryable: false } as const;
const conflict = { kind: 'conflict', retryable: false } as const;
const unavailable = { kind: 'unavailable', retryable: true } as const;

/** The only list of error codes. A code is public API: never rename one, only add. */
export const errorCodes = {
  // money and amounts
  AMOUNT_MALFORMED: invalid,
  AMOUNT_NOT_POSITIVE: invalid,
  AMOUNT_TOO_LARGE: invalid,
  AMOUNT_TOO_PRECISE: invalid,
  AMOUNT_TOO_SMALL: invalid,
  ASSET_MISMATCH: { kind: 'internal', retryable: false },
  ASSET_UNKNOWN: invalid,
  INSUFFICIENT_FUNDS: conflict,
  // addresses, chains, transactions
  ACCOUNT_FROZEN: conflict,
  ADDRESS_CHECKSUM_WRONG: invalid,
  ADDRESS_IS_TOKEN: invalid,
  ADDRESS_LINKED_ELSEWHERE: conflict,
  ADDRESS_MALFORMED: invalid,
  ADDRESS_NOT_LINKED: { kind: 'forbidden', retryable: false },
  AUTHORIZATION_EXPIRED: conflict,
  AUTHORIZATION_INVALID: invalid,
  CHAIN_HALTED: unavailable,
  CHAIN_UNAVAILABLE: unavailable,
  CHAIN_UNKNOWN: invalid,
  CHAIN_TOKENS_TOO_MANY: conflict,
  NONCE_TOO_LOW: conflict,
  RPC_METHOD_NOT_ALLOWED: { kind: 'forbidden', retryable: false },
  TOKEN_INVALID: invalid,
  TOKEN_LISTED: conflict,
  TOKENS_TOO_MANY: conflict,
  TRANSACTION_INVALID: invalid,
  TRANSACTION_REVERTED: conflict,
  TYPED_DATA_INVALID: invalid,
  // people and sessions
  CHALLENGE_EXPIRED: conflict,
  COOLING_OFF: { kind: 'forbidden', retryable: false },
  CREDENTIALS_WRONG: { kind: 'unauthorized', retryable: false },
  CSRF_REJECTED: { kind: 'forbidden', retryable: false },
  EMAIL_MALFORMED: invalid,
  EMAIL_TAKEN: conflict,
  HANDLE_MALFORMED: invalid,
  HANDLE_TAKEN: conflict,
  PHONE_MALFORMED: invalid,
  RECIPIENT_IS_SELF: invalid,
  RECIPIENT_UNKNOWN: { kind: 'not_found', retryable: false },
  SECOND_FACTOR_EXISTS: conflict,
  SECOND_FACTOR_LOCKED: { kind: 'rate_limited', retryable: false },
  SECOND_FACTOR_USED: conflict,
  SECOND_FACTOR_WRONG: { kind: 'unauthorized', retryable: false },
  SESSION_EXPIRED: { kind: 'unauthorized', retryable: false },
  SIGNATURE_INVALID: invalid,
  SIWE_MALFORMED: invalid,
  SIWE_MISMATCH: invalid,
  STEP_UP_REQUIRED: { kind: 'forbidden', retryable: false },
  // codes that are scanned or pasted
  CODE_CHECKSUM_WRONG: invalid,
  CODE_MALFORMED: invalid,
  // vault and keys
  ACCOUNT_EXISTS: conflict,
  ACCOUNT_UNKNOWN: { kind: 'not_found', retryable: false },
  ADDRESS_BOOK_CONFLICT: conflict,
  ADDRESS_BOOK_CORRUPT: { kind: 'internal', retryable: false },
  ADDRESS_BOOK_FULL: conflict,
  ADDRESS_BOOK_ROLLED_BACK: conflict,
  ACCOUNT_WATCH_ONLY: { kind: 'forbidden', retryable: false },
  ACCOUNTS_TOO_MANY: conflict,
  EXTENDED_KEY_INVALID: invalid,
  KDF_PARAMETERS_WEAK: invalid,
  KEYRING_LOCKED: { kind: 'unauthorized', retryable: false },
  KEYSTORE_INVALID: invalid,
  KEYSTORE_PASSWORD_WRONG: invalid,
  MNEMONIC_CHECK_CLOSED: conflict,
  MNEMONIC_CHECKSUM_WRONG: invalid,
  MNEMONIC_MALFORMED: invalid,
  MNEMONIC_PASSPHRASE_TOO_LONG: invalid,
  MNEMONIC_WORD_UNKNOWN: invalid,
  PASSKEY_EXISTS: conflict,
  PASSKEY_REFUSED: { kind: 'unauthorized', retryable: false },
  PASSKEY_UNAVAILABLE: { kind: 'unavailable', retryable: false },
  PASSKEYS_TOO_MANY: conflict,
  PASSWORD_WRONG: { kind: 'unauthorized', retryable: false },
  PASSWORD_WEAK: invalid,
  PRIVATE_KEY_INVALID: invalid,
  RANDOM_UNAVAILABLE: { kind: 'unavailable', retryable: false },
  SECRET_UNRECOGNIZED: invalid,
  STORAGE_UNAVAILABLE: unavailable,
  VAULT_CONFLICT: conflict,
  VAULT_CORRUPT: { kind: 'internal', retryable: false },
  VAULT_HAS_PHRASE: conflict,
  VAULT_MISSING: { kind: 'not_found', retryable: false },
  VAULT_NOT_SAVED: conflict,
  VAULT_ROLLED_BACK: conflict,
  // gateways and movements
  BRIDGE_OFF: { kind: 'forbidden', retryable: false },
  CASH_FROZEN: { kind: 'forbidden', retryable: false },
  HOLD_IS_OWN: { kind: 'forbidden', retryable: false },
  HOLD_NEEDS_ANOTHER: conflict,
  HOLD_OUTDATED: conflict,
  MOVEMENT_BLOCKED: { kind: 'forbidden', retryable: false },
  MOVEMENT_NOT_PASSED: { kind: 'forbidden', retryable: false },
  GATEWAY_ANSWER_INVALID: unavailable,
  GATEWAY_REFUSED: conflict,
  GATEWAY_UNAVAILABLE: unavailable,
  GATEWAY_UNKNOWN: invalid,
  NOTIFICATION_INVALID: { kind: 'unauthorized', retryable: false },
  PAYMENT_REQUEST_CLOSED: conflict,
  PAY_CODE_EXPIRED: conflict,
  PAY_CODE_OWN: conflict,
  PAY_CODE_UNKNOWN: { kind: 'not_found', retryable: false },
  PAY_CODE_USED: conflict,
  PAY_LIMIT_EXCEEDED: conflict,
  REFUND_NOT_COVERED: conflict,
  REFUND_NOT_POSSIBLE: conflict,
  REFUND_NEEDS_SIGNATURE: conflict,
  RETURN_ADDRESS_EXISTS: conflict,
  RETURN_ADDRESS_REFUSED: invalid,
  RETURN_ADDRESSES_TOO_MANY: conflict,
  RETURN_URL_REFUSED: invalid,
  QUOTE_EXPIRED: conflict,
  STATE_CONFLICT: { kind: 'conflict', retryable: true },
  UNDO_TOO_LATE: conflict,
  UNDO_WINDOW_PASSED: conflict,
  UNDONE_TOO_OFTEN: conflict,
  // items
  ITEMS_TOO_MANY: conflict,
  // webhooks
  WEBHOOK_ENDPOINT_OFF: conflict,
  WEBHOOK_ENDPOINTS_TOO_MANY: conflict,
  WEBHOOK_URL_REFUSED: invalid,
  // mail
  MAIL_OFF: { kind: 'forbidden', retryable: false },
  // the API itself
  API_KEY_INVALID: { kind: 'unauthorized', retryable: false },
  API_KEYS_TOO_MANY: conflict,
  IDEMPOTENCY_IN_FLIGHT: { kind: 'conflict', retryable: true },
  IDEMPOTENCY_KEY_MISSING: invalid,
  IDEMPOTENCY_KEY_REUSED: conflict,
  INTERNAL: { kind: 'internal', retryable: false },
  NOT_FOUND: { kind: 'not_found', retryable: false },
  RATE_LIMITED: { kind: 'rate_limited', retryable: true },
  REQUEST_INVALID: invalid,
  SCOPE_MISSING: { kind: 'forbidden', retryable: false },
  SERVICE_UNAVAILABLE: unavailable,
} as const satisfies Record<string, ErrorTraits>;

/** A stable name for one expected failure. */
export type ErrorCode = keyof typeof errorCodes;

type AppErrorOptions = {
  readonly cause?: unknown;
  readonly details?: Readonly<Record<string, string>>;
};

/** An expected failure. Anything else that is thrown is a bug. */
export class AppError extends Error {
  override readonly name = 'AppError';
  /** Which failure this is; people's sentences are chosen by it. */
  readonly code: ErrorCode;
  /** Public facts about the failure: no secrets, no URLs with keys, amounts as decimal text. */
  readonly details: Readonly<Record<string, string>>;

  /**
   * @param code - One of {@link errorCodes}.
   * @param message - A short sentence for a developer, without data in it; data goes to `details`.
   */
  constructor(code: ErrorCode, message: string, { cause, details = {} }: AppErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/** Tells whether a value is an {@link AppError}, also across a worker or package border (by shape, not by class). */
export function isAppError(value: unknown): value is AppError {
  if (typeof value !== 'object' || value === null) return false;
  const { name, code } = value as { name?: unknown; code?: unknown };
  return name === 'AppError' && typeof code === 'string' && Object.hasOwn(errorCodes, code);
}

/**
 * Stops on a broken assumption. Unlike an {@link AppError} it is a bug when it fails and never becomes an answer to a caller.
 *
 * @throws {Error} when `condition` is false.
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`);
}
