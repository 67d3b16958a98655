import { AppError, isAppError } from '@feiqian/domain/errors';
import {
  type KeyringMethod,
  type KeyringMethods,
  type KeyringRequest,
  type KeyringResponse,
  keyringMethods,
} from './protocol.ts';

/** The near end of a channel: a worker's global scope, or one end of a `MessageChannel`. */
export type Port = {
  readonly postMessage: (message: unknown) => void;
  readonly addEventListener: (type: 'message', listener: (event: { data: unknown }) => void) => void;
};

/**
 * Answers requests from a port with a keyring, one after another: methods read and write shared state over several
 * awaits, and must not see each other half done.
 */
export function serveKeyring(port: Port, keyring: KeyringMethods): void {
  let last: Promise<void> = Promise.resolve();
  port.addEventListener('message', ({ data }) => {
    last = last.then(async () => {
      port.postMessage(await answer(keyring, data as KeyringRequest));
      forgetLastMatch();
    });
  });
}

/**
 * An engine keeps the text that a regular expression matched last (`RegExp.input`), be it a phrase that was split into words
 * or the bits of its entropy. Another match takes its place.
 */
function forgetLastMatch(): void {
  /^/.exec('');
}

async function answer(keyring: KeyringMethods, { id, method, input }: KeyringRequest): Promise<KeyringResponse> {
  try {
    if (!isKeyringMethod(method)) throw new Error('No such method.');
    const call = keyring[method] as (input: unknown) => Promise<unknown>;
    return { id, value: await call.call(keyring, input) };
  } catch (error) {
    return { id, error: redact(error) };
  }
}

function isKeyringMethod(name: unknown): name is KeyringMethod {
  return (keyringMethods as readonly unknown[]).includes(name);
}

/**
 * What the page may learn of a failure. Our own errors have constant messages and public details. Anything else comes from
 * a library that had a key or a phrase in its hands, and may quote it: not a word of it goes out, its cause neither.
 */
function redact(error: unknown): Extract<KeyringResponse, { error: unknown }>['error'] {
  const { code, message, details } = isAppError(error) ? error : new AppError('INTERNAL', 'The keyring failed.');
  return { code, message, details };
}
