// Keeps the wallet's own files, so that it opens and says what is wrong while the service cannot be reached. It never
// touches what the service says (/v1, /rpc): balances and history are either fresh or not shown as if they were.
// The build puts the list of files and a version in place of the two marks below.
const version = '__VERSION__';
const files = __FILES__;

const cacheName = `feiqian-${version}`;
const servicePaths = /^\/(?:v1|rpc|docs|healthz|readyz|metrics)(?:\/|$)/;
const hashedPath = /^\/assets\//;
// Longer than a slow network, shorter than a person's patience.
const answerTimeoutMs = 4000;

// Whether the page on the screen is the kept one: what belongs to it is then the kept one, too.
let isPageKept = false;

self.addEventListener('install', (event) => {
  event.waitUntil(keepFiles().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const forgetOld = caches
    .keys()
    .then((names) => Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name))));
  event.waitUntil(forgetOld.then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin || servicePaths.test(pathname)) return;
  if (request.mode === 'navigate') event.respondWith(openPage(request));
  else if (!files.includes(pathname)) return;
  // A hashed name means one content for ever; the others belong to the page that asks for them.
  else if (hashedPath.test(pathname) || isPageKept) event.respondWith(keptFirst(request));
  else event.respondWith(freshFirst(request, pathname));
});

/** All files of one version or none: while a new version is being put in place, its page may come with the old list. */
async function keepFiles() {
  const cache = await caches.open(cacheName);
  await cache.addAll(files);
  const page = await (await cache.match('/')).text();
  const asked = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
  if (asked.every((path) => files.includes(path))) return;
  await caches.delete(cacheName);
  throw new Error('The page is of another version than this list.');
}

/** The page fresh where possible, so that a new version is used at once; the kept one where the service does not answer. */
async function openPage(request) {
  const fresh = await fetchSoon(request);
  const kept = fresh ? undefined : await findKept('/');
  isPageKept = kept !== undefined;
  return fresh ?? kept ?? Response.error();
}

async function freshFirst(request, pathname) {
  return (await fetchSoon(request)) ?? (await findKept(pathname)) ?? Response.error();
}

async function keptFirst(request) {
  return (await findKept(new URL(request.url).pathname)) ?? fetch(request);
}

async function findKept(pathname) {
  return (await caches.open(cacheName)).match(pathname);
}

/** The service's answer, unless it gives none in time or is out of order. */
async function fetchSoon(request) {
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(answerTimeoutMs) });
    return response.status < 500 ? response : undefined;
  } catch {
    return undefined;
  }
}
