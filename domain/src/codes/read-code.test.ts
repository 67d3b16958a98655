import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAmount } from '../money.ts';
import { formatEmvco } from './emvco.ts';
import { toPayCode } from './pay-code.ts';
import { formatPaymentUri } from './payment-uri.ts';
import { type Code, readCode } from './read-code.ts';

const address = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const token = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const id = '0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10';
const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const key = '4f3edf983ac636a65a842ce7c78d9aa706d3b113bce9c46f30d7d21715b23b1d';
const read = (text: string) => readCode(text, 'wallet.example');
const inMerchantCode = (payload: string) =>
  formatEmvco({
    isDynamic: true,
    amount: '25.00',
    currency: 'CNY',
    country: 'CN',
    merchant: '茶馆',
    city: '北京',
    payload,
  });

describe('readCode', () => {
  it('opens payment links of this service, and of no other', () => {
    expect(read(`https://wallet.example/pay/${id}`)).toEqual({ kind: 'link', id });
    expect(read(`HTTPS://WALLET.EXAMPLE/PAY/${id.toUpperCase()}?from=poster`)).toEqual({ kind: 'link', id });
    expect(read(`/pay/${id}`)).toEqual({ kind: 'link', id });
    expect(read(`https://other.example/pay/${id}`)).toEqual({ kind: 'foreign_link', host: 'other.example' });
    expect(read(`https://wallet.example@other.example/pay/${id}`)).not.toEqual({ kind: 'link', id });
    expect(read(`https://wallet.example.other.example/pay/${id}`).kind).toBe('foreign_link');
  });

  it('pays the recipient that a token code names, never the contract that it calls', () => {
    const uri = `ethereum:${token}@31337/transfer?address=${address}&uint256=2.5e7`;
    expect(read(uri)).toEqual({
      kind: 'payment',
      payment: { recipient: address, token, chainId: 31337, amount: 25_000_000n },
    });
    expect(read(`ethereum:${token}@31337?address=${address}&uint256=1`)).toEqual({
      kind: 'wrong',
      code: 'REQUEST_INVALID',
    });
    expect(read(`ethereum:${token}@31337/transfer?uint256=1`)).toEqual({ kind: 'wrong', code: 'ADDRESS_MALFORMED' });
  });

  it('reads addresses, and says when one has a mistake in it', () => {
    expect(read(` ${address}\n`)).toEqual({ kind: 'payment', payment: { recipient: address } });
    expect(read(address.replace('d8dA', 'd8da'))).toEqual({ kind: 'wrong', code: 'ADDRESS_CHECKSUM_WRONG' });
    expect(read(address.slice(0, -1))).toEqual({ kind: 'wrong', code: 'ADDRESS_MALFORMED' });
    expect(read(`${address}0`)).toEqual({ kind: 'wrong', code: 'ADDRESS_MALFORMED' });
  });

  it('tells apart what an ethereum URI is for', () => {
    expect(read('ethereum:lin.eth')).toEqual({ kind: 'ens', name: 'lin.eth' });
    expect(read('ethereum:pay-old-town.eth@1?value=1e18')).toEqual({ kind: 'ens', name: 'old-town.eth' });
    expect(read('ethereum:old-town.eth')).toEqual({ kind: 'ens', name: 'old-town.eth' });
    expect(read('lin.eth')).toEqual({ kind: 'ens', name: 'lin.eth' });
    expect(read(`ethereum:${token}/approve?address=${address}&uint256=1`)).toEqual({
      kind: 'contract_call',
      call: 'approve',
    });
    expect(read(`ethereum:foo-${address}`)).toEqual({ kind: 'other_purpose', prefix: 'foo' });
    expect(read(`ethereum:pay-${address}`)).toEqual({ kind: 'payment', payment: { recipient: address } });
  });

  it('finds in a merchant code what is ours, and says what else it is', () => {
    expect(read(inMerchantCode(`https://wallet.example/pay/${id}`))).toEqual({ kind: 'link', id });
    expect(read(inMerchantCode(`https://other.example/pay/${id}`)).kind).toBe('foreign_link');
    const payment = { recipient: address, token, chainId: 31337, amount: toAmount(25_000_000n) } as const;
    expect(read(inMerchantCode(formatPaymentUri(payment)))).toEqual({ kind: 'payment', payment });
    const pix =
      '00020126830014br.gov.bcb.pix01364004901d-bd85-4769-8e52-cb4c42c506dc0221Jornada pagador 57768520400005303986540573.625802BR5903Pix6016Sao Joao del Rei62080504oooo63044682';
    expect(read(pix)).toMatchObject({
      kind: 'merchant',
      merchant: { merchant: 'Pix', currency: 'BRL', amount: '73.62' },
    });
    expect(read(pix.replace('73.62', '13.62'))).toEqual({ kind: 'wrong', code: 'CODE_CHECKSUM_WRONG' });
  });

  it('reads pay codes, people and sessions with other sites', () => {
    const code = toPayCode('123456789012345');
    expect(read(code.replace(/(.{6})/g, '$1 '))).toEqual({ kind: 'pay_code', code });
    expect(read('@Lin')).toEqual({ kind: 'person', name: '@lin' });
    expect(read('lin@example.com')).toEqual({ kind: 'person', name: 'lin@example.com' });
    expect(read('@l')).toEqual({ kind: 'wrong', code: 'HANDLE_MALFORMED' });
    expect(read(`wc:${key}@2?relay-protocol=irn&symKey=${key}`)).toEqual({ kind: 'walletconnect' });
  });

  it.each([
    ['private_key', key],
    ['private_key', `0x${key.toUpperCase()}`],
    ['private_key', `my key is 0x${key}`],
    ['private_key', `https://example.com/import?key=${key}`],
    ['private_key', '5Kb8kLf9zgWQnogidDA76MzPL6TsZZY36hWXMssSzNydYXYB9KF'],
    [
      'private_key',
      'xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi',
    ],
    ['phrase', phrase],
    [
      'phrase',
      phrase
        .split(' ')
        .map((word, index) => `${index + 1}. ${word}`)
        .join('\n'),
    ],
    ['phrase', '的 一 是 在 不 了 有 和 人 这 中 大'],
    ['phrase', '的一是在不了有和人这中大'],
    [
      'phrase',
      'あいこくしん　あいさつ　あいだ　あおぞら　あかちゃん　あきる　あけがた　あける　あこがれる　あさい　あさひ　あしあと',
    ],
    ['phrase', '073318950739065415961602009907670428187212261116'],
    ['phrase', 'UR:CRYPTO-SEED/OEADGDSTASLTTIHSFTPRAHDP'],
    ['keystore', JSON.stringify({ version: 3, crypto: { ciphertext: '00' } })],
    ['one_time_password', 'otpauth://totp/lin?secret=JBSWY3DPEHPK3PXP'],
  ])('refuses a %s without giving it back', (secret, text) => {
    expect(read(text)).toEqual({ kind: 'secret', secret });
  });

  it.each([
    ['https://lin:pass@Example.com:8443/a?token=1#b', { what: 'web', host: 'example.com:8443' }],
    ['https://qr.alipay.com/fkx0123', { what: 'app', app: 'alipay' }],
    ['wxp://f2f0abc', { what: 'app', app: 'wechat' }],
    ['https://qr.95516.com/48020000/1', { what: 'app', app: 'unionpay' }],
    ['281234567890123456', { what: 'payer_code' }],
    ['bitcoin:175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W?amount=20.3', { what: 'coin', coin: 'bitcoin' }],
    ['bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', { what: 'coin', coin: 'bitcoin' }],
    ['lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqf', { what: 'coin', coin: 'lightning' }],
    ['TJRabPrwbZy45sbavfcjinPJC18kjpRTv8', { what: 'coin', coin: 'tron' }],
    ['solana:mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN?amount=1', { what: 'coin', coin: 'solana' }],
    ['WIFI:T:WPA;S:my\\;home;P:hunter2;;', { what: 'wifi', name: 'my;home' }],
    ['BEGIN:VCARD\nVERSION:3.0\nEND:VCARD', { what: 'contact' }],
    ['tel:+8613800000000', { what: 'phone' }],
    ['geo:39.9,116.4', { what: 'place' }],
    ['9787111111115', { what: 'product' }],
    ['hello there', { what: 'text', text: 'hello there' }],
    ['x'.repeat(1000), { what: 'text', text: 'x'.repeat(120) }],
    ['x'.repeat(100_000), { what: 'text', text: 'x'.repeat(120) }],
    ['a\u202eb\u0000c', { what: 'text', text: 'a b c' }],
  ])('says what it saw: %s', (text, other) => {
    expect(read(text)).toEqual({ kind: 'other', other });
  });
});

