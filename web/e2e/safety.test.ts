import {
  type Address,
  createTestClient,
  createWalletClient,
  erc20Abi,
  getAddress,
  type Hex,
  http,
  maxUint256,
  parseEther,
  publicActions,
} from 'viem';
import { generatePrivateKey, mnemonicToAccount, privateKeyToAddress } from 'viem/accounts';
import { hardhat } from 'viem/chains';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { findChainAccess } from './support/chain.ts';
import { createTally } from './support/effort.ts';
import { dress, examineHere, phone } from './support/looks.ts';
import { Person } from './support/person.ts';
import { sentences } from './support/sentences.ts';
import { findSharedProduct } from './support/shared-product.ts';

const words = sentences.en;
const product = findSharedProduct();
let browser: TestBrowser;
let me: Person;

const payee = privateKeyToAddress(generatePrivateKey());
/** Another address with the same ends. */
const alikeOf = (filling: string): Address =>
  getAddress(`0x${payee.slice(2, 8)}${filling.repeat(28)}${payee.slice(-6)}`.toLowerCase() as Hex);
const tally = createTally();
const sheet = () => me.page.getByRole('dialog');
const followLink = () => sheet().getByRole('link', { name: words.form.follow });

async function reviewPayment(to: string, amount: string): Promise<void> {
  await me.open('/send');
  await me.page.getByLabel('To', { exact: true }).fill(to);
  await me.page.getByLabel(words.form.amount).fill(amount);
  await me.button('Review and send').click();
  await sheet().waitFor();
}

beforeAll(async () => {
  browser = await launchBrowser();
  const profile = await browser.newProfile({ locale: 'en-US', viewport: phone });
  me = await Person.arrive(profile, product.url, {
    email: 'wen.qing@example.com',
    password: 'copper lantern seven rivers',
  });
  await me.register();
  await me.topUp('100', 'Tokens');
  await me.page.getByText('The tokens are at your address').first().waitFor();
});
afterAll(async () => {
  await browser?.close();
});

describe('before a payment is signed', () => {
  it('is shown what will happen to one’s own balance, as the operator’s node tells it', async () => {
    await reviewPayment(payee, '10');
    const outcome = sheet().getByRole('region', { name: words.review.whatHappens });
    await outcome.getByText(words.review.thisAddress).waitFor();
    expect((await outcome.getByRole('listitem').allInnerTexts()).length).toBe(1);
    expect(await outcome.innerText()).toMatch(/[−-]\s*10\.\d/u);
    expect(await sheet().getByText(words.review.firstTitle).isVisible()).toBe(true);
    await sheet()
      .getByRole('button', { name: /^Send / })
      .click();
    await followLink().click();
    await me.page.getByText('They have it, and it is final').first().waitFor();
  });

  it('is warned of an address that only looks like one that was paid, and has to hold', async () => {
    await reviewPayment(alikeOf('0'), '1');
    await sheet().getByText(words.review.alikePaid).waitFor();
    const hold = sheet().getByRole('button', { name: /^Hold to send/ });
    // A press alone signs nothing.
    await hold.click();
    await sheet()
      .getByRole('button', { name: /^I have checked it/ })
      .waitFor();
    expect(await followLink().count()).toBe(0);
    const box = await hold.boundingBox();
    if (!box) throw new Error('The button is nowhere.');
    await me.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await me.page.mouse.down();
    await sheet().getByText(words.review.holding).waitFor();
    await followLink().waitFor();
    await me.page.mouse.up();
  });

  it('can do without holding, by the keyboard alone', async () => {
    await reviewPayment(alikeOf('1'), '1.5');
    await sheet()
      .getByRole('button', { name: /^Hold to send/ })
      .focus();
    await me.page.keyboard.press('Enter');
    await sheet()
      .getByRole('button', { name: /^I have checked it/ })
      .and(me.page.locator(':focus'))
      .waitFor();
    await me.page.keyboard.press('Enter');
    await followLink().waitFor();
  });

  it.each([
    [
      { outcome: 'fails', failure: { kind: 'error', name: 'StablecoinFrozen' } },
      words.review.contractErrors.StablecoinFrozen ?? '',
      true,
    ],
    [{ outcome: 'succeeds', changes: [], approvals: [] }, words.review.disagreesTitle, true],
    [{ outcome: 'succeeds', changes: null, approvals: null }, words.review.unseen, false],
    [{ outcome: 'not_simulated' }, words.review.notSimulated, false],
  ])('is told what a node says that answers %j', async (answer, sentence, isHeld) => {
    await me.page.route('**/v1/simulations', (route) => route.fulfill({ json: answer }));
    const stranger = privateKeyToAddress(generatePrivateKey());
    await reviewPayment(stranger, '1');
    await sheet().getByText(sentence).waitFor();
    expect(
      await sheet()
        .getByRole('button', { name: /^Hold to send/ })
        .count(),
    ).toBe(isHeld ? 1 : 0);
    await me.page.unroute('**/v1/simulations');
  });

  it('is told that nothing was simulated when the service cannot say', async () => {
    await me.page.route('**/v1/simulations', (route) => route.abort());
    await reviewPayment(privateKeyToAddress(generatePrivateKey()), '1');
    await sheet().getByText(words.review.notSimulated).waitFor();
    await me.page.unroute('**/v1/simulations');
  });

  it('is told that the recipient is a contract', async () => {
    const { client } = await openChain();
    const contract = privateKeyToAddress(generatePrivateKey());
    await client.setCode({ address: contract, bytecode: '0x00' });
    await reviewPayment(contract, '1');
    await sheet().getByText(words.review.contractTitle).waitFor();
  });
});

