/** Somebody with a wallet, as far as the service can tell: keys of their own, and the patience to ask again until there is an answer. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Me } from '@feiqian/domain/api/auth';
import { errorCodes } from '@feiqian/domain/errors';
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { eventually, Refused } from './patience.ts';

/** Somebody of a story. */
export type Person = {
  readonly me: Me;
  readonly account: PrivateKeyAccount;
  readonly get: <T>(path: string) => Promise<T>;
  /** Sends a request again and again, always under the same key, until it is answered. @throws {Refused} */
  readonly insist: <T>(path: string, body: object) => Promise<T>;
};

const answerMaxMs = 6_000;
const kdf = { algorithm: 'argon2id', version: 19, memoryKib: 65_536, iterations: 3, parallelism: 1 };

/** Where people reach the service, and the chain that their addresses are linked for. */
export type Reachable = {
  readonly publicUrl: string;
  readonly replicas: readonly { readonly origin: string }[];
  readonly chain: { readonly chainId: number };
};

/** Opens an account and links an address to it. Everything must be healthy. */
export async function registerPerson(environment: Reachable): Promise<Person> {
  const { publicUrl, replicas, chain } = environment;
  let cookie = '';
  let turn = 0;
  const call = async <T>(method: 'GET' | 'POST', path: string, body?: object, key: string = randomUUID()) => {
    turn += 1;
    const origin = replicas[turn % replicas.length]?.origin ?? publicUrl;
    const response = await fetch(`${origin}${path}`, {
      method,
      signal: AbortSignal.timeout(answerMaxMs),
      headers: {
        cookie,
        origin: publicUrl,
        'idempotency-key': key,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw refusal(`${method} ${path}`, response.status, text);
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return JSON.parse(text) as T;
  };
  const insist = <T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> => {
    const key = randomUUID();
    return eventually(`${method} ${path} is answered`, () => call<T>(method, path, body, key));
  };
  const account = privateKeyToAccount(generatePrivateKey());
  const salt = randomBytes(16).toString('base64url');
  const authSecret = randomBytes(32).toString('base64url');
  // Whose answer was lost has an account, and would have to log in; here another one is opened instead.
  await eventually('somebody registers', () => {
    const email = `${randomUUID()}@example.com`;
    return call('POST', '/v1/auth/register', { email, kdf: { ...kdf, salt }, authSecret, language: 'zh' });
  });
  const challenge = { address: account.address, chainId: chain.chainId };
  const { message } = await insist<{ message: string }>('POST', '/v1/me/addresses/challenge', challenge);
  const signature = await account.signMessage({ message });
  const me = await insist<Me>('POST', '/v1/me/addresses', { message, signature });
  return {
    me,
    account,
    get: (path) => insist('GET', path),
    insist: (path, body) => insist('POST', path, body),
  };
}

/** What may be answered otherwise next time is an error to repeat; anything else ends the story. */
function refusal(what: string, status: number, text: string): Error {
  const said = `${what}: ${status} ${text}`;
  if (status >= 500 || status === 429) return new Error(said);
  let code: string | undefined;
  try {
    code = (JSON.parse(text) as { code?: string }).code;
  } catch {
    code = undefined;
  }
  const known = Object.entries(errorCodes).find(([name]) => name === code)?.[1];
  return known?.retryable ? new Error(said) : new Refused(said);
}
