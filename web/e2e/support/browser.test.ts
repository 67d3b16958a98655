import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from './browser.ts';

describe('the browser of the tests', () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('is new enough for the wallet', () => {
    expect(Number(browser.version.split('.')[0])).toBeGreaterThanOrEqual(123);
  });

  it('gives each profile storage of its own', async () => {
    const [first, second] = await Promise.all([browser.newProfile(), browser.newProfile()]);
    await first.addCookies([{ name: 'a', value: '1', url: 'http://localhost:1' }]);
    expect(await second.cookies()).toEqual([]);
    await Promise.all([first.close(), second.close()]);
  });
});
