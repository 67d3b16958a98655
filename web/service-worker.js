// Keeps the wallet's own files, so that it opens and says what is wrong while the service cannot be reached. It never
// touches what the service says (/v1, /rpc): balances and history are either fresh or not shown as if they were.
// The build puts the list of files and a version in place of the two marks below.
const version = '__VERSION__';
const files = __FILES__;

const cacheName = `feiqian-${version}`;
const servicePaths = /^\/(?:v1|rpc|docs|healthz|readyz|metrics)(?:\/|$)/;
// Longer than a slow network, shorter than a person's patience.
const pageTimeoutMs = 4000;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(files))
      .then(() => self.skipWaiting()),
  );
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
  else if (files.includes(pathname)) event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)));
});

/** The page fresh where possible, so that a new version is used at once; the kept one where the service does not answer. */
async function openPage(request) {
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(pageTimeoutMs) });
    if (response.status < 500) return response;
  } catch {
    // No answer: the kept page opens and says so.
  }
  return (await caches.match('/')) ?? Response.error();
}
