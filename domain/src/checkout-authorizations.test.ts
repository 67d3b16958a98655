import fc from 'fast-check';
import { type Address, getAddress, type Hex, keccak256, padHex, stringToHex, toHex, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import {
  buildCheckoutTypedData,
  buildRelayTypedData,
  type CheckoutPlace,
  type CheckoutSigned,
  type CheckoutTerms,
  checkCheckoutSigned,
  checkoutPaymentNonce,
  checkoutReference,
  checkoutRefundNonce,
  checkTypedDataSignature,
  type TokenDomain,
} from './authorizations.ts';

const payer = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const merchant = privateKeyToAccount(`0x${'22'.repeat(32)}`);
const place: CheckoutPlace = { chainId: 31_337, checkout: '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb' };
const terms: CheckoutTerms = {
  merchant: merchant.address,
  token: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  amount: 25_000_000n,
  validBefore: 2_000_000_000n,
  salt: `0x${'ab'.repeat(32)}`,
};
const signed: CheckoutSigned = {
  payer: payer.address,
  amount: 10_000_000n,
  fee: 20_000n,
  feeReceiver: '0x52908400098527886E0F7030069857D2E4169EE7',
  validAfter: 0n,
  validBefore: 1_900_000_000n,
  salt: `0x${'cd'.repeat(32)}`,
};
const domain: TokenDomain = {
  name: 'Feiqian Yuan',
  version: '1',
  chainId: place.chainId,
  verifyingContract: terms.token,
};

/** keccak256 of 32-byte words, as `abi.encode` lays them out. */
function hashWords(...words: readonly (bigint | Hex)[]): Hex {
  const hex = words.map((word) => padHex(typeof word === 'bigint' ? toHex(word) : word, { size: 32 }).slice(2));
  return keccak256(`0x${hex.join('').toLowerCase()}`);
}

const anyUint = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
const anyWord = anyUint.map((value) => toHex(value, { size: 32 }));
const anyAddress = fc
  .bigInt({ min: 0n, max: 2n ** 160n - 1n })
  .map((value): Address => getAddress(toHex(value, { size: 20 })));
const anyPlace = fc.record({ chainId: fc.integer({ min: 1, max: 2 ** 52 }), checkout: anyAddress });
const anyTerms = fc.record({
  merchant: anyAddress,
  token: anyAddress,
  amount: anyUint,
  validBefore: anyUint,
  salt: anyWord,
});
const anySigned = fc.record({
  payer: anyAddress,
  amount: anyUint,
  fee: anyUint,
  feeReceiver: anyAddress,
  validAfter: anyUint,
  validBefore: anyUint,
  salt: anyWord,
});

/** One field of a record with another value than it has. */
function otherField<T extends object>(record: fc.Arbitrary<T>) {
  return fc
    .tuple(record, record)
    .chain(([one, other]) =>
      fc.tuple(fc.constant(one), fc.constant(other), fc.constantFrom(...(Object.keys(one) as (keyof T)[]))),
    )
    .filter(([one, other, field]) => one[field] !== other[field])
    .map(([one, other, field]) => ({ one, field, changed: { ...one, [field]: other[field] } }));
}

describe('the name of a request on chain', () => {
  it('is the hash of the seven words that the contract hashes', () => {
    const { merchant: payee, token, amount, validBefore, salt } = terms;
    expect(checkoutReference(place, terms)).toBe(
      hashWords(31_337n, place.checkout, payee, token, amount, validBefore, salt),
    );
  });

  it('is another as soon as anything that it is about is', () => {
    fc.assert(
      fc.property(anyPlace, otherField(anyTerms), (at, { one, changed }) => {
        expect(checkoutReference(at, changed)).not.toBe(checkoutReference(at, one));
      }),
    );
    fc.assert(
      fc.property(otherField(anyPlace), anyTerms, ({ one, changed }, about) => {
        expect(checkoutReference(changed, about)).not.toBe(checkoutReference(one, about));
      }),
    );
  });
});

describe('the nonce of what is signed for the checkout', () => {
  const reference = checkoutReference(place, terms);

  it('is the hash of the words that the contract hashes, a refund’s with a tag before them', () => {
    const { amount, fee, feeReceiver, validBefore, salt } = signed;
    const [chainId, tag] = [31_337n, keccak256(stringToHex('Refund'))];
    expect(checkoutPaymentNonce(place, reference, signed)).toBe(
      hashWords(chainId, place.checkout, reference, amount, fee, feeReceiver, validBefore, salt),
    );
    expect(checkoutRefundNonce(place, reference, signed)).toBe(
      hashWords(tag, chainId, place.checkout, reference, signed.payer, amount, fee, feeReceiver, validBefore, salt),
    );
  });

  it.each([
    // The authorization itself says who pays and from when on.
    ['a payment', checkoutPaymentNonce, ['payer', 'validAfter']],
    ['a refund', checkoutRefundNonce, ['validAfter']],
  ] as const)(
    'of %s is another as soon as anything is that the authorization itself does not say',
    (_what, nonceOf, said) => {
      fc.assert(
        fc.property(anyPlace, anyWord, otherField(anySigned), (at, name, { one, field, changed }) => {
          const isSaid = (said as readonly string[]).includes(field);
          expect(nonceOf(at, name, changed) === nonceOf(at, name, one)).toBe(isSaid);
        }),
      );
      fc.assert(
        fc.property(otherField(anyPlace), anyWord, anyWord, anySigned, ({ one, changed }, name, other, what) => {
          expect(nonceOf(changed, name, what)).not.toBe(nonceOf(one, name, what));
          if (name !== other) expect(nonceOf(one, other, what)).not.toBe(nonceOf(one, name, what));
        }),
      );
    },
  );

  it('of a payment is never that of a refund', () => {
    fc.assert(
      fc.property(anyPlace, anyWord, anySigned, anySigned, (at, name, one, other) => {
        expect(checkoutPaymentNonce(at, name, one)).not.toBe(checkoutRefundNonce(at, name, one));
        expect(checkoutPaymentNonce(at, name, one)).not.toBe(checkoutRefundNonce(at, name, other));
      }),
    );
  });
});

describe('buildCheckoutTypedData', () => {
  it('has the payer pay, or the merchant give back, amount and fee to the contract', () => {
    const window = { to: place.checkout, value: 10_020_000n, validAfter: 0n, validBefore: 1_900_000_000n };
    const reference = checkoutReference(place, terms);
    expect(buildCheckoutTypedData(domain, place.checkout, { kind: 'payment', terms, signed })).toMatchObject({
      domain,
      primaryType: 'ReceiveWithAuthorization',
      message: { ...window, from: payer.address, nonce: checkoutPaymentNonce(place, reference, signed) },
    });
    expect(buildCheckoutTypedData(domain, place.checkout, { kind: 'refund', terms, signed })).toMatchObject({
      message: { ...window, from: merchant.address, nonce: checkoutRefundNonce(place, reference, signed) },
    });
  });

  it('is signed for these terms, this amount and this way alone', async () => {
    const typedData = buildCheckoutTypedData(domain, place.checkout, { kind: 'payment', terms, signed });
    const signature = await payer.signTypedData(typedData);
    await expect(checkTypedDataSignature(typedData, payer.address, signature)).resolves.toBeUndefined();
    const build = (change: { terms?: Partial<CheckoutTerms>; signed?: Partial<CheckoutSigned> }) =>
      buildCheckoutTypedData(domain, place.checkout, {
        kind: 'payment',
        terms: { ...terms, ...change.terms },
        signed: { ...signed, ...change.signed },
      });
    const others = [
      build({ terms: { merchant: payer.address } }),
      build({ terms: { amount: 25_000_001n } }),
      build({ terms: { validBefore: 2_000_000_001n } }),
      build({ terms: { salt: signed.salt } }),
      build({ signed: { amount: 10_020_000n, fee: 0n } }),
      build({ signed: { feeReceiver: payer.address } }),
      build({ signed: { payer: merchant.address } }),
      build({ signed: { validAfter: 1n } }),
      build({ signed: { validBefore: 1_900_000_001n } }),
      buildCheckoutTypedData(domain, payer.address, { kind: 'payment', terms, signed }),
      buildCheckoutTypedData({ ...domain, chainId: 1 }, place.checkout, { kind: 'payment', terms, signed }),
      // From the same address, so that nothing but the nonce tells them apart.
      buildCheckoutTypedData(domain, place.checkout, {
        kind: 'refund',
        terms: { ...terms, merchant: payer.address },
        signed,
      }),
      buildRelayTypedData(domain, place.checkout, {
        ...{ token: terms.token, from: payer.address, to: terms.merchant, reference: checkoutReference(place, terms) },
        ...signed,
      }),
    ];
    for (const other of others)
      await expect(checkTypedDataSignature(other, payer.address, signature)).rejects.toMatchObject({
        code: 'SIGNATURE_INVALID',
      });
  });
});

describe('checkCheckoutSigned', () => {
  const now = 1_800_000_000n;

  it('accepts what can still be carried out, with and without a fee', () => {
    expect(() => checkCheckoutSigned(signed, now)).not.toThrow();
    expect(() => checkCheckoutSigned({ ...signed, fee: 0n, feeReceiver: zeroAddress }, now)).not.toThrow();
    expect(() => checkCheckoutSigned(signed, signed.validBefore - 1n)).not.toThrow();
  });

  it.each([
    ['nothing', { amount: 0n }, 'AUTHORIZATION_INVALID'],
    ['less than nothing', { amount: -1n }, 'AUTHORIZATION_INVALID'],
    ['a negative fee', { fee: -1n }, 'AUTHORIZATION_INVALID'],
    ['more than a uint256', { amount: 2n ** 256n - 20_000n }, 'AUTHORIZATION_INVALID'],
    ['a fee to nobody', { feeReceiver: zeroAddress }, 'AUTHORIZATION_INVALID'],
    ['an empty time window', { validAfter: 1_900_000_000n }, 'AUTHORIZATION_INVALID'],
    ['a time before all time', { validAfter: -1n }, 'AUTHORIZATION_INVALID'],
    ['a time beyond uint256', { validBefore: 2n ** 256n }, 'AUTHORIZATION_INVALID'],
    ['an end that is now', { validBefore: now }, 'AUTHORIZATION_EXPIRED'],
  ] as const)('refuses %s', (_what, change, code) => {
    expect(() => checkCheckoutSigned({ ...signed, ...change }, now)).toThrow(expect.objectContaining({ code }));
  });
});
