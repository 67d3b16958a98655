/** Everything that a profile asks of the network, whoever asks: pages, the keyring's worker, the service worker. */
import type { BrowserContext } from 'playwright-core';

/** What was asked so far, and what the page's own policy had to refuse. */
export type Requests = {
  readonly list: () => readonly { readonly url: string; readonly isByServiceWorker: boolean }[];
  /** Origins other than these. */
  readonly originsBeside: (...known: readonly string[]) => string[];
  /** What the wallet itself tried against its policy: lines of the console. */
  readonly refused: () => readonly string[];
};

/** Watches a profile from now on. */
export function watchRequests(profile: BrowserContext): Requests {
  const asked: { url: string; isByServiceWorker: boolean }[] = [];
  const refused: string[] = [];
  profile.on('request', (request) =>
    asked.push({ url: request.url(), isByServiceWorker: request.serviceWorker() !== null }),
  );
  // Sockets are no requests to the browser's tools.
  profile.on('page', (page) =>
    page.on('websocket', (socket) => asked.push({ url: socket.url(), isByServiceWorker: false })),
  );
  profile.on('console', (message) => {
    if (/Content Security Policy|Trusted ?Type/i.test(message.text())) refused.push(message.text());
  });
  return {
    list: () => asked,
    originsBeside: (...known) => {
      const origins = asked
        .map(({ url }) => new URL(url))
        .flatMap(({ protocol, origin }) => (/^(?:data|blob):$/.test(protocol) ? [] : [origin]));
      return [...new Set(origins)].filter((origin) => !known.includes(origin));
    },
    refused: () => refused,
  };
}

/** Where the sandbox bank's pages are: the one place that a person is sent to. */
export function findBanks(output: string): string[] {
  return [...output.matchAll(/Sandbox bank (http:\S+)/g)].flatMap(([, origin]) => origin ?? []);
}