describe('before a payment link is paid and tokens are given back for cash', () => {
  const outcome = () => sheet().getByRole('region', { name: words.review.whatHappens });

  it('is shown what will happen, by the node as well', async () => {
    await me.open('/convert');
    await me.pick(/CNY/);
    await me.pick(/^Tokens to cash/);
    await me.page.getByLabel(words.form.amount).fill('20');
    await me.button('Review').click();
    await outcome().getByText(words.review.thisAddress).waitFor();
    expect(await outcome().innerText()).toMatch(/[−-]\s*20\.00/u);
    await me.approve(/^Convert /);

    const profile = await browser.newProfile({ locale: 'en-US' });
    const shop = await Person.arrive(profile, product.url, {
      email: 'shop.of.wen@example.com',
      password: 'seven quiet harbour lamps',
    });
    await shop.register();
    const link = await shop.makeLink('5', 'Ink');
    await profile.close();
    await me.open(new URL(link).pathname.replace('/pay/', '/wallet/pay/'));
    await me.pick(/tokens/);
    await me.button(words.pay.review).click();
    await outcome().getByText(words.review.thisAddress).waitFor();
    expect(await outcome().getByRole('listitem').count()).toBe(1);

    // What the node refuses can still be signed, but not by a slip.
    await me.page.keyboard.press('Escape');
    const answer = { outcome: 'fails', failure: { kind: 'error', name: 'StablecoinFrozen' } };
    await me.page.route('**/v1/simulations', (route) => route.fulfill({ json: answer }));
    await me.open(new URL(link).pathname.replace('/pay/', '/wallet/pay/'));
    await me.pick(/tokens/);
    await me.button(words.pay.review).click();
    await sheet()
      .getByText(words.review.contractErrors.StablecoinFrozen ?? '')
      .waitFor();
    await sheet()
      .getByRole('button', { name: /^Hold to pay/ })
      .waitFor();
    await me.page.unroute('**/v1/simulations');
  });
});

async function openChain() {
  const { rpcUrl, cnyf } = await findChainAccess(product);
  const transport = http(rpcUrl);
  const client = createTestClient({ mode: 'hardhat', chain: hardhat, transport }).extend(publicActions);
  return { client, cnyf, transport };
}

