import { decodeAmount } from '@feiqian/domain/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aReceipt, deployment } from '../../test/mail/fixtures.ts';
import { formatInstant, formatMoney, quote } from './format.ts';
import { createRenderMail } from './templates.ts';

const render = createRenderMail(deployment);
const languages = ['zh', 'en'] as const;
const receiptOf = (changes: object, language: 'zh' | 'en' = 'en') =>
  render({ template: 'receipt', data: aReceipt(changes), language });

/** What people write who mean no good, and people who mean nothing by it. */
const anything = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' style='color:red",
    '&lt;b&gt; &amp; &#x3c;',
    '</td></tr></table><a href="https://evil.example">claim</a>',
    '\u202Egnp.exe\u202C',
    'line\r\nReceipt number: 0\n\n.\r\n',
    '飞钱客服：请登录 https://evil.example/飞钱',
  ),
);
const tagsOf = (html: string) => html.match(/<[^>]*>/g);
const plainOf = (html: string) =>
  html.replaceAll(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '',
  );

describe('a receipt', () => {
  it('has no other tag or line, whatever the payee wrote', () => {
    fc.assert(
      fc.property(anything, anything, fc.constantFrom(...languages), (description, handle, language) => {
        const plain = receiptOf({ description: 'x', handle: 'x' }, language);
        const { text, html, subject } = receiptOf({ description, handle }, language);
        expect(tagsOf(html)).toEqual(tagsOf(plain.html));
        expect(text.split('\n')).toHaveLength(plain.text.split('\n').length);
        expect(subject).not.toMatch(/[\r\n]/);
        expect(plainOf(html)).toContain(`>${quote(description, 140)}</dd>`);
        expect(text).toContain(quote(description, 140));
      }),
      { numRuns: 500 },
    );
  });

  it('makes no link of what the payee wrote, and shows it as it was', () => {
    const description = 'Refund: https://evil.example/a or mail help@evil.example. 3.50 ≠ 3,50。';
    const { text, html } = receiptOf({ description });
    for (const part of [text, html]) {
      expect(part).not.toMatch(/https?:\/\/evil|evil\.example|help@evil/);
      expect(part.replaceAll('\u2060', '')).toContain(description);
    }
  });

  const token = 'eip155:31337/erc20:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
  const txHash = `0x${'ab'.repeat(32)}`;

  it.each([
    ['cash', {}, ['付款方式：现金余额'], ['Paid by: Cash balance']],
    [
      'token',
      { asset: token, amount: '1234500000', chainId: 31_337, txHash },
      ['付款方式：代币 1,234.5 CNYF', '链：本地链', `交易哈希：${txHash}`],
      ['Paid by: Tokens, 1,234.5 CNYF', 'Chain: Local chain', `Transaction: ${txHash}`],
    ],
    ['gateway', { gateway: 'sandbox' }, ['付款方式：沙盒银行'], ['Paid by: Sandbox Bank']],
  ])('says how it was paid: %s', (rail, more, zh, en) => {
    const payments = [{ rail, asset: 'iso4217:CNY', amount: '123450', ...more }];
    for (const [language, lines] of [
      ['zh', zh],
      ['en', en],
    ] as const) {
      const { text, html } = receiptOf({ payments }, language);
      for (const line of lines) expect(text.split('\n')).toContain(line);
      expect(html).toContain('>¥1,234.50 CNY</p>');
    }
  });

  it('says what each payment was where they are several, and what differs from what was asked for', () => {
    const payments = [
      { rail: 'cash', asset: 'iso4217:CNY', amount: '100000' },
      { rail: 'token', asset: token, amount: '234500000', chainId: 31_337, txHash: null },
    ];
    const { text, subject } = receiptOf({ payments, amount: '123500', refunded: '50' });
    for (const line of [
      'Paid by: Cash balance, ¥1,000.00 CNY',
      'Paid by: Tokens, 234.5 CNYF',
      'Amount due: ¥1,235.00 CNY',
      'Refunded: ¥0.50 CNY',
    ])
      expect(text.split('\n')).toContain(line);
    expect(subject).toContain('¥1,234.50 CNY');
    expect(text).not.toContain('Transaction');
  });

  it('has the same number for everybody, and leads to the request', () => {
    const { paymentRequestId } = aReceipt();
    const [zh, en] = languages.map((language) => receiptOf({}, language).text);
    const number = /：([0-9A-F]{4}(?:-[0-9A-F]{4}){3})\n/.exec(zh ?? '')?.[1];
    expect(paymentRequestId.replaceAll('-', '')).toMatch(new RegExp(`^${number?.replaceAll('-', '')}`, 'i'));
    expect(en).toContain(`Receipt number: ${number}`);
    expect(zh).toContain(`付款链接：https://wallet.example/pay/${paymentRequestId}`);
  });

  it('is not written with an amount that nobody here knows the decimals of, or from data of another form', () => {
    expect(() => receiptOf({ asset: 'iso4217:XXX' })).toThrow('does not have iso4217:XXX');
    expect(() => receiptOf({ amount: '1e5' })).toThrow();
    expect(() => render({ template: 'other', data: {}, language: 'zh' })).toThrow('no template other');
  });
});

