import type { BrowserContext, Page, Route } from 'playwright-core';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { readChain } from './support/chain.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const li = { email: 'li.wei@example.com', password: 'lantern harbour quiet maple' };
const wang = { email: 'wang.fang@example.com', password: 'copper meadow slow violet' };
const english = { locale: 'en-US', viewport: { width: 390, height: 844 } } as const;
const words = sentences.en;
/** In units of CNYF with six decimals. */
const relayFee = 20_000n;
const cnyf = 1_000_000n;
const product = findSharedProduct();
let browser: TestBrowser;
let profile: BrowserContext;
let me: Person;
let payee: Person;
let address: string;
/** What the first person has left, by our own reckoning. */
let left = 0n;

beforeAll(async () => {
  browser = await launchBrowser();
  profile = await browser.newProfile(english);
  me = await Person.arrive(profile, product.url, li);
  await me.register();
  address = await me.readAddress();
  await me.topUp('100', 'Tokens');
  await me.page.getByText('The tokens are at your address').first().waitFor();
  left = 100n * cnyf;
  await me.topUp('60', 'Cash');
  await me.page.getByText('Kept as cash, held by the operator').first().waitFor();
  payee = await Person.arrive(await browser.newProfile(english), product.url, wang);
  await payee.register();
});
afterAll(async () => {
  await browser?.close();
});

/** Somebody who has never received anything: all that they have came from one test. */
const aStranger = (): string => privateKeyToAddress(generatePrivateKey());

type Entry = { readonly id: string; readonly kind: string; readonly status: string };

/** The history as the service tells it, newest first. */
async function listHistory(person: Person, query: string): Promise<readonly Entry[]> {
  const response = await person.page.request.get(`${product.url}/v1/history?limit=100&${query}`);
  expect(response.status()).toBe(200);
  return ((await response.json()) as { items: Entry[] }).items;
}

/** Sees that a payment of whole CNYF is on chain and in the history once, and takes it off what is left. */
async function expectSentOnce(to: string, amount: bigint): Promise<void> {
  await expect.poll(async () => (await readChain(product, to)).tokens, { timeout: 45_000 }).toBe(amount * cnyf);
  expect(await listHistory(me, `text=${to}`)).toHaveLength(1);
  left -= amount * cnyf + relayFee;
}

/** Fills a payment in on a page and opens its review. */
async function review(page: Page, to: string, amount: string): Promise<void> {
  await page.goto(`${product.url}/send`);
  await page.getByLabel(words.send.to, { exact: true }).fill(to);
  await page.getByLabel(words.form.amount).fill(amount);
  await page.getByRole('button', { name: words.send.review }).click();
  await sendButton(page).waitFor();
}
const sendButton = (page: Page) => page.getByRole('dialog').getByRole('button', { name: /^Send / });
const retry = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Try again' });
const seeDone = (page: Page) => page.getByRole('dialog').getByRole('link', { name: words.form.follow }).waitFor();
const see = (page: Page, text: string) => page.getByText(text, { exact: true }).first().waitFor();

describe('a reload', () => {
  it('with the review open sends nothing, and the wallet stays open', async () => {
    const to = aStranger();
    await review(me.page, to, '1');
    await me.page.reload();
    await me.seeHeading(words.send.title);
    expect(await me.page.getByRole('dialog').count()).toBe(0);
    expect([await listHistory(me, `text=${to}`), (await readChain(product, to)).tokens]).toEqual([[], 0n]);
  });
  it.each([
    ['before the request arrived', async () => undefined],
    ['after the service had done it and before the answer', (route: Route) => route.fetch()],
  ])('%s sends it once, and says so', async (_when, work) => {
    const to = aStranger();
    await review(me.page, to, '2');
    const { promise: isMet, resolve: meet } = Promise.withResolvers<void>();
    // Never answered: the reload ends it.
    await me.page.route(
      '**/v1/relays',
      async (route) => {
        await work(route);
        meet();
      },
      { times: 1 },
    );
    await sendButton(me.page).click();
    await isMet;
    await me.page.reload();
    await see(me.page, words.shell.resentTitle);
    await expectSentOnce(to, 2n);
  });
});

