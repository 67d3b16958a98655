import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../errors.ts';
import { crc16, formatEmvco, type OwnEmvcoCode, ownTemplateId, parseEmvco } from './emvco.ts';
import { formatTlv, parseTlv } from './tlv.ts';

const payloads: { payload: string; crc_valid: boolean }[] = JSON.parse(
  readFileSync(new URL('../../vectors/emvco-qr/payloads.json', import.meta.url), 'utf8'),
);
const seal = (body: string) => `${body}6304${crc16(`${body}6304`)}`;
const head = '000201010211';

function codeOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!isAppError(error)) throw error;
    return error.code;
  }
}

describe('payloads from elsewhere', () => {
  it.each(payloads)('can be read exactly when the checksum is right: $payload', ({ payload, crc_valid }) => {
    expect(codeOf(() => parseEmvco(payload))).toBe(crc_valid ? undefined : 'CODE_CHECKSUM_WRONG');
  });

  it('say who is paid how much by which networks', () => {
    const [sample = ''] = payloads.map(({ payload }) => payload).filter((payload) => payload.endsWith('A13A'));
    expect(parseEmvco(sample)).toEqual({
      isDynamic: true,
      accounts: [
        {
          id: '29',
          maker: 'D15600000000',
          fields: new Map([
            ['00', 'D15600000000'],
            ['05', 'A93FO3230Q'],
          ]),
        },
        {
          id: '31',
          maker: 'D15600000001',
          fields: new Map([
            ['00', 'D15600000001'],
            ['03', '12345678'],
          ]),
        },
      ],
      currency: 'CNY',
      amount: '23.72',
      tip: { kind: 'asked' },
      country: 'CN',
      merchant: '最佳运输',
      city: '北京',
      reference: undefined,
      payload: undefined,
    });
  });

  it('carry a Pix key, and amounts that are exact', () => {
    const pix = payloads.map(({ payload }) => payload).filter((payload) => payload.includes('br.gov.bcb.pix'));
    const read = pix.map((payload) => parseEmvco(payload));
    expect(read.map(({ currency, amount }) => [currency, amount])).toEqual([
      ['BRL', undefined],
      ['BRL', '73.62'],
      ['BRL', '73.62'],
    ]);
    expect(read[1]).toMatchObject({ merchant: 'Pix', city: 'Sao Joao del Rei', reference: 'oooo' });
  });
});

