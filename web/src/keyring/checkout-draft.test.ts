import { buildReceiveTypedData, checkTypedDataSignature } from '@feiqian/domain/authorizations';
import { verifyTypedData } from 'ethers';
import fc from 'fast-check';
import {
  encodeAbiParameters,
  type Hex,
  hashTypedData,
  keccak256,
  maxUint256,
  parseAbiParameters,
  stringToHex,
  zeroAddress,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { type CheckoutParts, draftCheckout, readCheckoutDraft } from './checkout-draft.ts';
import { decodeReview, isBlocked } from './review.ts';
import { Secret } from './secret.ts';
import { signTypedData } from './signing.ts';
import { anAddress, anAmount, aTime, aTokenName, aWord, spoiled } from './testing/arbitraries.ts';
import { fromHex } from './testing/read-vectors.ts';
import {
  tokenAsset as asset,
  checkout,
  context,
  domain as itsDomain,
  relay,
  seconds,
  token,
} from './testing/review-scene.ts';

const payer = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const payee = privateKeyToAccount(`0x${'22'.repeat(32)}`);
const stranger = privateKeyToAccount(`0x${'33'.repeat(32)}`).address;

type Changes = {
  readonly rest?: Partial<CheckoutParts>;
  readonly domain?: Partial<CheckoutParts['domain']>;
  readonly terms?: Partial<CheckoutParts['terms']>;
  readonly signed?: Partial<CheckoutParts['signed']>;
};

/** A request of 25, of which 10 are paid. */
const aPayment = ({ rest, domain, terms, signed }: Changes = {}): CheckoutParts => ({
  domain: { ...itsDomain, ...domain },
  checkout,
  kind: 'payment',
  ...rest,
  terms: {
    merchant: payee.address,
    token,
    amount: 25_000_000n,
    validBefore: seconds + 7_200n,
    salt: `0x${'ab'.repeat(32)}`,
    ...terms,
  },
  signed: {
    payer: payer.address,
    amount: 10_000_000n,
    fee: 10_000n,
    feeReceiver: stranger,
    validAfter: 0n,
    validBefore: seconds + 3_000n,
    salt: `0x${'cd'.repeat(32)}`,
    ...signed,
  },
});
const aRefund = ({ rest, ...changes }: Changes = {}) => aPayment({ ...changes, rest: { kind: 'refund', ...rest } });
const review = (parts: CheckoutParts) => decodeReview(draftCheckout(parts), context);
const codes = (parts: CheckoutParts) => review(parts).warnings.map(({ code }) => code);

/** Written down once more from the contract's words, with nothing of ours. */
function typedDataByHand({ domain, checkout: contract, kind, terms, signed }: CheckoutParts) {
  const chainId = BigInt(domain.chainId);
  const reference = keccak256(
    encodeAbiParameters(parseAbiParameters('uint256, address, address, address, uint256, uint256, bytes32'), [
      chainId,
      contract,
      terms.merchant,
      terms.token,
      terms.amount,
      terms.validBefore,
      terms.salt,
    ]),
  );
  const { amount, fee, feeReceiver, validBefore, salt } = signed;
  const nonce =
    kind === 'payment'
      ? encodeAbiParameters(
          parseAbiParameters('uint256, address, bytes32, uint256, uint256, address, uint256, bytes32'),
          [chainId, contract, reference, amount, fee, feeReceiver, validBefore, salt],
        )
      : encodeAbiParameters(
          parseAbiParameters(
            'bytes32, uint256, address, bytes32, address, uint256, uint256, address, uint256, bytes32',
          ),
          [
            keccak256(stringToHex('Refund')),
            chainId,
            contract,
            reference,
            signed.payer,
            amount,
            fee,
            feeReceiver,
            validBefore,
            salt,
          ],
        );
  const typedData = buildReceiveTypedData(domain, {
    from: kind === 'payment' ? signed.payer : terms.merchant,
    to: contract,
    value: amount + fee,
    validAfter: signed.validAfter,
    validBefore,
    nonce: keccak256(nonce),
  });
  return { reference, typedData };
}

describe('decodeReview of a payment through the checkout', () => {
  it('shows who is paid for which request, price and end, every term, and the nonce that commits to them', () => {
    const { reference, typedData } = typedDataByHand(aPayment());
    expect(review(aPayment())).toMatchObject({
      kind: 'checkout_payment',
      chainId: 31_337,
      from: payer.address,
      to: payee.address,
      amount: { asset, amount: 10_000_000n },
      fee: { amount: 10_000n },
      total: { amount: 10_010_000n },
      feeReceiver: stranger,
      price: { asset, amount: 25_000_000n },
      payableBefore: new Date('2026-11-22T12:00:00Z'),
      validBefore: new Date('2026-11-22T10:50:00Z'),
      checkout,
      salt: aPayment().signed.salt,
      reference,
      nonce: typedData.message.nonce,
      digest: hashTypedData(typedData),
      warnings: [],
    });
  });

  it.each([
    ['another contract', aPayment({ rest: { checkout: stranger } }), ['checkout_unknown']],
    ['the relay as its contract', aPayment({ rest: { checkout: relay } }), ['checkout_unknown']],
    [
      'another token',
      aPayment({ domain: { verifyingContract: stranger }, terms: { token: stranger } }),
      ['checkout_unknown', 'domain_mismatch'],
    ],
    ['another chain', aPayment({ domain: { chainId: 1 } }), ['chain_unknown', 'checkout_unknown']],
    ['another name of the token', aPayment({ domain: { name: 'Other' } }), ['domain_mismatch']],
    ['another version of the token', aPayment({ domain: { version: '2' } }), ['domain_mismatch']],
    ['more than the price', aPayment({ signed: { amount: 25_000_001n } }), ['price_exceeded']],
    ['the token as payee', aPayment({ terms: { merchant: token } }), ['recipient_is_token']],
    ['nobody as payee', aPayment({ terms: { merchant: zeroAddress } }), ['recipient_is_zero']],
    ['an end that has passed', aPayment({ signed: { validBefore: seconds } }), ['expired']],
    ['a request that has ended', aPayment({ terms: { validBefore: seconds } }), ['expired']],
    ['a beginning that is to come', aPayment({ signed: { validAfter: seconds + 60n } }), ['delayed']],
    ['an end that never comes', aPayment({ signed: { validBefore: maxUint256 } }), ['long_validity']],
    ['a high fee', aPayment({ signed: { fee: 1_000_001n } }), ['fee_high']],
    ['nothing', aPayment({ signed: { amount: 0n, fee: 0n } }), ['amount_zero']],
  ] as const)('warns of %s', (_what, parts, expected) => {
    expect(codes(parts)).toEqual(expected);
    const harmless: readonly string[] = ['delayed', 'long_validity', 'fee_high', 'amount_zero'];
    expect(isBlocked(review(parts))).toBe(!expected.every((code) => harmless.includes(code)));
  });

  it('has an end for every request, also for one that can be paid for ages', () => {
    expect(review(aPayment({ terms: { validBefore: maxUint256 } }))).toMatchObject({ warnings: [] });
  });
});

describe('decodeReview of a refund through the checkout', () => {
  it('shows that the payee gives back, to whom, and what it costs', () => {
    const { reference, typedData } = typedDataByHand(aRefund());
    expect(review(aRefund())).toMatchObject({
      kind: 'checkout_refund',
      from: payee.address,
      to: payer.address,
      amount: { amount: 10_000_000n },
      total: { amount: 10_010_000n },
      reference,
      nonce: typedData.message.nonce,
      digest: hashTypedData(typedData),
      warnings: [],
    });
  });

  it('is possible after the end of the request', () => {
    expect(codes(aRefund({ terms: { validBefore: seconds - 1n } }))).toEqual([]);
  });

  it.each([
    ['another contract', aRefund({ rest: { checkout: stranger } }), ['checkout_unknown']],
    ['more than was ever asked for', aRefund({ signed: { amount: 25_000_001n } }), ['price_exceeded']],
    ['the token as payer', aRefund({ signed: { payer: token } }), ['recipient_is_token']],
  ] as const)('warns of %s', (_what, parts, expected) => {
    expect(codes(parts)).toEqual(expected);
  });
});

const altered: readonly [string, Changes][] = [
  ['the contract', { rest: { checkout: stranger } }],
  ['the chain', { domain: { chainId: 1 } }],
  ['the payee', { terms: { merchant: stranger } }],
  ['the token', { terms: { token: stranger }, domain: { verifyingContract: stranger } }],
  ['the price', { terms: { amount: 25_000_001n } }],
  ['the end of the request', { terms: { validBefore: seconds + 7_201n } }],
  ['the salt of the request', { terms: { salt: `0x${'ac'.repeat(32)}` } }],
  ['the amount', { signed: { amount: 10_000_001n } }],
  ['the amount, with the same sum', { signed: { amount: 10_000_001n, fee: 9_999n } }],
  ['the fee', { signed: { fee: 10_001n } }],
  ['who gets the fee', { signed: { feeReceiver: payer.address } }],
  ['the end of the signature', { signed: { validBefore: seconds + 3_001n } }],
  ['the salt of the signature', { signed: { salt: `0x${'ce'.repeat(32)}` } }],
];

describe.each([
  ['a payment', aPayment, payer],
  ['a refund', aRefund, payee],
] as const)('signing %s through the checkout', (_what, make, signer) => {
  const key = () => new Secret(fromHex((signer === payer ? '11' : '22').repeat(32)));
  const { typedData } = typedDataByHand(make());

  it('gives the signature that viem gives over the same typed data, and that others read alike', async () => {
    const signature = await signTypedData(key(), signer.address, draftCheckout(make()));
    expect(signature).toBe(await signer.signTypedData(typedData));
    expect(verifyTypedData(typedData.domain, typedData.types as never, typedData.message, signature)).toBe(
      signer.address,
    );
    await expect(checkTypedDataSignature(typedData, signer.address, signature)).resolves.toBeUndefined();
  });

  it.each(altered)('with %s altered has another nonce and is no signature of the first', async (_field, changes) => {
    const other = draftCheckout(make(changes));
    expect(readCheckoutDraft(other).typedData.message.nonce).not.toBe(typedData.message.nonce);
    const signature = await sign(other);
    await expect(checkTypedDataSignature(typedData, signer.address, signature)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });

  it.each([
    ['its beginning', { signed: { validAfter: 1n } }],
    ['its payer', { signed: { payer: stranger } }],
  ] as const)('is bound to %s', (_field, changes) => {
    expect(hashTypedData(readCheckoutDraft(draftCheckout(make(changes))).typedData)).not.toBe(hashTypedData(typedData));
  });

  it('is refused to anybody but the one whose money moves', async () => {
    const other = signer === payer ? payee : payer;
    const otherKey = new Secret(fromHex((signer === payer ? '22' : '11').repeat(32)));
    await expect(signTypedData(otherKey, other.address, draftCheckout(make()))).rejects.toMatchObject({
      code: 'TYPED_DATA_INVALID',
      details: { reason: 'signer' },
    });
  });

  const sign = (draft: ReturnType<typeof draftCheckout>): Promise<Hex> => {
    const { from } = readCheckoutDraft(draft).typedData.message;
    // Whose money moves may be altered too; then nobody here can sign, and the hash is what matters.
    return from === signer.address
      ? signTypedData(key(), signer.address, draft)
      : signer.signTypedData(readCheckoutDraft(draft).typedData);
  };
});

it('a payment is never a refund', () => {
  const [payment, refund] = [aPayment(), aRefund()].map((parts) => readCheckoutDraft(draftCheckout(parts)));
  expect(payment?.reference).toBe(refund?.reference);
  expect(payment?.typedData.message.nonce).not.toBe(refund?.typedData.message.nonce);
});

describe('readCheckoutDraft', () => {
  const { json } = draftCheckout(aPayment());

  it('reads back what was drafted, in text that nothing can change', () => {
    expect(readCheckoutDraft({ kind: 'checkout', json })).toMatchObject(aPayment());
    expect(Object.isFrozen(draftCheckout(aPayment()))).toBe(true);
  });

  const anyParts: fc.Arbitrary<CheckoutParts> = fc
    .record({
      token: anAddress,
      name: aTokenName,
      version: fc.constantFrom('1', '2'),
      chainId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      checkout: anAddress,
      kind: fc.constantFrom('payment' as const, 'refund' as const),
      terms: fc.record({ merchant: anAddress, amount: aTime, validBefore: aTime, salt: aWord }),
      signed: fc.record({
        payer: anAddress,
        amount: anAmount,
        fee: anAmount,
        feeReceiver: anAddress,
        validAfter: aTime,
        validBefore: aTime,
        salt: aWord,
      }),
    })
    .map(({ token: address, name, version, chainId, terms, ...rest }) => ({
      ...rest,
      domain: { name, version, chainId, verifyingContract: address },
      terms: { ...terms, token: address },
    }));

  it('reads back whatever was drafted', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const { reference, typedData, ...read } = readCheckoutDraft(draftCheckout(parts));
        expect(read).toEqual(parts);
        const byHand = typedDataByHand(parts);
        expect({ reference, message: typedData.message }).toEqual({
          reference: byHand.reference,
          message: byHand.typedData.message,
        });
      }),
    );
  });

  it('refuses with a reason when anything of the text is another, or says exactly that', () => {
    const text = anyParts.chain((parts) => spoiled(draftCheckout(parts).json));
    fc.assert(
      fc.property(text, (altered) => {
        let read: CheckoutParts;
        try {
          read = readCheckoutDraft({ kind: 'checkout', json: altered });
        } catch (error) {
          expect(error).toMatchObject({
            name: 'AppError',
            code: expect.stringMatching(/^(?:TYPED_DATA_INVALID|ADDRESS_(?:MALFORMED|CHECKSUM_WRONG))$/),
          });
          return;
        }
        expect(draftCheckout(read).json).toBe(altered);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['nothing', ''],
    ['JSON of something else', '{}'],
    ['a list', '[]'],
    ['a blank more', `${json} `],
    ['a term given twice', json.replace('"fee":', '"fee":"1","fee":')],
    ['a number for an amount', json.replace('"10000000"', '10000000')],
    ['a further term', json.replace('"fee":', '"tip":"1","fee":')],
    ['a nonce from outside', json.replace('"kind":', `"nonce":"0x${'00'.repeat(32)}","kind":`)],
    ['another act', json.replace('"kind":"payment"', '"kind":"gift"')],
    ['a small spelling of an address', json.replace(/"merchant":"0x\w+"/, (part) => part.toLowerCase())],
    ['a negative fee', json.replace('"10000"', '"-1"')],
    ['another token than the domain', json.replace(`"token":"${token}"`, `"token":"${stranger}"`)],
    ['a short salt', json.replace('cdcd"', 'cd"')],
    ['a broken address', json.replace(payee.address, '0x12')],
    ['no domain', json.replace('"domain"', '"dominion"')],
    ['no terms', json.replace('"terms"', '"termini"')],
    ['a chain that is no number', json.replace('31337', '"31337"')],
    ['an amount beyond 256 bits', json.replace('10000000', String(maxUint256 + 1n))],
    ['a sum beyond 256 bits', json.replace('10000000', String(maxUint256))],
  ])('refuses %s', (_what, text) => {
    expect(text).not.toBe(json);
    expect(() => readCheckoutDraft({ kind: 'checkout', json: text })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(TYPED_DATA_INVALID|ADDRESS_)/) }),
    );
  });
});
