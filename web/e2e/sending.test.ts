import { setTimeout as delay } from 'node:timers/promises';
import { createTestClient, http, parseGwei } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { hardhat } from 'viem/chains';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { findChainAccess, giveCoins, readChain } from './support/chain.ts';
import { createTally } from './support/effort.ts';
import { chooseLanguage, dress, examine, examineHere, isThorough, type Look, looksIn, phone } from './support/looks.ts';
import { Person } from './support/person.ts';
import { startProduct, type TestProduct } from './support/product.ts';
import { sentences } from './support/sentences.ts';

const words = sentences.en;
// Blocks are stopped here, and made dear: nobody else's.
let product: TestProduct;
const payee = privateKeyToAddress(generatePrivateKey());
let browser: TestBrowser;
let me: Person;
let address: string;
const faults: string[] = [];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  const profile = await browser.newProfile({ locale: 'en-US', viewport: phone });
  me = await Person.arrive(profile, product.url, {
    email: 'su.yan@example.com',
    password: 'willow harbour nine kites',
  });
  await me.register();
  address = await me.readAddress();
  await me.topUp('100', 'Tokens');
  await me.page.getByText('The tokens are at your address').first().waitFor();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const tally = createTally();
const sheet = () => me.page.getByRole('dialog');
/** The row of an entry on the first screen. */
const rowOf = (entry: string) => me.page.locator(`a[href="${entry}"]`).filter({ visible: true }).first();

/** Looks at what the page shows, in every way that it can be dressed in one language. */
async function look(
  name: string,
  language: Look['language'] = 'en',
  sizes: readonly string[] = ['phone', 'tablet', 'desk'],
): Promise<void> {
  for (const way of looksIn(language)) {
    if (!sizes.includes(way.size)) continue;
    await dress(me.page, way);
    faults.push(...(await examineHere(me.page, name, way)));
  }
  await me.page.setViewportSize(phone);
}

/** Looks at an address in both languages, or (in `npm test`) in the one that is on. */
async function lookInBoth(name: string, path: string): Promise<void> {
  for (const language of isThorough ? (['zh', 'en'] as const) : (['en'] as const)) {
    if (isThorough) await chooseLanguage(me.page, product.url, language);
    faults.push(...(await examine(me.page, `${product.url}${path}`, name, language)));
  }
  await me.page.setViewportSize(phone);
}

async function review(to: string, amount: string): Promise<void> {
  await me.open('/send');
  await me.page.getByLabel('To', { exact: true }).fill(to);
  await me.page.getByLabel(words.form.amount).fill(amount);
  await me.button('Review and send').click();
  await sheet().waitFor();
}

describe('a payment that can be undone', () => {
  let entry: string;

  it('says in the review when it is sent, and is held until then', async () => {
    await me.open('/settings');
    await me.page.getByLabel(words.settings.undo).selectOption(words.settings.undoFor[2]);
    await lookInBoth('undo-settings', '/settings');
    await review(payee, '10');
    await sheet().getByText(words.review.undoUntil).waitFor();
    await sheet().getByText(words.review.whatHappens).waitFor();
    await look('undo-review');
    await sheet()
      .getByRole('button', { name: /^Send / })
      .click();
    await sheet().getByRole('heading', { name: words.send.heldTitle }).waitFor();
    await sheet().getByRole('link', { name: words.form.follow }).click();
    await me.page.getByRole('timer').waitFor();
    expect(await me.page.getByRole('timer').innerText()).toMatch(/^[123]:\d\d left to undo$/);
    entry = new URL(me.page.url()).pathname;
    expect((await readChain(product, payee)).tokens).toBe(0n);
    await lookInBoth('undo-held', entry);
    await lookInBoth('undo-home', '/');
  });

  it('keeps what it waits for from being sent twice', async () => {
    await me.open(`/send?to=${payee}&amount=95`);
    await me.button(words.errors.INSUFFICIENT_FUNDS.title).waitFor();
  });

  it('is undone by one press at its entry, and the money is there again', async () => {
    await me.open('/');
    await tally.count('Undo', async (hand) => {
      await hand.click(rowOf(entry));
      await hand.click(me.button(words.history.undo));
    });
    await me.page.getByText('Undone; you still have the tokens').first().waitFor();
    await me.page
      .getByText(words.history.legs['chain:undo'] ?? '')
      .first()
      .waitFor();
    expect(await me.page.getByRole('timer').count()).toBe(0);
    await lookInBoth('undo-undone', entry);
    await me.open(`/send?to=${payee}&amount=95`);
    await me.button('Review and send').waitFor();
    expect((await readChain(product, payee)).tokens).toBe(0n);
    expect((await readChain(product, address)).tokens).toBe(100_000_000n);
  });
});

