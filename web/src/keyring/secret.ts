import { AppError } from '@feiqian/domain/errors';

/** Bytes that this realm made and may overwrite. */
export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Holds bytes that nobody may see: key material while it is needed, and not longer.
 *
 * Nothing that walks over objects finds them (`JSON.stringify`, logging, `structuredClone`, `Object.entries`, a debugger's
 * `inspect`), because a private field is not a property. They are overwritten when no longer needed; what libraries
 * derive from them on the way (big integers, hexadecimal text) cannot be, which is why locking also ends the worker.
 */
export class Secret {
  #bytes: Uint8Array | undefined;

  /** Takes `bytes` over: whoever made them must not keep them. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * Lends the bytes. They must not be kept beyond the call, nor beyond the promise that it returns.
   *
   * @throws {AppError} KEYRING_LOCKED after {@link wipe}.
   */
  use<Result>(work: (bytes: Uint8Array) => Result): Result {
    if (!this.#bytes) throw new AppError('KEYRING_LOCKED', 'The secret has been wiped.');
    return work(this.#bytes);
  }

  /** Overwrites the bytes and forgets them. */
  wipe(): void {
    this.#bytes?.fill(0);
    this.#bytes = undefined;
  }

  /** @throws always: a secret that reaches a serialiser is a bug to be found, not data to be written. */
  toJSON(): never {
    throw new Error('A secret is never written.');
  }

  toString(): string {
    return '[secret]';
  }
}

/** Runs `work` with bytes and overwrites them afterwards, however it ends. */
export async function withWiped<Result>(
  bytes: Uint8Array,
  work: (bytes: Uint8Array) => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work(bytes);
  } finally {
    bytes.fill(0);
  }
}
