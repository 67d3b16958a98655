import { AppError, type ErrorCode, isAppError } from '@feiqian/domain/errors';
import { trustScript } from '../lib/trusted-script.ts';
import workerUrl from './keyring.worker.ts?worker&url';
import { type KeyringMethod, type KeyringMethods, type KeyringResponse, keyringMethods } from './protocol.ts';

/** The far end of a channel to a keyring: a `Worker`, or something that behaves like one. */
export type KeyringPort = {
  readonly postMessage: (message: unknown) => void;
  readonly addEventListener: (type: 'message' | 'error', listener: (event: { data?: unknown }) => void) => void;
  readonly terminate: () => void;
};

/** The keyring as the page has it: the same methods, and the end of them. */
export type KeyringClient = KeyringMethods & {
  /** Ends the worker and with it all that it holds in memory. Calls that wait fail with KEYRING_LOCKED. */
  readonly end: () => void;
};

/** Starts the worker. Its file's name (`assets/keyring-….js`, see vite.config.ts) is how the service knows it. Once a page. */
export function startKeyringWorker(): KeyringPort {
  return new Worker(trustScript('feiqian-keyring', workerUrl), { type: 'module', name: 'keyring' });
}

/**
 * Speaks to a keyring over a port. Answers can come in any order; each is told apart by the number of its question.
 *
 * @throws {AppError} from every method: what `protocol.ts` says, INTERNAL for a failure that may not be told, and
 * KEYRING_LOCKED once the worker has ended.
 */
export function connectKeyring(port: KeyringPort): KeyringClient {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: AppError) => void }>();
  let lastId = 0;
  let hasEnded = false;

  const end = (): void => {
    hasEnded = true;
    port.terminate();
    for (const { reject } of waiting.values()) reject(ended());
    waiting.clear();
  };

  port.addEventListener('message', ({ data }) => {
    const response = data as KeyringResponse;
    const call = waiting.get(response.id);
    waiting.delete(response.id);
    if ('error' in response) call?.reject(toError(response.error));
    else call?.resolve(response.value);
  });
  // A worker that cannot start, or dies, answers nothing: nobody must wait for it.
  port.addEventListener('error', end);

  const call = (method: KeyringMethod, input: unknown): Promise<unknown> => {
    if (hasEnded) return Promise.reject(ended());
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      port.postMessage({ id, method, input });
    });
  };

  const methods = Object.fromEntries(keyringMethods.map((method) => [method, (input: unknown) => call(method, input)]));
  return { ...(methods as unknown as KeyringMethods), end };
}

function ended(): AppError {
  return new AppError('KEYRING_LOCKED', 'The keyring has ended.');
}

function toError({ code, message, details }: Extract<KeyringResponse, { error: unknown }>['error']): AppError {
  const isKnown = isAppError({ name: 'AppError', code });
  return new AppError(isKnown ? (code as ErrorCode) : 'INTERNAL', message, { details });
}