describe('a transaction whose fee is paid in the chain’s own coin', () => {
  let client: Awaited<ReturnType<typeof openChain>>;
  let isDear = false;
  let mining: Promise<void> = Promise.resolve();

  beforeAll(async () => {
    client = await openChain();
    await giveCoins(product, address);
  });
  afterAll(() => makeCheap());

  /** Blocks go on, a second apart, and what was signed before is too cheap for each of them. Others on the chain pay what they cost. */
  async function makeDear(): Promise<void> {
    await client.setAutomine(false);
    isDear = true;
    const mine = async () => {
      while (isDear) {
        await client.setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei('80') });
        await client.mine({ blocks: 1 });
        await delay(1_000);
      }
    };
    await client.setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei('80') });
    await client.mine({ blocks: 1 });
    mining = mine();
  }

  async function holdBlocks(): Promise<void> {
    isDear = false;
    await mining;
  }

  async function makeCheap(): Promise<void> {
    await holdBlocks();
    await client.setAutomine(true);
    await client.setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei('1') });
    await client.mine({ blocks: 1 });
  }

  async function sendAndStick({ send, form, historyScreen }: (typeof sentences)['zh']): Promise<void> {
    await makeDear();
    await sheet()
      .getByRole('button', { name: new RegExp(`^${send.send('').trim()} `) })
      .click();
    await sheet().getByRole('link', { name: form.follow }).click();
    await me.button(historyScreen.hurry).waitFor();
  }

  it('has three speeds with their price, and is hurried when it is stuck', async () => {
    const shop = privateKeyToAddress(generatePrivateKey());
    await me.open('/send');
    await me.page.getByLabel('To', { exact: true }).fill(shop);
    await me.page.getByLabel(words.form.amount).fill('3');
    await me.page.getByLabel(words.send.payFeeWith).selectOption('transaction');
    await me.page.getByText(words.send.notUndoable('ETH')).waitFor();
    const slow = me.page.locator('label', { hasText: words.speed.speeds.slow });
    await slow.getByText(/^≈ 0\.\d+ ETH$/).waitFor();
    await look('speeds');
    await slow.click();
    await me.button('Review and send').click();
    await sheet().getByText(words.review.feeAtMost).waitFor();
    await sendAndStick(words);
    await look('waiting');
    const entry = new URL(me.page.url()).pathname;
    await me.open('/');
    await tally.count('Speed up', async (hand) => {
      await hand.click(rowOf(entry));
      await hand.click(me.button(words.historyScreen.hurry));
      await sheet().getByText(words.review.feeAtMost).waitFor();
      // A sheet over an entry ends where phone becomes desk, because the entry moves to another place.
      await look('hurry-review', 'en', ['phone']);
      await hand.click(sheet().getByRole('button', { name: words.historyScreen.hurryAction }));
    });
    await sheet().getByRole('heading', { name: words.historyScreen.hurrySent }).waitFor();
    await sheet().getByRole('button', { name: 'Done' }).click();
    await me.page.getByText('They have it, and it is final').first().waitFor();
    expect((await readChain(product, shop)).tokens).toBe(3_000_000n);
  });

  it('is cancelled while it is stuck, and the money stays', async () => {
    const { send, form, review: receipt, historyScreen, history, common } = sentences.zh;
    const shop = privateKeyToAddress(generatePrivateKey());
    await makeCheap();
    await chooseLanguage(me.page, product.url, 'zh');
    await me.open('/send');
    await me.page.getByLabel(send.to, { exact: true }).fill(shop);
    await me.pick('ETH');
    await me.page.getByLabel(form.amount).fill('0.1');
    await me.button(send.review).click();
    await sheet().getByText(receipt.feeAtMost).waitFor();
    await sendAndStick(sentences.zh);
    // The blocks of a moment, in which nothing is decided yet.
    await holdBlocks();
    const entry = new URL(me.page.url()).pathname;
    await me.open('/');
    await tally.count('Cancel', async (hand) => {
      await hand.click(rowOf(entry));
      await hand.click(me.button(historyScreen.cancel));
      await sheet().getByText(historyScreen.notSent).waitFor();
      await look('cancel-review', 'zh', ['phone']);
      await hand.click(sheet().getByRole('button', { name: historyScreen.cancelAction }));
    });
    await sheet().getByRole('heading', { name: historyScreen.cancelSent }).waitFor();
    await sheet().getByRole('button', { name: common.done }).click();
    await me.page
      .getByText(history.stages['token_transfer:cancelling'] ?? '')
      .first()
      .waitFor();
    await look('cancelling', 'zh');
    await makeDear();
    await me.page
      .getByText(history.stages['token_transfer:dropped:CANCELLED'] ?? '')
      .first()
      .waitFor();
    await look('cancelled', 'zh');
    expect((await readChain(product, shop)).native).toBe(0n);
  });
});

async function openChain() {
  const { rpcUrl } = await findChainAccess(product);
  return createTestClient({ mode: 'hardhat', chain: hardhat, transport: http(rpcUrl) });
}

it('asks for no more than was promised to undo, to hurry and to cancel', () => {
  tally.judge('Undo', 'Speed up', 'Cancel');
});

it('has nothing that keeps anybody out', () => {
  expect(faults).toEqual([]);
});
