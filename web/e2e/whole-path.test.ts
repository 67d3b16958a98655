import { createPublicClient, erc20Abi, http } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import { Person } from './support/person.ts';
import { startProduct, type TestProduct } from './support/product.ts';
import {
  dumpBrowserStorage,
  findSecrets,
  listSecretForms,
  readAllFiles,
  recordTraffic,
  type Traffic,
} from './support/secrets.ts';

const li = { email: 'li.wei@example.com', password: 'lantern harbour quiet maple' };
const wang = { email: 'wang.fang@example.com', password: 'copper meadow slow violet' };
const english = { locale: 'en-US', viewport: { width: 390, height: 844 } } as const;

let product: TestProduct;
let browser: TestBrowser;
const origins = new Set<string>();
const traffic: Traffic[] = [];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

async function newProfile() {
  const profile = await browser.newProfile(english);
  traffic.push(recordTraffic(profile, origins));
  return profile;
}

/** What the chain itself says; nothing of it comes through the service. */
async function readChain(address: string) {
  const chains = (await (await fetch(`${product.url}/v1/chains`)).json()) as {
    assets: { symbol: string; address?: `0x${string}` }[];
  };
  const cnyf = chains.assets.find(({ symbol }) => symbol === 'CNYF')?.address;
  // After a restart it may have another port, when somebody else took its old one meanwhile.
  const rpcUrl = [...product.output().matchAll(/Local chain (http:\S+)/g)].at(-1)?.[1];
  if (!cnyf || !rpcUrl) throw new Error('The product does not say where its chain is.');
  const client = createPublicClient({ transport: http(rpcUrl) });
  const owner = address as `0x${string}`;
  const [tokens, native] = await Promise.all([
    client.readContract({ address: cnyf, abi: erc20Abi, functionName: 'balanceOf', args: [owner] }),
    client.getBalance({ address: owner }),
  ]);
  return { tokens, native };
}

describe('the whole path, as two people walk it', () => {
  let liAtHome: Person;
  let wangAtHome: Person;
  let liAddress: string;
  let phrase: string;

  it('registers two people, each with a wallet of their own', async () => {
    liAtHome = await Person.arrive(await newProfile(), product.url, li);
    await liAtHome.register();
    wangAtHome = await Person.arrive(await newProfile(), product.url, wang);
    await wangAtHome.register();
    liAddress = await liAtHome.readAddress();
    expect(liAddress).not.toBe(await wangAtHome.readAddress());
    phrase = await liAtHome.readPhrase();
    expect(phrase.split(' ')).toHaveLength(12);
  });

  it('tops up 100 yuan on the bank’s page and finds 100 CNYF at its own address, without any native coin', async () => {
    await liAtHome.topUp('100', 'Tokens');
    await liAtHome.page.getByText('The tokens are at your address').first().waitFor();
    expect(await readChain(liAddress)).toEqual({ tokens: 100_000_000n, native: 0n });
    for (const step of ['Paid to the provider', 'Added to the cash balance', 'Tokens issued on chain'])
      await liAtHome.page.getByText(step).first().waitFor();
    await liAtHome.open('/history');
    expect(await liAtHome.readHistory()).toHaveLength(1);
  });

  it('is all there after everything was stopped and started', async () => {
    await product.restart();
    await liAtHome.open('/history');
    expect(await liAtHome.readHistory()).toHaveLength(1);
    expect(await liAtHome.readAddress()).toBe(liAddress);
    expect(await readChain(liAddress)).toEqual({ tokens: 100_000_000n, native: 0n });
  });

  it('sends 25 to the other, whose open page shows it without a reload', async () => {
    const wangAddress = await wangAtHome.readAddress();
    await wangAtHome.open('/');
    const arrived = wangAtHome.page.locator('a[href^="/history/"]').first().waitFor();
    await liAtHome.sendTokens(wangAddress, '25');
    await arrived;
    await liAtHome.page.getByText('They have it, and it is final').first().waitFor();
    expect((await readChain(wangAddress)).tokens).toBe(25_000_000n);
  });

  it('pays a payment link of 10, which both histories show as one payment', async () => {
    const link = await wangAtHome.makeLink('10', 'Two lattes');
    await liAtHome.payLink(link);
    await wangAtHome.page.getByText('Received', { exact: true }).first().waitFor();
    for (const person of [liAtHome, wangAtHome]) {
      await person.open('/history?kind=payment');
      const [row, ...rest] = await person.readHistory();
      expect(rest).toEqual([]);
      expect(row).toContain('10');
    }
  });

  it('sends 5 in cash by e-mail', async () => {
    await liAtHome.topUp('6', 'Cash');
    await liAtHome.page.getByText('Kept as cash, held by the operator').first().waitFor();
    await wangAtHome.open('/history?kind=cash_transfer');
    await liAtHome.sendCash(wang.email, '5');
    expect(await wangAtHome.readHistory()).toHaveLength(1);
  });

  it('converts 50 back and withdraws it to the bank', async () => {
    await liAtHome.convertToCash('50');
    await liAtHome.page.getByText('It is cash again').first().waitFor();
    await liAtHome.withdraw('50', 'Li Wei', '6222 0200 0000 1234');
    await liAtHome.page.getByText('The bank has confirmed it').first().waitFor();
    // 100 topped up, less 25 sent, 10 paid and 50 converted, and 0.02 for each of two relays.
    expect((await readChain(liAddress)).tokens).toBe(14_960_000n);
  });

  it('logs out, and on another device e-mail and password bring back the same address and history', async () => {
    await liAtHome.open('/history');
    const before = await liAtHome.readHistory();
    expect(before).toHaveLength(7);
    await liAtHome.logOut();
    await product.restart();
    const elsewhere = await Person.arrive(await newProfile(), product.url, li);
    await elsewhere.logIn();
    expect(await elsewhere.readAddress()).toBe(liAddress);
    await elsewhere.open('/history');
    expect(await elsewhere.readHistory()).toEqual(before);
    liAtHome = elsewhere;
  });

  it('has let no phrase, key or password out of the keyring: not to the network, logs, database, console or storage', async () => {
    const forms = listSecretForms(phrase, li.password);
    expect(findSecrets(traffic.map(({ all }) => all()).join('\n'), forms)).toEqual([]);
    expect(findSecrets(await dumpBrowserStorage(liAtHome.page), forms)).toEqual([]);
    expect(findSecrets(product.output(), forms)).toEqual([]);
    const leaking = readAllFiles(product.dataFolder).filter(({ text }) => findSecrets(text, forms).length > 0);
    expect(leaking.map(({ path }) => path)).toEqual([]);
  });

  it('has asked nothing of any other origin but the bank’s page', async () => {
    const bank = /Sandbox bank (http:\S+)/g;
    const banks = [...product.output().matchAll(bank)].map((match) => match[1]);
    expect([...origins].filter((origin) => origin !== product.url && !banks.includes(origin))).toEqual([]);
  });
});
