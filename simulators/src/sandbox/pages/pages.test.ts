import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPayment, type Merchant, startMerchant } from '../../../test/support/merchant.ts';
import { formatMoney } from './money.ts';

it('writes amounts exactly, with both decimals and grouped digits', () => {
  expect([formatMoney('CNY', '1'), formatMoney('CNY', '100000'), formatMoney('USD', '123456789012345678')]).toEqual([
    '¥0.01',
    '¥1,000.00',
    '$1,234,567,890,123,456.78',
  ]);
});

describe('the hosted page', () => {
  let merchant: Merchant;
  beforeAll(async () => {
    merchant = await startMerchant();
  });
  afterAll(() => merchant.close());

  const pageOf = async (changes: Record<string, unknown> = {}) => {
    const order = aPayment(merchant, changes);
    return { order, url: String((await merchant.call('POST', '/v1/payments', order)).body.pageUrl) };
  };

  it('speaks the language of the browser, and the other one on demand', async () => {
    const { url } = await pageOf();
    const zh = await (await fetch(url, { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } })).text();
    expect(zh).toContain('<html lang="zh-CN">');
    expect(zh).toContain('支付 ¥100.00');
    const en = await (await fetch(`${url}?lang=en`, { headers: { 'accept-language': 'zh-CN' } })).text();
    expect(en).toContain('<html lang="en">');
    expect(en).toContain('Pay ¥100.00');
  });

  it('shows a hostile description as text and allows no script at all', async () => {
    const { url } = await pageOf({ description: '<img src=x onerror=alert(1)> 100 % 💸' });
    const response = await fetch(url);
    const text = await response.text();
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt; 100 % 💸');
    expect(text).not.toContain('<script');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain(`form-action 'self' ${merchant.origin}`);
  });

  it('answers 404 in words to an address that names no order', async () => {
    const response = await fetch(`${merchant.sandbox().url}/pay/nothing-here?lang=zh`);
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('没有这个订单')]);
  });

  it('does not act for another site', async () => {
    const { url, order } = await pageOf();
    const press = (origin: string) =>
      fetch(url, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({ choice: 'pay' }),
        redirect: 'manual',
      });
    expect((await press('https://evil.example')).status).toBe(403);
    expect((await press('null')).status).toBe(403);
    expect((await press(merchant.sandbox().url)).status).toBe(303);
    expect((await merchant.call('GET', `/v1/payments/${order.orderNumber}`)).body).toMatchObject({ status: 'paid' });
  });

  it('shows the panel with every order in both languages', async () => {
    const { order } = await pageOf();
    await merchant.armFault('notice_lost', order.orderNumber, 2);
    for (const [language, word] of [
      ['en', 'Sandbox panel'],
      ['zh', '沙盒控制台'],
    ] as const) {
      const text = await (await merchant.panel(`/panel?lang=${language}`)).text();
      expect(text).toContain(word);
      expect(text).toContain(order.orderNumber);
    }
    expect((await merchant.panel('/panel/faults', { name: 'no_such_fault' })).status).toBe(400);
    await merchant.panel('/panel/faults/clear', {});
    expect(await merchant.state()).toMatchObject({ faults: [] });
  });
});
