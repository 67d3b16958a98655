import type { Page } from 'playwright-core';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureFirstLoad } from '../../scripts/lib/checks/first-load.ts';
import { inProject } from '../../scripts/lib/paths.ts';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { type CountedFlow, createTally, type Hand } from './support/effort.ts';
import { desk, phone } from './support/looks.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const words = sentences.en;

const product = findSharedProduct();
let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

const tally = createTally();

/** Walks a flow with a hand that counts, from the welcome screen or from home. */
async function walk(flow: CountedFlow, page: Page, steps: (hand: Hand) => Promise<void>): Promise<void> {
  await page.goto(product.url);
  await tally.count(flow, steps);
}

describe('what a person has to do', () => {
  let me: Person;
  let payee: Person;
  const button = (name: string | RegExp, page: Page = me.page) => page.getByRole('button', { name });
  const inSheet = (name: RegExp) => me.page.getByRole('dialog').getByRole('button', { name });
  const amount = () => me.page.getByLabel(words.form.amount);
  const action = (name: string) =>
    me.page.getByRole('navigation', { name: words.home.actions }).getByRole('link', { name });
  const seeDone = () => me.page.getByRole('dialog').getByRole('link', { name: words.form.follow }).waitFor();

  it('to have a wallet', async () => {
    const profile = await browser.newProfile({ locale: 'en-US', viewport: phone });
    me = await Person.arrive(profile, product.url, {
      email: 'sun.lei@example.com',
      password: 'lantern harbour quiet maple',
    });
    await walk('Create', me.page, async (hand) => {
      await hand.click(me.link(words.session.register));
      await hand.fill(me.page.getByLabel(words.session.email), me.credentials.email);
      await hand.fill(me.page.getByLabel(words.session.password, { exact: true }), me.credentials.password);
      await hand.click(button(words.newcomer.create));
      await action(words.home.topUp).waitFor();
    });
    await me.open('/settings');
    await me.pick('CNY');
  });

  it('to top up, the press on the bank’s own page included', async () => {
    await walk('Top up', me.page, async (hand) => {
      await hand.click(action(words.home.topUp));
      await hand.fill(amount(), '100');
      await hand.click(button(/^Pay /));
      await hand.click(me.page.locator('button[value="pay"]'));
      await me.page.waitForURL(`${product.url}/history/**`);
    });
    await me.page.getByText('Kept as cash, held by the operator').first().waitFor();
  });

  it('to convert', async () => {
    await walk('Convert', me.page, async (hand) => {
      await hand.click(me.page.locator('a[href^="/convert"]').filter({ visible: true }).first());
      await hand.fill(amount(), '80');
      await hand.click(button(words.form.review));
      await hand.click(inSheet(/^Convert /));
      await seeDone();
    });
    await me.link(words.form.follow).click();
    await me.page.getByText('The tokens are at your address').first().waitFor();
  });

  it('to send, and to send again to the same', async () => {
    const to = privateKeyToAddress(generatePrivateKey());
    await walk('Send', me.page, async (hand) => {
      await hand.click(action(words.home.send));
      await hand.fill(me.page.getByLabel(words.send.to, { exact: true }), to);
      await hand.fill(amount(), '3');
      await hand.click(button(words.send.review));
      await hand.click(inSheet(/^Send /));
      await seeDone();
    });
    await me.link(words.form.follow).click();
    await me.page.getByText('They have it, and it is final').first().waitFor();
    await walk('Send again', me.page, async (hand) => {
      await hand.click(me.page.getByRole('navigation', { name: words.home.sendAgain }).getByRole('link').first());
      await hand.fill(amount(), '2');
      // The slip of what one press signs is in the form, the whole address on it.
      await me.page.getByText(words.form.theyReceive).first().waitFor();
      await hand.click(button(/^Send 2/));
      await seeDone();
    });
    await me.link(words.form.follow).click();
    await me.page.getByText('They have it, and it is final').first().waitFor();
  });

  it('to send to a contact who was never paid before', async () => {
    const to = privateKeyToAddress(generatePrivateKey());
    await me.open('/contacts');
    await button(words.contact.add).click();
    await me.page.getByLabel(words.contact.name, { exact: true }).fill('Zhao Min');
    await me.page.getByLabel(words.contact.address).first().fill(to);
    await inSheet(new RegExp(`^${words.contact.save}$`)).click();
    await me.page.getByRole('heading', { name: 'Zhao Min' }).waitFor();
    await walk('Send by name', me.page, async (hand) => {
      await hand.click(me.link('Zhao Min').first());
      await hand.fill(amount(), '1');
      // Name and whole address stand on the slip of what one press signs, and that it is the first time.
      await me.page.getByText(words.form.theyReceive).first().waitFor();
      await me.page.locator('.receipt').getByText('Zhao Min').waitFor();
      await me.page.getByText(words.review.firstTitle).waitFor();
      const slip = (await me.page.locator('.receipt').innerText()).replace(/\s/g, '');
      expect(slip.toLowerCase()).toContain(to.toLowerCase());
      await hand.click(button(/^Send 1/));
      await seeDone();
    });
    await me.link(words.form.follow).click();
    await me.page.getByRole('heading', { name: 'To Zhao Min' }).waitFor();
    await me.page.getByText('They have it, and it is final').first().waitFor();
  });

  it('to be paid', async () => {
    await walk('Receive', me.page, async (hand) => {
      await hand.click(action(words.home.receive));
      await me.page.locator('.qr-code, svg[role="img"]').first().waitFor();
    });
  });

  it('to pay a link', async () => {
    const profile = await browser.newProfile({ locale: 'en-US', viewport: phone });
    payee = await Person.arrive(profile, product.url, {
      email: 'he.jing@example.com',
      password: 'copper meadow slow violet',
    });
    await payee.register();
    const link = await payee.makeLink('10', 'Two lattes');
    await walk('Pay a link', me.page, async (hand) => {
      await me.page.goto(link);
      await hand.click(button(words.paymentPage.payCash('¥10.00')));
      await me.page.getByText(words.paymentPage.settledTitle, { exact: true }).waitFor();
    });
  });

  it('is never more than was promised, nor than the best wallet asks', () => {
    tally.judge(
      ...(['Create', 'Top up', 'Send', 'Send again', 'Send by name', 'Receive', 'Convert', 'Pay a link'] as const),
    );
  });
});