describe('a bad connection in the middle of a payment', () => {
  it.each<readonly [string, (route: Route) => Promise<unknown>]>([
    ['the service fails before it does anything', (route) => route.fulfill({ status: 500, body: 'oops' })],
    [
      'the service does it, and a proxy answers 504',
      async (route) => {
        await route.fetch();
        await route.fulfill({ status: 504, body: 'late' });
      },
    ],
    [
      'the service does it, and the answer never comes',
      async (route) => {
        await route.fetch();
        await route.abort('timedout');
      },
    ],
  ])('%s: it is not called lost or done, and trying again sends it once', async (_how, work) => {
    const to = aStranger();
    await review(me.page, to, '3');
    await me.page.route('**/v1/relays', work, { times: 1 });
    await sendButton(me.page).click();
    await see(me.page, words.form.notKnown);
    expect(await me.page.getByRole('button', { name: words.form.goBack }).count()).toBe(0);
    await retry(me.page).click();
    await seeDone(me.page);
    await expectSentOnce(to, 3n);
  });

  it('the network goes and comes back: the screen says both, and it is sent once', async () => {
    const to = aStranger();
    await review(me.page, to, '4');
    await profile.setOffline(true);
    await sendButton(me.page).click();
    await see(me.page, words.form.notKnown);
    await see(me.page, words.common.offlineTitle);
    await profile.setOffline(false);
    await me.page.getByText(words.common.offlineTitle).waitFor({ state: 'detached' });
    await retry(me.page).click();
    await seeDone(me.page);
    await expectSentOnce(to, 4n);
  });
});

describe('a stream of changes that begins late', () => {
  it('leaves out nothing of what happened after the page had read its history', async () => {
    const late = await payee.page.context().newPage();
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    await late.route('**/v1/history/stream', async (route) => {
      await held;
      await route.continue();
    });
    const firstRead = late.waitForResponse(/\/v1\/history\?/);
    await late.goto(`${product.url}/history`);
    await firstRead;
    await payee.topUp('1', 'Cash');
    await see(payee.page, 'Kept as cash, held by the operator');
    const row = late.getByRole('link', { name: /Top-up/ });
    expect(await row.count()).toBe(0);
    release();
    await row.waitFor();
    await late.close();
  });
});

describe('a browser that keeps nothing', () => {
  it('is found out before a payment leaves, and the same one goes when there is room again', async () => {
    const to = aStranger();
    await review(me.page, to, '5');
    await me.page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      Object.assign(globalThis, { makeRoom: () => Object.assign(IDBObjectStore.prototype, { put }) });
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    });
    await sendButton(me.page).click();
    await see(me.page, words.errors.STORAGE_UNAVAILABLE.title);
    await see(me.page, words.form.nothingMoved);
    expect(await listHistory(me, `text=${to}`)).toEqual([]);
    await me.page.evaluate('globalThis.makeRoom()');
    await retry(me.page).click();
    await seeDone(me.page);
    await expectSentOnce(to, 5n);
  });

  it.each(['zh', 'en'] as const)(
    'makes no account and opens none, and says why in the person’s language (%s)',
    async (language) => {
      const { errors, newcomer, session } = sentences[language];
      const closed = await browser.newProfile({ ...english, locale: language === 'zh' ? 'zh-CN' : 'en-US' });
      await closed.addInitScript(() => {
        indexedDB.open = () => {
          throw new DOMException('not here', 'SecurityError');
        };
      });
      const page = await closed.newPage();
      for (const [path, email, button] of [
        ['/register', 'zhao.min@example.com', newcomer.create],
        ['/login', li.email, session.logIn],
      ] as const) {
        await page.goto(`${product.url}${path}`);
        await page.getByLabel(session.email).fill(email);
        await page.getByLabel(session.password, { exact: true }).fill(li.password);
        await page.getByRole('button', { name: button, exact: true }).click();
        await see(page, errors.STORAGE_UNAVAILABLE.title);
        await see(page, errors.STORAGE_UNAVAILABLE.advice);
      }
      await closed.close();
    },
  );

  it('that fills up while an account is made shows no address before the wallet is safe, and then goes on', async () => {
    const full = await browser.newProfile(english);
    const page = await full.newPage();
    const zhao = new Person(page, product.url, { email: 'zhao.min@example.com', password: 'amber cloud silent river' });
    await page.goto(product.url);
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (...input) {
        if (this.name === 'vaults') throw new DOMException('full', 'QuotaExceededError');
        return put.apply(this, input);
      };
    });
    await zhao.link('Register').click();
    await page.getByLabel('E-mail').fill(zhao.credentials.email);
    await page.getByLabel('Password', { exact: true }).fill(zhao.credentials.password);
    await zhao.button(words.newcomer.create).click();
    await zhao.seeHeading(words.session.completeTitle);
    await see(page, words.errors.STORAGE_UNAVAILABLE.title);
    const meNow = (await (await page.request.get(`${product.url}/v1/me`)).json()) as { addresses: unknown[] };
    expect(meNow.addresses).toEqual([]);
    await page.reload();
    await page.getByLabel('Password', { exact: true }).fill(zhao.credentials.password);
    await zhao.button(words.session.unlock).click();
    await zhao.seeHeading(words.session.completeTitle);
    await page.getByLabel('Password', { exact: true }).fill(zhao.credentials.password);
    await zhao.button(words.session.complete).click();
    await page.getByRole('link', { name: 'Top up' }).first().waitFor();
    expect(await zhao.readAddress()).toMatch(/^0x[0-9a-fA-F]{40}$/);
    await full.close();
  });
});

