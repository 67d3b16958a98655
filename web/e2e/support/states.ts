/** The unusual states of screens, each brought about from outside: answers that come late, not at all, or as the test needs them. */
import type { Page, Route } from 'playwright-core';
import type { sentences } from './sentences.ts';

type Words = (typeof sentences)['zh'];

/** One state of one screen. */
export type ScreenState = {
  readonly name: string;
  readonly path: string;
  /** Puts something between the page and the service before the screen is opened. */
  readonly arrange?: (page: Page) => Promise<void>;
  /** Does something on the open screen. */
  readonly act?: (page: Page, words: Words) => Promise<void>;
};

const json = (body: unknown, status = 200) => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
});

const historyList = /\/v1\/history\?/;
const oneEntry = /\/v1\/history\/[0-9a-f-]{36}$/;
const balances = /\/v1\/balances$/;

/** Answers that never come. The next state takes them away. */
const never = async (page: Page) => {
  for (const path of [historyList, balances]) await page.route(path, () => undefined);
};

/** The service says that it failed. */
const fails = async (page: Page) => {
  const refuse = (route: Route) => route.fulfill(json({ code: 'INTERNAL', requestId: 'req-7f3a' }, 500));
  for (const path of [historyList, oneEntry, balances]) await page.route(path, refuse);
};

/** Nothing of the service can be reached, while the device has a network. */
const unreachable = async (page: Page) => {
  await page.route(/\/v1\//, (route) => route.abort());
};

/** Changes what the service says of the balances: that so many whole CNYF are held. */
const holding = (whole: string) => async (page: Page) => {
  await page.route(balances, async (route) => {
    const answer = await (await route.fetch()).json();
    const onChain = answer.onChain.map((held: { asset: string; amount: string }) =>
      held.asset.includes('/erc20:') && held.amount !== '0' ? { ...held, amount: `${whole}000000` } : held,
    );
    await route.fulfill(json({ ...answer, onChain }));
  });
};

/** Turns the newest entry into one that is under way. */
const underWay = async (page: Page) => {
  const change = (entry: { legs: object[]; kind: string }) => ({
    ...entry,
    status: 'pending',
    stage: entry.kind === 'top_up' ? 'issuing' : 'submitted',
    holder: entry.kind === 'top_up' ? 'operator' : 'chain',
    legs: entry.legs.map((leg, index) =>
      index === entry.legs.length - 1 ? { ...leg, status: 'pending', at: null, blockNumber: null } : leg,
    ),
  });
  await page.route(oneEntry, async (route) => route.fulfill(json(change(await (await route.fetch()).json()))));
  await page.route(historyList, async (route) => {
    const answer = await (await route.fetch()).json();
    const [first, ...rest] = answer.items;
    await route.fulfill(json({ ...answer, items: first ? [change(first), ...rest] : [] }));
  });
};

/** Turns an event into a top-up that nobody has paid yet. */
const unpaid = async (page: Page) => {
  await page.route(oneEntry, async (route) => {
    const entry = await (await route.fetch()).json();
    const [order] = entry.legs;
    const legs = [{ ...order, status: 'pending', at: null }];
    await route.fulfill(
      json({ ...entry, status: 'pending', stage: 'paying', holder: 'you', counterMoney: null, legs }),
    );
  });
  await page.route(/\/v1\/top-ups\/[0-9a-f-]{36}$/, async (route) => {
    const topUp = await (await route.fetch()).json();
    const expiresAt = new Date(Date.now() + 15 * 60_000).toISOString();
    await route.fulfill(json({ ...topUp, state: 'paying', redirectUrl: 'https://bank.example/pay', expiresAt }));
  });
};

const type = (text: string) => async (page: Page, words: Words) => {
  await page.getByLabel(words.form.amount, { exact: true }).fill(text);
};

/** Nothing has happened yet. */
export const emptyStates: readonly ScreenState[] = [
  { name: 'empty-home', path: '/' },
  { name: 'empty-history', path: '/history' },
  { name: 'empty-send', path: '/send' },
  { name: 'empty-transfer', path: '/transfer' },
  { name: 'empty-convert', path: '/convert' },
  { name: 'empty-withdraw', path: '/withdraw' },
  { name: 'empty-links', path: '/links' },
];

/** With money, and something in the way. `entry` is the path of an event. */
export function listUnusualStates(entry: string): readonly ScreenState[] {
  return [
    { name: 'loading-home', path: '/', arrange: never },
    { name: 'loading-history', path: '/history', arrange: never },
    { name: 'error-home', path: '/', arrange: fails },
    { name: 'error-history', path: '/history', arrange: fails },
    { name: 'error-entry', path: entry, arrange: fails },
    { name: 'down-home', path: '/', arrange: unreachable },
    { name: 'pending-entry', path: entry, arrange: underWay },
    { name: 'unpaid-entry', path: entry, arrange: unpaid },
    { name: 'pending-history', path: '/history', arrange: underWay },
    { name: 'backup-pill', path: '/', arrange: holding('3') },
    { name: 'backup-card', path: '/', arrange: holding('2340') },
    { name: 'backup-receive', path: '/receive', arrange: holding('2340') },
    { name: 'nothing-found', path: '/history?text=nobody' },
    { name: 'wrong-top-up', path: '/top-up', act: type('0.001') },
    { name: 'wrong-convert', path: '/convert', act: type('1000000') },
    { name: 'wrong-new-link', path: '/links/new', act: type('1,5') },
    {
      name: 'wrong-transfer',
      path: '/transfer?to=nobody@example.com',
      act: async (page) => page.locator('.field__error').first().waitFor(),
    },
    {
      name: 'wrong-withdraw',
      path: '/withdraw',
      act: async (page, words) => {
        await type('10')(page, words);
        await page.getByLabel(words.bank.holder).fill('李伟');
        await page.getByLabel(words.bank.number).fill('??');
      },
    },
    {
      name: 'wrong-scan',
      path: '/scan',
      act: async (page, words) => {
        await page.getByLabel(words.scan.paste).fill('bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT');
        await page.getByRole('button', { name: words.scan.goOn }).click();
      },
    },
    {
      name: 'wrong-phrase',
      path: '/settings/phrase',
      act: async (page, words) => {
        await page.getByLabel(words.settings.phrasePassword).fill('not the password');
        await page.getByRole('button', { name: words.settings.reveal }).click();
        await page.getByRole('alert').waitFor();
      },
    },
  ];
}