describe('a merchant-presented code', () => {
  it('has the checksum of the specification', () => {
    expect(crc16('123456789')).toBe('29B1');
  });

  it('adds a tip that is fixed or a share, exactly as it is written', () => {
    const withTip = (objects: [string, string][]) =>
      parseEmvco(seal(head + formatTlv([['54', '98.'], ...objects]))).tip;
    expect(withTip([])).toEqual({ kind: 'none' });
    expect(
      withTip([
        ['55', '02'],
        ['56', '1.50'],
      ]),
    ).toEqual({ kind: 'fixed', amount: '1.50' });
    expect(
      withTip([
        ['55', '03'],
        ['57', '12.5'],
      ]),
    ).toEqual({ kind: 'percent', percent: '12.5' });
    for (const wrong of [
      [['55', '02']],
      [
        ['55', '03'],
        ['57', '101'],
      ],
      [['55', '04']],
    ] as [string, string][][]) {
      expect(codeOf(() => withTip(wrong))).toBe('CODE_MALFORMED');
    }
  });

  it.each([
    ['an amount with a sign', [['54', '-5']]],
    ['an amount with a comma', [['54', '1,5']]],
    ['an amount that is too long', [['54', '12345678901234']]],
    ['a currency of letters', [['53', 'CNY']]],
    ['a template of nobody', [['26', formatTlv([['01', 'x']])]]],
    ['a template that is none', [['26', 'hello']]],
  ] as [string, [string, string][]][])('is refused for %s', (_what, objects) => {
    expect(codeOf(() => parseEmvco(seal(head + formatTlv(objects))))).toBe('CODE_MALFORMED');
  });

  it('is refused when something stands twice, after the end, or in the place of the form', () => {
    expect(codeOf(() => parseEmvco(seal(`${head}5303156530315`.concat('6'))))).toBe('CODE_MALFORMED');
    expect(codeOf(() => parseEmvco(seal('000202010211')))).toBe('CODE_MALFORMED');
    expect(codeOf(() => parseEmvco(`${seal(head)}`.replace('6304', '6204')))).toBe('CODE_CHECKSUM_WRONG');
  });

  it('keeps the digits of a currency that has no letters here', () => {
    expect(parseEmvco(seal(`${head}5303999`)).currency).toBe('999');
  });

  const text = (max: number) =>
    fc.array(fc.constantFrom(...'abcXYZ 0189茶馆🍵é'), { minLength: 1, maxLength: max }).map((parts) => parts.join(''));
  const ownCode = fc.record<OwnEmvcoCode>({
    isDynamic: fc.boolean(),
    amount: fc.option(
      fc.bigInt({ min: 1n, max: 9_999_999_999n }).map((fen) => `${fen / 100n}.${`${fen % 100n}`.padStart(2, '0')}`),
      { nil: undefined },
    ),
    currency: fc.constantFrom('CNY', 'USD', 'EUR', 'JPY'),
    country: fc.constantFrom('CN', 'SG'),
    merchant: text(25),
    city: text(15),
    payload: text(1400),
  });

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(ownCode, (code) => {
        const read = parseEmvco(formatEmvco(code));
        expect(read).toMatchObject(code);
        expect(read.accounts.every((account) => 'maker' in account && account.maker === ownTemplateId)).toBe(true);
      }),
    );
  });

  it('never comes back as another one when one character of it is another one', () => {
    fc.assert(
      fc.property(ownCode, fc.nat(), fc.constantFrom(...'0123456789abcXYZ'), (code, at, character) => {
        const written = [...formatEmvco(code)];
        const place = at % written.length;
        fc.pre(written[place]?.toUpperCase() !== character.toUpperCase());
        const changed = written.with(place, character).join('');
        expect(codeOf(() => parseEmvco(changed))).toBeDefined();
      }),
    );
  });

  it('is read or refused with a reason, whatever data objects are in it', () => {
    const id = fc.oneof(
      fc.constantFrom('00', '01', '26', '52', '53', '54', '55', '56', '57', '58', '59', '60', '62', '64'),
      fc.integer({ min: 2, max: 99 }).map((number) => `${number}`.padStart(2, '0')),
    );
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
      fc.stringMatching(/^[0-9]{1,13}(?:\.[0-9]{0,3})?$/),
      fc.constantFrom('01', '02', '03', '0002XX', '0003abc0102xx', '9999'),
    );
    const objects = fc.uniqueArray(fc.tuple(id, value), { selector: ([one]) => one, maxLength: 10 });
    fc.assert(
      fc.property(objects, fc.string({ maxLength: 4 }), fc.boolean(), (pairs, rest, isWhole) => {
        const rows = pairs.filter(([one]) => one !== '00' && one !== '63');
        const body = `${formatTlv([['00', '01'], ...rows])}${isWhole ? '' : rest}`;
        expect([undefined, 'CODE_MALFORMED']).toContain(codeOf(() => parseEmvco(seal(body))));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is not written with what has no room in it', () => {
    const code = {
      isDynamic: false,
      currency: 'CNY',
      amount: undefined,
      country: 'CN',
      city: '北京',
      merchant: '茶馆',
    };
    expect(codeOf(() => formatEmvco({ ...code, payload: '' }))).toBe('CODE_MALFORMED');
    expect(codeOf(() => formatEmvco({ ...code, payload: 'x'.repeat(2_000) }))).toBe('CODE_MALFORMED');
    expect(codeOf(() => formatEmvco({ ...code, payload: 'x', merchant: 'x'.repeat(26) }))).toBe('CODE_MALFORMED');
    expect(codeOf(() => formatEmvco({ ...code, payload: 'x', currency: 'XXX' }))).toBe('ASSET_UNKNOWN');
    expect(codeOf(() => formatEmvco({ ...code, payload: 'x', amount: '0.00' }))).toBe('CODE_MALFORMED');
  });
});

describe('data objects', () => {
  it('are written the same again, or refused with a reason, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.array(fc.stringMatching(/^[0-9]{2}0[0-3][a-z]{0,3}$/), { maxLength: 5 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (written) => {
        const refused = codeOf(() => parseTlv(written));
        if (refused !== undefined) {
          expect(refused).toBe('CODE_MALFORMED');
          return;
        }
        const objects = parseTlv(written);
        // A length of nought is read, and never written.
        if (![...objects.values()].includes('')) expect(formatTlv(objects)).toBe(written);
      }),
      { numRuns: 500 },
    );
  });

  it('come back as they were written, in their order', () => {
    const objects = fc.uniqueArray(
      fc.tuple(
        fc.integer({ min: 0, max: 99 }).map((id) => `${id}`.padStart(2, '0')),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
      ),
      { selector: ([id]) => id },
    );
    fc.assert(
      fc.property(objects, (pairs) => {
        expect([...parseTlv(formatTlv(pairs))]).toEqual(pairs);
      }),
    );
  });
});