describe('the first load', () => {
  it('is all that a usable log-in needs', async () => {
    const first = measureFirstLoad(inProject('web/dist')).files.map(({ path }) => `/${path}`);
    const profile = await browser.newProfile({ locale: 'en-US', serviceWorkers: 'block' });
    const page = await profile.newPage();
    await page.route(/\.(?:js|css)$/, (route) =>
      first.includes(new URL(route.request().url()).pathname) ? route.continue() : route.abort(),
    );
    await page.goto(`${product.url}/login`);
    await page.locator('input:focus').waitFor();
    await page.keyboard.type('li@example.com');
    await expect.poll(() => page.getByLabel(words.session.email).inputValue()).toContain('li@');
    await profile.close();
  });

  it.each([
    ['a screen', /\/register-screen-/, words.mishap.staleTitle],
    ['a screen and what tells of it', /\/(?:register-screen|soon)-/, words.common.failedTitle],
  ])('still says so, in the person’s language, when %s cannot be fetched', async (_what, missing, heading) => {
    const profile = await browser.newProfile({ locale: 'en-US', serviceWorkers: 'block' });
    const page = await profile.newPage();
    await page.route(missing, (route) => route.abort());
    await page.goto(`${product.url}/login`);
    await page.getByRole('link', { name: words.session.register }).click();
    await page.getByRole('heading', { name: heading }).waitFor();
    await profile.close();
  });
});

