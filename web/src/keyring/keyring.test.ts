import { AppError } from '@feiqian/domain/errors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectKeyring, startKeyringWorker } from './keyring.ts';
import { type KeyringMethods, keyringMethods } from './protocol.ts';
import { createLink } from './testing/create-link.ts';
import { aKeyring } from './testing/open-keyring.ts';

const locked = expect.objectContaining({ code: 'KEYRING_LOCKED' });
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('connectKeyring', () => {
  it('has every method of the keyring, and the keyring every method of the protocol', () => {
    const { keyring } = aKeyring();
    const client = connectKeyring(createLink(keyring));
    for (const method of keyringMethods)
      expect([typeof client[method], typeof keyring[method]]).toEqual(['function', 'function']);
  });

  it('brings each answer to its question', async () => {
    const client = connectKeyring(createLink(aKeyring().keyring));
    const [one, status, two] = await Promise.all([client.createKdf({}), client.getStatus({}), client.createKdf({})]);
    expect(one.salt).not.toBe(two.salt);
    expect(status.isUnlocked).toBe(false);
  });

  it('runs one call after another', async () => {
    const log: string[] = [];
    const slow = async (name: string) => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
    };
    const methods = { lock: () => slow('lock'), getStatus: () => slow('status') } as unknown as KeyringMethods;
    const client = connectKeyring(createLink(methods));
    await Promise.all([client.getStatus({}), client.lock({})]);
    expect(log).toEqual(['status begins', 'status ends', 'lock begins', 'lock ends']);
  });

  it('passes on code and details of an expected failure', async () => {
    const methods = {
      getStatus: () =>
        Promise.reject(new AppError('MNEMONIC_WORD_UNKNOWN', 'x', { details: { position: '3' }, cause: 'c' })),
    };
    const error = await connectKeyring(createLink(methods as unknown as KeyringMethods))
      .getStatus({})
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'AppError', code: 'MNEMONIC_WORD_UNKNOWN', details: { position: '3' } });
    expect((error as Error).cause).toBeUndefined();
  });

  it.each(['constructor', 'toJSON', '__proto__', 'nothing', 7])('has no method %j', async (method) => {
    const port = createLink(aKeyring().keyring);
    const answer = new Promise((resolve) => {
      port.addEventListener('message', ({ data }) => resolve(data));
    });
    port.postMessage({ id: 1, method, input: {} });
    expect(await answer).toEqual({ id: 1, error: { code: 'INTERNAL', message: 'The keyring failed.', details: {} } });
  });

  it('fails every call once it has ended, also those that wait', async () => {
    const methods = { lock: () => new Promise(() => undefined) } as unknown as KeyringMethods;
    const port = createLink(methods);
    const client = connectKeyring(port);
    const waiting = client.lock({});
    client.end();
    await expect(waiting).rejects.toEqual(locked);
    await expect(client.getStatus({})).rejects.toEqual(locked);
    expect(port.isEnded()).toBe(true);
  });

  it('ends when the worker dies', async () => {
    const methods = { lock: () => new Promise(() => undefined) } as unknown as KeyringMethods;
    const port = createLink(methods);
    const waiting = connectKeyring(port).lock({});
    port.fail();
    await expect(waiting).rejects.toEqual(locked);
  });

  it('does not mistake an unknown code for a known one', async () => {
    const port = createLink({} as KeyringMethods);
    const listeners: ((event: { data?: unknown }) => void)[] = [];
    const client = connectKeyring({
      ...port,
      addEventListener: (type, listener) => (type === 'message' ? listeners.push(listener) : undefined),
    });
    const call = client.getStatus({});
    for (const listener of listeners)
      listener({ data: { id: 1, error: { code: 'toString', message: 'm', details: {} } } });
    await expect(call).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

describe('startKeyringWorker', () => {
  it('starts a module worker from our own origin', () => {
    const started: unknown[] = [];
    vi.stubGlobal(
      'Worker',
      class {
        constructor(...input: unknown[]) {
          started.push(...input);
        }
      },
    );
    startKeyringWorker();
    expect(String(started[0])).toContain('keyring.worker');
    expect(started[1]).toMatchObject({ type: 'module' });
  });

  it('vouches for that script and for no other', () => {
    const started: unknown[] = [];
    const rules: { createScriptURL: (url: string) => string }[] = [];
    vi.stubGlobal(
      'Worker',
      class {
        constructor(...input: unknown[]) {
          started.push(...input);
        }
      },
    );
    vi.stubGlobal('trustedTypes', {
      createPolicy: (name: string, rule: { createScriptURL: (url: string) => string }) => {
        rules.push(rule);
        return { createScriptURL: (url: string) => `${name}: ${rule.createScriptURL(url)}` };
      },
    });
    startKeyringWorker();
    expect(String(started[0])).toMatch(/^feiqian-keyring: .*keyring\.worker/);
    expect(() => rules[0]?.createScriptURL('https://evil.example/x.js')).toThrow(TypeError);
  });
});
