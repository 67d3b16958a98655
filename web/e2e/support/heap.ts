/** Looks into the memory of a page and of its workers, as the browser's own profiler does. */
import type { CDPSession, Page } from 'playwright-core';

/** For `launchBrowser`: strings in a snapshot are whole. Chromium cuts them after 1,024 characters otherwise. */
export const wholeStrings = '--js-flags=--heap-snapshot-string-limit=10000000';

/** Which of the looked-for texts are alive somewhere: what no program can reach any more does not count. */
export type Sighting = {
  /** `page` (with all scripts of its process), or `worker`. */
  readonly realm: 'page' | 'worker';
  /** In strings, wherever a program or the engine keeps them: in closures, private fields and caches too. */
  readonly inStrings: readonly string[];
  /**
   * In objects: their own properties (bytes as hexadecimal text), what they write of themselves (`toString`, `toJSON`, an
   * error's stack), the words and numbers of an array in a row, what a field of a form holds.
   */
  readonly inObjects: readonly string[];
};

type Answer = Record<string, unknown>;
type Send = (method: string, params?: object) => Promise<Answer>;
type Remote = { readonly objectId: string };
type Realm = { readonly name: Sighting['realm']; readonly send: Send; readonly chunks: string[] };

/** Looks for texts in the memory of a page and of each of its workers. Letter case does not hide one. */
export async function lookIntoMemory(page: Page, texts: readonly string[]): Promise<Sighting[]> {
  const cdp = await page.context().newCDPSession(page);
  const sightings: Sighting[] = [];
  for (const realm of [toRealm(cdp), ...(await attachWorkers(cdp))]) {
    const inObjects = await searchInObjects(realm, texts);
    sightings.push({ realm: realm.name, inStrings: find(await takeStrings(realm), texts), inObjects });
  }
  await cdp.detach();
  return sightings;
}

/** Looks for texts in the objects of a page alone, which takes less time. */
export async function lookIntoObjects(page: Page, texts: readonly string[]): Promise<string[]> {
  const cdp = await page.context().newCDPSession(page);
  const found = await searchInObjects(toRealm(cdp), texts);
  await cdp.detach();
  return found;
}

function toRealm(cdp: CDPSession): Realm {
  const chunks: string[] = [];
  cdp.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  return { name: 'page', send: (method, params) => cdp.send(method as never, params as never), chunks };
}

function find(text: string, texts: readonly string[]): string[] {
  const lower = text.toLowerCase();
  return texts.filter((one) => lower.includes(one.toLowerCase()));
}

/** Playwright gives no session with a worker; the page's own session passes messages on. */
async function attachWorkers(cdp: CDPSession): Promise<Realm[]> {
  const realms = new Map<string, Realm>();
  const waiting = new Map<number, (answer: { result?: Answer; error?: { message: string } }) => void>();
  let lastId = 0;
  cdp.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type !== 'worker') return;
    const send: Send = async (method, params = {}) => {
      lastId += 1;
      const id = lastId;
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      waiting.set(id, ({ result = {}, error }) => (error ? reject(new Error(error.message)) : resolve(result)));
      await cdp.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) });
      return await promise;
    };
    realms.set(sessionId, { name: 'worker', send, chunks: [] });
  });
  cdp.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
    const { id, method, params, ...answer } = JSON.parse(message);
    if (id !== undefined) waiting.get(id)?.(answer);
    else if (method === 'HeapProfiler.addHeapSnapshotChunk') realms.get(sessionId)?.chunks.push(params.chunk);
  });
  await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  return [...realms.values()];
}

async function takeStrings({ send, chunks }: Realm): Promise<string> {
  await send('HeapProfiler.enable');
  await send('HeapProfiler.collectGarbage');
  await send('HeapProfiler.takeHeapSnapshot');
  const { strings } = JSON.parse(chunks.splice(0).join('')) as { strings: string[] };
  return strings.join('\n');
}

async function searchInObjects({ send }: Realm, texts: readonly string[]): Promise<string[]> {
  const group = { objectGroup: 'objects' };
  const { result: prototype } = await send('Runtime.evaluate', { expression: 'Object.prototype', ...group });
  const { objectId: prototypeObjectId } = prototype as Remote;
  const { objects } = await send('Runtime.queryObjects', { prototypeObjectId, ...group });
  const { result, exceptionDetails } = await send('Runtime.callFunctionOn', {
    ...(objects as Remote),
    functionDeclaration: `${searchObjects}`,
    arguments: [{ value: texts }],
    returnByValue: true,
  });
  await send('Runtime.releaseObjectGroup', group);
  if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
  return (result as { value: string[] }).value;
}

/** Runs in the realm; `this` is the array of all objects that are alive there. */
function searchObjects(this: object[], texts: string[]): string[] {
  const toText = (value: unknown): string => {
    if (typeof value === 'string' || typeof value === 'symbol') return String(value);
    if (typeof value === 'bigint') return `${value} ${value.toString(16).padStart(64, '0')}`;
    if (value instanceof ArrayBuffer) return toText(new Uint8Array(value));
    if (!ArrayBuffer.isView(value) || value.byteLength > 1_000_000) return '';
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  };
  const found = new Set<string>();
  let parts: string[] = [];
  let length = 0;
  const search = () => {
    const lower = parts.join('\n').toLowerCase();
    for (const text of texts) if (lower.includes(text.toLowerCase())) found.add(text);
    parts = [];
    length = 0;
  };
  const put = (value: unknown) => {
    const text = toText(value);
    parts.push(text);
    length += text.length;
    if (length > 4_000_000) search();
  };
  const take = (read: () => unknown) => {
    try {
      put(read());
    } catch (error) {
      // Prototypes, for example, are not what they say, and refuse to be read.
      put(String(error));
    }
  };
  const look = (item: object & { value?: unknown; toJSON?: unknown }) => {
    if (Array.isArray(item)) {
      put(item.filter((value) => typeof value === 'string').join(' '));
      put(item.filter((value) => typeof value === 'number').join(','));
    }
    for (const name of Reflect.ownKeys(item)) {
      put(name);
      take(() => Object.getOwnPropertyDescriptor(item, name)?.value);
    }
    if (item instanceof Map || item instanceof Set) take(() => [...item.entries()].flat().map(toText).join('\n'));
    if (item instanceof Error) take(() => `${item.stack} ${item.message} ${String(item.cause)}`);
    if (typeof item !== 'function') take(() => String(item));
    if (typeof item.toJSON === 'function') take(() => JSON.stringify(item));
    take(() => item.value);
  };
  for (const item of this) if (item !== globalThis) look(item);
  search();
  return [...found];
}
