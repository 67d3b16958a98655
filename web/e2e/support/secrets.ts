/** Looks for a person's secrets wherever something could have left the keyring. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { mnemonicToAccount } from 'viem/accounts';

/** Everything that a browser profile sent, received and printed. */
export type Traffic = { readonly all: () => string };

/** Records all traffic of a profile from now on: addresses, headers, bodies both ways, console lines. */
export function recordTraffic(profile: BrowserContext, origins: Set<string>): Traffic {
  const parts: string[] = [];
  profile.on('request', (request) => {
    origins.add(new URL(request.url()).origin);
    parts.push(request.method(), request.url(), JSON.stringify(request.headers()), request.postData() ?? '');
  });
  profile.on('response', (response) => {
    parts.push(JSON.stringify(response.headers()));
    const type = response.headers()['content-type'] ?? '';
    // An event stream has no end to wait for; what it carries is the history, which is read as JSON too.
    if (type.includes('json')) {
      response.text().then(
        (text) => parts.push(text),
        () => undefined,
      );
    }
  });
  profile.on('console', (message) => parts.push(message.text()));
  return { all: () => parts.join('\n') };
}

/** Every text form in which a secret could show itself. */
export function listSecretForms(phrase: string, password: string): string[] {
  const words = phrase.split(' ');
  const account = mnemonicToAccount(phrase);
  const key = account.getHdKey().privateKey;
  if (words.length < 12 || !key) throw new Error('Not a recovery phrase.');
  const bytes = Buffer.from(key);
  const windows = words.slice(0, -2).flatMap((_, index) => {
    const three = words.slice(index, index + 3);
    return [three.join(' '), three.join('+'), three.join('%20'), three.join('","'), three.join('')];
  });
  return [
    ...windows,
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    BigInt(`0x${bytes.toString('hex')}`).toString(),
    password,
    encodeURIComponent(password),
  ];
}

/** The secret forms that occur in a text; letter case does not hide one. */
export function findSecrets(text: string, forms: readonly string[]): string[] {
  const lower = text.toLowerCase();
  return forms.filter((form) => lower.includes(form.toLowerCase()));
}

/** All that a page's origin keeps in the clear: local and session storage, and every record of every IndexedDB. */
export async function dumpBrowserStorage(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const decode = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const show = (value: unknown): unknown => {
      if (value instanceof ArrayBuffer) return decode(new Uint8Array(value));
      if (ArrayBuffer.isView(value)) return decode(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      if (value instanceof CryptoKey) return { extractable: value.extractable };
      if (Array.isArray(value)) return value.map(show);
      if (typeof value === 'object' && value !== null)
        return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, show(inner)]));
      return value;
    };
    const wait = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const parts: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      const database = await wait(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const records = database.transaction(store).objectStore(store);
        parts.push([name, store, show(await wait(records.getAllKeys())), show(await wait(records.getAll()))]);
      }
      database.close();
    }
    return JSON.stringify(parts);
  });
}

/** Every file below a folder as text: logs, keys, and the database's own files, which hold what it was told. */
export function readAllFiles(folder: string): { readonly path: string; readonly text: string }[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const stats = statSync(path);
    if (stats.isDirectory()) return readAllFiles(path);
    return stats.isFile() ? [{ path, text: readFileSync(path, 'latin1') }] : [];
  });
}
