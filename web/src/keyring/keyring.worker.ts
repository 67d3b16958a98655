/// <reference lib="webworker" />
import { sessionKeys } from '../storage/session-keys.ts';
import { Keyring } from './keyring-core.ts';
import { serveKeyring } from './serve.ts';

/**
 * Where the keys live. This worker renders nothing, fetches nothing and logs nothing; the service sends its files with a
 * policy of their own (`connect-src 'none'`), so that not even a poisoned dependency in here has a way out.
 *
 * Failures that nobody caught would be printed, with what they quote. They stay here.
 */
const realm = self as unknown as DedicatedWorkerGlobalScope;
realm.addEventListener('error', (event) => event.preventDefault());
realm.addEventListener('unhandledrejection', (event) => event.preventDefault());

serveKeyring(realm, new Keyring({ sessionKeys }));