describe('what is written in mails', () => {
  it('is money to the last unit', () => {
    const [cny, , token] = ['iso4217:CNY', 'iso4217:USD', 'eip155'].map((id) =>
      deployment.assets.find((asset) => asset.id.startsWith(id) && asset.kind !== 'native'),
    );
    if (!cny || !token) throw new Error('The deployment has no assets.');
    expect([1n, 100n, 123_456_789_012_345_678n].map((amount) => formatMoney(cny, decodeAmount(`${amount}`)))).toEqual([
      '¥0.01 CNY',
      '¥1.00 CNY',
      '¥1,234,567,890,123,456.78 CNY',
    ]);
    expect(['1', '1000000', '1500000'].map((amount) => formatMoney(token, decodeAmount(amount)))).toEqual([
      '0.000001 CNYF',
      '1 CNYF',
      '1.5 CNYF',
    ]);
  });

  it('is a time with the clock that it is told by', () => {
    const instant = new Date('2026-11-30T17:05:00Z');
    expect(formatInstant(instant, 'zh')).toBe('2026年12月1日 01:05（北京时间）');
    expect(formatInstant(instant, 'en')).toBe('30 November 2026 at 17:05 UTC');
  });

  it('is one line of what a person wrote, no longer than it may be', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 140 }), (text, lengthMax) => {
        const line = quote(text, lengthMax).replaceAll('\u2060', '');
        expect([...line].length).toBeLessThanOrEqual(lengthMax);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(line).toBe(line.trim());
      }),
    );
  });
});

describe('what the owner of a held movement is told', () => {
  const holdOf = (changes: object, language: 'zh' | 'en' = 'en') =>
    render({
      template: 'hold',
      data: {
        ...{ event: 'open', kind: 'cash_transfer', asset: 'iso4217:CNY', amount: '1234550' },
        ...{ askedAt: '2026-11-30T08:00:00.000Z', until: '2026-12-03T08:00:00.000Z' },
        ...changes,
      },
      language,
    });

  it('says who has the money, until when, and what to do', () => {
    const { subject, text, html } = holdOf({});
    expect(subject).toBe('Transfer is being checked');
    for (const part of [text, html]) {
      expect(part).toContain('¥12,345.50 CNY');
      expect(part).toContain('set aside with the operator');
      expect(part).toContain('3 December 2026');
      expect(part).toContain('contact the operator');
    }
    expect(holdOf({}, 'zh')).toMatchObject({ subject: '转账正在核实' });
  });

  it.each(languages)('names no time that is over once it has ended, and has no link (%s)', (language) => {
    for (const event of ['released', 'refused', 'expired']) {
      const { text, html } = holdOf({ event }, language);
      expect(text).not.toMatch(/3 December 2026|2026年12月3日/);
      expect(html).not.toMatch(/<a |href/);
    }
  });

  it('is not made of what does not fit it', () => {
    expect(() => holdOf({ event: 'lost' })).toThrow();
    expect(() => holdOf({ asset: 'iso4217:XXX' })).toThrow('The deployment does not have iso4217:XXX.');
  });
});