describe('two tabs', () => {
  let other: Page;
  it('open one wallet without asking for the password again', async () => {
    other = await profile.newPage();
    other.setDefaultTimeout(45_000);
    await other.goto(product.url);
    await other.getByRole('link', { name: 'Top up' }).first().waitFor();
  });

  it('send the same at the same time: what there is only once is sent once, and the other tab says that nothing moved', async () => {
    const to = aStranger();
    const amount = ((left / cnyf) * 3n) / 4n;
    await review(me.page, to, `${amount}`);
    await review(other, to, `${amount}`);
    await Promise.all([sendButton(me.page).click(), sendButton(other).click()]);
    const outcomes = await Promise.all(
      [me.page, other].map(async (page) => {
        const done = page.getByRole('dialog').getByRole('heading', { name: words.form.sentTitle });
        const refused = page.getByText(words.form.nothingMoved);
        await done.or(refused).first().waitFor();
        return (await done.count()) > 0 ? 'sent' : 'refused';
      }),
    );
    expect(outcomes.sort()).toEqual(['refused', 'sent']);
    await expectSentOnce(to, amount);
  });

  it('are locked together, and unlocked together', async () => {
    await me.open('/settings');
    await me.button(words.settings.lockNow).click();
    for (const page of [me.page, other])
      await page.getByRole('heading', { level: 1, name: words.session.unlockTitle }).waitFor();
    await other.getByLabel(words.session.password, { exact: true }).fill(li.password);
    await other.getByRole('button', { name: words.session.unlock }).click();
    for (const page of [other, me.page]) await page.getByRole('link', { name: 'Top up' }).first().waitFor();
    // What followed is as good as what was unlocked: it stays open over a reload after the other is gone.
    await other.close();
    await me.page.reload();
    await me.page.getByRole('link', { name: 'Top up' }).first().waitFor();
  });

  it('are logged out together', async () => {
    other = await profile.newPage();
    await other.goto(product.url);
    await other.getByRole('link', { name: 'Top up' }).first().waitFor();
    await me.logOut();
    await other.getByRole('link', { name: words.session.register }).waitFor();
    await other.close();
    await me.logIn();
  });

  it('are locked together when nobody touched either for as long as was chosen', async () => {
    const idle = await browser.newProfile(english);
    await idle.clock.install();
    const person = await Person.arrive(idle, product.url, li);
    await person.logIn();
    await person.open('/settings');
    await person.page.getByLabel(words.settings.autoLock).selectOption('1');
    const second = await idle.newPage();
    await second.goto(product.url);
    await second.getByRole('link', { name: 'Top up' }).first().waitFor();
    await idle.clock.fastForward(50_000);
    expect(await second.getByRole('link', { name: 'Top up' }).count()).toBeGreaterThan(0);
    await idle.clock.fastForward(50_000);
    for (const page of [person.page, second])
      await page.getByRole('heading', { level: 1, name: words.session.unlockTitle }).waitFor();
    await idle.close();
  });
});

