/** The wallet as an installed page: its manifest, and how its service worker goes from one version to the next. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProject } from '../../scripts/lib/paths.ts';
import { ensureWebBuild } from '../../scripts/lib/product/web-build.ts';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { phone } from './support/looks.ts';

type Files = ReadonlyMap<string, Buffer>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

let browser: TestBrowser;
let server: Server;
let origin: string;
/** What is deployed at this moment. */
let deployed: Files;

beforeAll(async () => {
  await ensureWebBuild();
  browser = await launchBrowser();
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', origin);
    const path = deployed.has(pathname) ? pathname : extname(pathname) === '' ? '/index.html' : undefined;
    const isService = pathname.startsWith('/v1/');
    response.writeHead(path === undefined || isService ? 404 : 200, {
      'content-type': types[extname(path ?? '')] ?? 'application/octet-stream',
      'cache-control': 'no-cache',
    });
    response.end(path === undefined || isService ? undefined : deployed.get(path));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

function readBuild(): Map<string, Buffer> {
  const root = inProject('web/dist');
  return new Map(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.br'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(root.length), readFileSync(path)]),
  );
}

/** The build as another version: a page, a script of it with a hashed name and one without, each of which says which version it is. */
function makeVersion(name: string): Map<string, Buffer> {
  const files = readBuild();
  const text = (path: string) => (files.get(path) ?? Buffer.alloc(0)).toString();
  const [, entry = ''] = /<script type="module"[^>]* src="(\/assets\/[^"]+)"/.exec(text('/index.html')) ?? [];
  const renamed = `/assets/entry-${name}.js`;
  const mark = (key: string) => `document.documentElement.dataset.${key}='${name}';`;
  files.set(renamed, Buffer.from(`${mark('entry')}import '${entry}';`));
  files.set('/appearance.js', Buffer.from(`${text('/appearance.js')};${mark('look')}`));
  files.set('/index.html', Buffer.from(text('/index.html').replace(entry, renamed)));
  files.set(
    '/sw.js',
    Buffer.from(
      text('/sw.js')
        .replace(/version = '[^']*'/, `version = '${name}'`)
        .replace('["/",', `["/","${renamed}",`),
    ),
  );
  return files;
}

const readVersion = (page: Page) =>
  page.evaluate(() => ({ ...document.documentElement.dataset }) as { entry?: string; look?: string });
const readCaches = (page: Page) => page.evaluate(() => caches.keys());

/** Opens the wallet and waits until its files are kept. */
async function install(profile: BrowserContext): Promise<Page> {
  const page = await profile.newPage();
  await page.goto(origin);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  return page;
}

describe('the installed wallet', () => {
  it('has a manifest that a browser finds nothing missing in, with pictures as large as they say', async () => {
    deployed = readBuild();
    const profile = await browser.newProfile({ viewport: phone });
    const page = await install(profile);
    const session = await profile.newCDPSession(page);
    const { errors, data = '{}' } = await session.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    // A profile of the tests forgets everything, and some browsers cannot install for that alone.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
    const manifest = JSON.parse(data) as {
      icons: { src: string; sizes: string; type: string; purpose: string }[];
      shortcuts: { url: string }[];
    };
    expect(manifest).toMatchObject({ id: '/', scope: '/', start_url: '/', display: 'standalone', lang: 'zh-CN' });
    expect(manifest.shortcuts.map(({ url }) => url)).toEqual(['/receive', '/send', '/scan']);
    expect(manifest.icons.map(({ purpose }) => purpose)).toContain('maskable');
    const touchIcon = await page.getAttribute('link[rel=apple-touch-icon]', 'href');
    const pictures = [
      ...manifest.icons.filter(({ type }) => type === 'image/png').map(({ src, sizes }) => [src, sizes] as const),
      [touchIcon ?? '', '180x180'] as const,
    ];
    expect(pictures).toHaveLength(4);
    for (const [src, sizes] of pictures) {
      const size = await page.evaluate(async (url) => {
        const { width, height } = await createImageBitmap(await (await fetch(url)).blob());
        return `${width}x${height}`;
      }, src);
      expect([src, size]).toEqual([src, sizes]);
    }
    await profile.close();
  });

  it('takes up a new version at once, never mixes two, and opens the new one offline', async () => {
    deployed = makeVersion('one');
    const profile = await browser.newProfile({ viewport: phone });
    const page = await install(profile);
    await page.reload();
    expect(await readVersion(page)).toMatchObject({ entry: 'one', look: 'one' });

    deployed = makeVersion('two');
    await page.reload();
    expect(await readVersion(page)).toMatchObject({ entry: 'two', look: 'two' });
    await expect.poll(() => readCaches(page), { timeout: 30_000 }).toEqual(['feiqian-two']);
    await profile.setOffline(true);
    await page.reload();
    expect(await readVersion(page)).toMatchObject({ entry: 'two', look: 'two' });
    await page.getByRole('link', { name: '注册' }).waitFor();
    await profile.close();
  });

  it('keeps what it has when it meets a version that is only half in place', async () => {
    deployed = makeVersion('one');
    const profile = await browser.newProfile({ viewport: phone });
    const page = await install(profile);
    const three = makeVersion('three');
    deployed = new Map([
      ...deployed,
      ['/sw.js', three.get('/sw.js') ?? Buffer.alloc(0)],
      ['/assets/entry-three.js', Buffer.from('')],
    ]);
    const outcome = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update().catch(() => undefined);
      const next = registration.installing;
      if (next && next.state !== 'redundant')
        await new Promise((resolve) => next.addEventListener('statechange', resolve, { once: true }));
      return next?.state ?? 'none';
    });
    expect(['redundant', 'none']).toContain(outcome);
    expect(await readCaches(page)).toEqual(['feiqian-one']);
    await profile.setOffline(true);
    await page.reload();
    expect(await readVersion(page)).toMatchObject({ entry: 'one', look: 'one' });
    await profile.close();
  });
});
