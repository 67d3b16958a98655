import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { get as plainGet } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { phone } from './support/looks.ts';
import { Person } from './support/person.ts';
import { startProduct, type TestProduct } from './support/product.ts';

let product: TestProduct;
let browser: TestBrowser;
let profile: BrowserContext;
let person: Person;

// A machine without a network has no other address than loopback; everything else is the same there.
const host =
  Object.values(networkInterfaces())
    .flatMap((infos = []) => infos)
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';

const authority = () => readFileSync(join(product.dataFolder, 'certificates', 'authority.crt'));
const spkiOf = (file: string) =>
  createHash('sha256')
    .update(
      new X509Certificate(readFileSync(join(product.dataFolder, 'certificates', file))).publicKey.export({
        format: 'der',
        type: 'spki',
      }),
    )
    .digest('base64');

const readInTheClear = (path: string) =>
  new Promise<{ status: number | undefined; location: string | undefined; type: string | undefined; body: Buffer }>(
    (resolve, reject) => {
      const { port } = new URL(product.url);
      plainGet({ host, port, path, agent: false }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            location: response.headers.location,
            type: response.headers['content-type'],
            body: Buffer.concat(parts),
          }),
        );
      }).once('error', reject);
    },
  );

beforeAll(async () => {
  product = await startProduct({ LAN_HOST: host }, ['--lan']);
  browser = await launchBrowser([`--ignore-certificate-errors-spki-list=${spkiOf('server.crt')}`]);
  profile = await browser.newProfile({ locale: 'en-US', viewport: phone, hasTouch: true, isMobile: true });
  person = await Person.arrive(profile, product.url, {
    email: 'lan@example.com',
    password: 'lantern harbour quiet maple',
  });
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe('the product on the local network', () => {
  it('is served over https, and gives a phone what it needs to trust it', async () => {
    expect(product.url).toBe(`https://${host}:${new URL(product.url).port}`);
    expect(product.output()).toContain(`http://${host}:${new URL(product.url).port}/phone`);
    expect(product.output()).toContain(new X509Certificate(authority()).fingerprint256);
    expect(await readInTheClear('/history')).toMatchObject({ status: 307, location: `${product.url}/history` });
    const file = await readInTheClear('/feiqian-ca.crt');
    expect(file.type).toBe('application/x-x509-ca-cert');
    expect(new X509Certificate(file.body).fingerprint256).toBe(new X509Certificate(authority()).fingerprint256);
    expect((await readInTheClear('/phone')).body.toString()).toContain('Certificate Trust Settings');
  });

  it('is a wallet there: a person registers and pays in at the bank’s own https page', async () => {
    const bank: string[] = [];
    person.page.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (origin !== product.url) bank.push(origin);
    });
    await person.register();
    expect(await person.page.evaluate(() => isSecureContext)).toBe(true);
    expect((await profile.cookies()).map(({ name, secure }) => [name, secure])).toEqual([['__Host-feiqian', true]]);
    await person.topUp('128', 'Cash');
    await person.page.getByText('Kept as cash, held by the operator').first().waitFor();
    expect(new Set(bank.map((origin) => origin.replace(/\d+$/, '')))).toEqual(new Set([`https://${host}:`]));
    expect(await person.page.evaluate(() => document.querySelectorAll('[role=alert]').length)).toBe(0);
  });

  it('opens without the network, unlocks with the password, and says what still works', async () => {
    await person.open('/');
    await person.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await person.page.getByText('128.00').first().waitFor();
    await profile.setOffline(true);
    await person.page.reload();
    await person.page.getByText('No network').waitFor();
    await person.page.getByText('You can still see your addresses').waitFor();
    expect((await person.readAddress()).length).toBe(42);
    await person.open('/settings');
    await person.button('Lock now').click();
    await person.page.getByLabel('Password', { exact: true }).fill(person.credentials.password);
    await person.button('Unlock').click();
    await person.link('Show my address').waitFor();
    await profile.setOffline(false);
    await person.page.getByText('128.00').first().waitFor();
  });
});