describe('token approvals', () => {
  let address: Address;
  const spender = privateKeyToAddress(generatePrivateKey());

  it('show what was allowed elsewhere, without limit', async () => {
    const { client, cnyf, transport } = await openChain();
    const account = mnemonicToAccount(await me.readPhrase());
    address = account.address;
    await client.setBalance({ address, value: parseEther('1') });
    const wallet = createWalletClient({ account, chain: hardhat, transport });
    const hash = await wallet.writeContract({
      address: cnyf,
      abi: erc20Abi,
      functionName: 'approve',
      args: [spender, maxUint256],
    });
    await client.waitForTransactionReceipt({ hash });
    await me.open('/settings');
    await me.link(/^Token approvals/).click();
    await me.seeHeading(words.approvals.title);
    const row = me.page.getByRole('listitem').filter({ hasText: 'CNYF' });
    await row.getByText(words.approvals.unlimited).waitFor();
    expect(await row.innerText()).toContain(words.approvals.stranger);
  });

  it('are changed at the speed that is chosen, whose offer is what is signed', async () => {
    await me.button(/^Revoke/).click();
    const speedOf = (speed: 'slow' | 'normal' | 'fast') =>
      sheet().locator('label', { hasText: words.speed.speeds[speed] });
    await speedOf('normal')
      .getByText(/^≈ 0\.\d+ ETH$/)
      .waitFor();
    expect(await speedOf('normal').getByRole('radio').isChecked()).toBe(true);
    // What would be signed, to the last digit of its offer; the price beside it is rounded.
    const signed = () => sheet().locator('pre').first().textContent();
    const usual = await signed();
    await speedOf('fast').click();
    await sheet().getByText(words.speed.speedHints.fast).waitFor();
    const dear = await signed();
    expect(dear).not.toBe(usual);
    // Another speed is another draft of the same sheet: the focus stays where it was.
    expect(
      await speedOf('fast')
        .getByRole('radio')
        .evaluate((one) => one === document.activeElement),
    ).toBe(true);
    await speedOf('slow').click();
    await sheet().getByText(words.speed.speedHints.slow).waitFor();
    expect([usual, dear]).not.toContain(await signed());
    await me.page.keyboard.press('Escape');
    await sheet().waitFor({ state: 'detached' });
  });

  it('can be given a limit instead, which is what is signed', async () => {
    const look = { language: 'en', scheme: 'light', size: 'phone' } as const;
    await dress(me.page, look);
    expect(await examineHere(me.page, 'approvals', look)).toEqual([]);
    await me.button(/^Revoke/).click();
    await sheet().getByText(words.approvals.lower).click();
    await sheet().getByLabel(words.approvals.lowerAmount).fill('12.5');
    expect(await examineHere(me.page, 'approval-lower', look)).toEqual([]);
    await me.button(words.approvals.lowerThis).click();
    const outcome = sheet().getByRole('region', { name: words.review.whatHappens });
    await outcome.getByText(/12\.50/).waitFor();
    expect(await examineHere(me.page, 'approval-limit', look)).toEqual([]);
    await sheet().getByRole('button', { name: words.approvals.lowerAction }).click();
    await sheet().getByRole('button', { name: 'Done' }).click();
    await me.page.getByRole('listitem').getByText(words.approvals.mayTake('12.50 CNYF')).waitFor();
    const { client, cnyf } = await openChain();
    const args = [address, spender] as const;
    const allowed = await client.readContract({ address: cnyf, abi: erc20Abi, functionName: 'allowance', args });
    expect(allowed).toBe(12_500_000n);
  });

  it('end by one signature, which the chain then shows', async () => {
    await me.open('/settings');
    await tally.count('Revoke, from the settings', async (hand) => {
      await hand.click(me.link(/^Token approvals/));
      await hand.click(me.button(/^Revoke/));
      await sheet().getByText(words.review.nothingMore).waitFor();
      await sheet().getByRole('region', { name: words.review.whatHappens }).waitFor();
      await hand.click(sheet().getByRole('button', { name: words.approvals.action }));
    });
    tally.judge('Revoke, from the settings');
    await sheet().getByRole('button', { name: 'Done' }).click();
    await me.page.getByText(words.approvals.emptyTitle).waitFor();
    const { client, cnyf } = await openChain();
    expect(
      await client.readContract({
        address: cnyf,
        abi: erc20Abi,
        functionName: 'allowance',
        args: [address, spender],
      }),
    ).toBe(0n);
  });
});