const runs = 10_000;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const originals = [
  address,
  `ethereum:${token}@31337/transfer?address=${address}&uint256=2.5e7`,
  `ethereum:pay-${address}@1?value=2.014e18&gas=10`,
  'ethereum:pay-lin.eth@1',
  `https://wallet.example/pay/${id}`,
  inMerchantCode(`https://wallet.example/pay/${id}`),
  '00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A',
  toPayCode('123456789012345'),
  'wc:7f6e504bfad60b485450578e05678ed3e8e8c4751d3c6160be17160d63ec90f9@2?relay-protocol=irn&symKey=587d5484',
  'WIFI:T:WPA;S:home;P:hunter2;;',
  '@lin',
  'lin@example.com',
];

/** An original of which pieces were cut out, doubled, moved or replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...originals),
    fc.array(
      fc.record({
        at: fc.nat({ max: 400 }),
        length: fc.nat({ max: 30 }),
        put: fc.oneof(
          fc.string({ unit: 'binary', maxLength: 8 }),
          fc.constantFrom('', '0', '99', '%', '%zz', '=', '&&', '@', ';', '\ud800', '🍵'),
          fc.constantFrom(...originals),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([original, changes]) =>
    changes.reduce((text, { at, length, put }) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + put + text.slice(place + length);
    }, original),
  );

describe(`ten thousand codes that are almost right, SEED=${seed}`, () => {
  it('are each read as something, without a crash, and never as a payment of somebody else', () => {
    const recipients = [address, token].map((one) => one.toLowerCase());
    fc.assert(
      fc.property(mutated, (text) => {
        const code: Code = read(text);
        if (code.kind === 'link') expect(text.toLowerCase().replaceAll(/\s/g, '')).toContain(code.id.slice(0, 8));
        if (code.kind !== 'payment') return;
        const { recipient, token: contract } = code.payment;
        // Whoever is paid stands in the code as a whole, and is not the contract that is called.
        expect(text.toLowerCase()).toContain(recipient.toLowerCase());
        if (contract) expect(text.toLowerCase()).toMatch(new RegExp(`address=${recipient.toLowerCase()}`));
        if (contract === undefined && text.includes('/transfer')) expect(recipients).toContain(recipient.toLowerCase());
      }),
      { numRuns: runs, seed },
    );
  });
});