describe('the keyboard alone', () => {
  const zh = sentences.zh;
  const unseen: string[] = [];

  /** Goes on with Tab until what is wanted has the focus, and notes what had it without showing it. */
  async function tabTo(page: Page, selector: string, name?: string | RegExp): Promise<void> {
    const wanted = page.locator(selector).filter(name === undefined ? {} : { hasText: name });
    for (let press = 0; press < 60; press += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement | null;
        // Headings take the focus after a change of screen; nothing can be done with them.
        if (!element || element.tabIndex < 0) return undefined;
        const isShown = [element, element.closest('label'), element.parentElement, element.nextElementSibling].some(
          (one) => {
            if (!one) return false;
            const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
            return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
          },
        );
        return { isShown, what: element.outerHTML.slice(0, 120) };
      });
      if (focused && !focused.isShown) unseen.push(focused.what);
      if (await wanted.evaluateAll((all) => all.some((one) => one === document.activeElement))) return;
    }
    throw new Error(`${selector} ${name ?? ''} is not to be reached with Tab.`);
  }

  it('registers, tops up, sends and locks; the focus is seen, comes back, and what goes on is announced', async () => {
    const profile = await browser.newProfile({ locale: 'zh-CN', viewport: desk });
    const page = await profile.newPage();
    page.setDefaultTimeout(45_000);
    await page.addInitScript(() => {
      const said: string[] = [];
      Object.assign(globalThis, { said });
      new MutationObserver(() => {
        for (const region of document.querySelectorAll('[role="status"], [role="alert"], [aria-live]')) {
          const text = region.textContent?.trim() ?? '';
          if (text !== '' && !said.includes(text)) said.push(text);
        }
      }).observe(document, { childList: true, subtree: true, characterData: true });
    });
    const { keyboard } = page;
    const type = async (text: string) => {
      await page.locator(':focus').waitFor();
      await keyboard.type(text);
    };
    await page.goto(product.url);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await tabTo(page, 'a', zh.session.register);
    await keyboard.press('Enter');
    await page.getByLabel(zh.session.email).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('email');
    await type('ma.chao@example.com');
    await tabTo(page, 'input[name="password"]');
    await type('amber cloud silent river');
    await keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: zh.home.title }).waitFor();

    await tabTo(page, 'a', zh.home.topUp);
    await keyboard.press('Enter');
    await page.getByLabel(zh.form.amount).waitFor();
    await type('50');
    // What to keep it as: the arrows choose among cash and tokens.
    await tabTo(page, 'input[value="cash"]');
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    await page.waitForURL((url) => url.origin !== product.url);
    await tabTo(page, 'button[value="pay"]');
    await keyboard.press('Enter');
    await page.waitForURL(`${product.url}/history/**`);
    await expect
      .poll(
        async () => {
          const response = await page.request.get(`${product.url}/v1/balances`);
          const { onChain } = (await response.json()) as { onChain: readonly { amount: string }[] };
          return onChain.map(({ amount }) => amount);
        },
        { timeout: 45_000 },
      )
      .toContain('50000000');

    await tabTo(page, 'a', new RegExp(`^${zh.shell.send}$`));
    await keyboard.press('Enter');
    await page.getByLabel(zh.send.to, { exact: true }).waitFor();
    await type(privateKeyToAddress(generatePrivateKey()));
    await tabTo(page, 'input[inputmode="decimal"]');
    await type('5');
    await tabTo(page, 'button', zh.send.review);
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(zh.send.review);
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(page, 'dialog button', new RegExp(`^${zh.send.send('').trim()}`));
    await keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('heading', { name: zh.form.sentTitle }).waitFor();
    const said = (await page.evaluate('globalThis.said')) as string[];
    expect(said).toEqual(expect.arrayContaining([zh.form.signing, zh.form.sentTitle]));
    await tabTo(page, 'dialog button', '完成');
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await tabTo(page, 'button', zh.shell.lock);
    await keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: zh.session.unlockTitle }).waitFor();
    expect(unseen).toEqual([]);
    await profile.close();
  });
});