describe('a double click', () => {
  /** Two presses in one moment, before anything can be drawn. */
  const pressTwice = async (page: Page, name: RegExp | string) => {
    const button = page.getByRole('button', { name }).last();
    await button.waitFor();
    await expect.poll(() => button.getAttribute('aria-disabled')).toBe(null);
    await button.evaluate((element: HTMLElement) => {
      element.click();
      element.click();
    });
  };
  const countOf = async (person: Person, query: string) => (await listHistory(person, query)).length;

  it('sends a payment once, and so does Enter pressed twice', async () => {
    const [clicked, entered] = [aStranger(), aStranger()];
    await review(me.page, clicked, '1');
    await pressTwice(me.page, /^Send /);
    await seeDone(me.page);
    await expectSentOnce(clicked, 1n);
    await review(me.page, entered, '1');
    await sendButton(me.page).focus();
    await Promise.all([me.page.keyboard.press('Enter'), me.page.keyboard.press('Enter')]);
    await seeDone(me.page);
    await expectSentOnce(entered, 1n);
  });

  it('begins one top-up', async () => {
    const before = await countOf(me, 'kind=top_up');
    await me.open('/top-up');
    await me.pick('CNY');
    await me.page.getByLabel(words.form.amount).fill('7');
    await pressTwice(me.page, /^Pay /);
    await me.page.waitForURL((url) => url.origin !== product.url);
    expect(await countOf(me, 'kind=top_up')).toBe(before + 1);
  });

  it('makes one payment link, which is then paid once, by cash', async () => {
    await payee.open('/links/new');
    await payee.pick('CNY');
    await payee.page.getByLabel(words.form.amount).fill('6');
    await payee.page.getByLabel('What for').fill('One latte');
    await pressTwice(payee.page, /^Make a link for /);
    await payee.page.waitForURL(/\/links\/[0-9a-f-]{36}$/);
    const link = payee.page.url().replace('/links/', '/wallet/pay/');
    await payee.open('/links');
    await payee.page.locator('a[href^="/links/"]', { hasText: 'One latte' }).first().waitFor();
    expect(await payee.page.locator('a[href^="/links/"]', { hasText: 'One latte' }).count()).toBe(1);
    await me.page.goto(link);
    await me.pick(/^Cash/);
    await me.button('Review and pay').click();
    await pressTwice(me.page, /^Pay /);
    await seeDone(me.page);
    expect(await countOf(payee, 'kind=payment')).toBe(1);
    expect(await countOf(me, 'kind=payment')).toBe(1);
  });

  it('sends cash, converts and withdraws once', async () => {
    await me.open('/transfer');
    await me.page.getByLabel(words.form.to, { exact: true }).fill(wang.email);
    await me.page.getByLabel(words.form.amount).fill('5');
    await me.button('Review and send').click();
    await pressTwice(me.page, /^Send /);
    await seeDone(me.page);
    await me.open('/convert');
    await me.pick(/CNY/);
    await me.pick(/^Cash to tokens/);
    await me.page.getByLabel(words.form.amount).fill('8');
    await me.button('Review').click();
    await pressTwice(me.page, /^Convert /);
    await seeDone(me.page);
    await me.open('/withdraw');
    await me.pick('CNY');
    await me.page.getByLabel(words.form.amount).fill('9');
    await me.page.getByLabel(words.bank.holder).fill('Li Wei');
    await me.page.getByLabel(words.bank.number).fill('6222 0200 0000 1234');
    await me.button('Review').click();
    await pressTwice(me.page, /^Withdraw /);
    await seeDone(me.page);
    for (const kind of ['cash_transfer', 'conversion', 'withdrawal'])
      expect([kind, await countOf(me, `kind=${kind}`)]).toEqual([kind, 1]);
    left += 8n * cnyf;
  });
});

describe('after all of that', () => {
  it('nothing was lost and nothing doubled: the chain and the cash have what was reckoned', async () => {
    await expect.poll(async () => (await readChain(product, address)).tokens, { timeout: 45_000 }).toBe(left);
    // 60, less 6 for the link, 5 sent, 8 converted and 9 withdrawn.
    await expect
      .poll(async () => {
        const response = await me.page.request.get(`${product.url}/v1/balances`);
        const { cash } = (await response.json()) as { cash: { asset: string; available: string }[] };
        return cash.find(({ asset }) => asset === 'iso4217:CNY')?.available;
      })
      .toBe('3200');
  });
});
