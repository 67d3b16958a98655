import {
  buildPermitTypedData,
  buildReceiveTypedData,
  buildRedeemTypedData,
  relayNonce,
} from '@feiqian/domain/authorizations';
import { formatSiweMessage } from '@feiqian/domain/siwe';
import type { FeeMarketTransaction, UnsignedTransaction } from '@feiqian/domain/transaction';
import fc from 'fast-check';
import { type Address, encodeFunctionData, erc20Abi, type Hex, maxUint256, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it, vi } from 'vitest';
import { draftMessage, draftTransaction, draftTypedData } from './draft.ts';
import { draftRelay, draftRelayUndo, type RelayPayment, readRelayDraft, readRelayUndoDraft } from './relay-draft.ts';
import { decodeReview, isBlocked } from './review.ts';
import { warningSeverities } from './review-model.ts';
import { context, domain, relay, seconds, token, tokenAsset } from './testing/review-scene.ts';

// Vectors and random cases are many, and a busy machine is slow.
vi.setConfig({ testTimeout: 60_000 });

const me = privateKeyToAccount(`0x${'11'.repeat(32)}`).address;
const shop = privateKeyToAccount(`0x${'22'.repeat(32)}`).address;
const stranger = privateKeyToAccount(`0x${'33'.repeat(32)}`).address;

const aTransaction = (changes: Partial<FeeMarketTransaction> = {}): FeeMarketTransaction => ({
  type: 'eip1559',
  chainId: 31_337n,
  nonce: 3n,
  gas: 60_000n,
  to: shop,
  value: 0n,
  data: '0x',
  maxFeePerGas: 10n,
  maxPriorityFeePerGas: 1n,
  accessList: [],
  ...changes,
});
const review = (transaction: UnsignedTransaction) => decodeReview(draftTransaction(transaction), context);
const codes = (result: ReturnType<typeof decodeReview>) => result.warnings.map(({ code }) => code);
const call = (functionName: 'transfer' | 'approve', to: Address, amount: bigint) =>
  encodeFunctionData({ abi: erc20Abi, functionName, args: [to, amount] });

describe('decodeReview of a transaction', () => {
  it('explains a transfer of the chain’s own coin', () => {
    const result = review(aTransaction({ value: 10n ** 18n }));
    expect(result).toMatchObject({
      kind: 'native_transfer',
      chainId: 31_337,
      to: shop,
      nonce: 3n,
      warnings: [],
      money: { asset: 'eip155:31337/slip44:60', amount: 10n ** 18n },
      feeMax: { amount: 600_000n },
    });
    expect(isBlocked(result)).toBe(false);
  });

  it('explains a token transfer with the token that is called and the recipient inside', () => {
    const result = review(aTransaction({ to: token, data: call('transfer', shop, 25_000_000n) }));
    expect(result).toMatchObject({
      kind: 'token_transfer',
      to: shop,
      money: { asset: tokenAsset, amount: 25_000_000n },
      token: { listed: { symbol: 'CNYF' } },
      warnings: [],
    });
  });

  describe('of a token that the person has added', () => {
    const [pear, fake] = [stranger, privateKeyToAccount(`0x${'44'.repeat(32)}`).address];
    const [chain] = context.chains;
    const added = [
      { address: pear, name: 'Pear Points', symbol: 'PEAR', decimals: 18 },
      { address: fake, name: 'Yuan', symbol: 'СNYF', decimals: 6 },
    ];
    const withAdded = { ...context, chains: [{ ...(chain as NonNullable<typeof chain>), added }] };
    const sent = (changes: Partial<FeeMarketTransaction>) =>
      decodeReview(draftTransaction(aTransaction(changes)), withAdded);

    it('says that nobody has checked it, and never takes it for a listed one', () => {
      const result = sent({ to: pear, data: call('transfer', shop, 5n) });
      expect(result).toMatchObject({ kind: 'token_transfer', to: shop, money: { amount: 5n } });
      expect(result).toMatchObject({ token: { address: pear, added: { symbol: 'PEAR', decimals: 18 } } });
      expect(result).not.toHaveProperty('token.listed');
      expect(codes(result)).toEqual(['token_unverified']);
    });

    it('says whose name it takes', () => {
      const result = sent({ to: fake, data: call('transfer', shop, 5n) });
      expect(codes(result)).toEqual(['token_imitates', 'token_unverified']);
      expect(result).toMatchObject({ token: { takes: { symbol: 'CNYF', isListed: true } } });
      expect(codes(sent({ to: token, data: call('transfer', shop, 5n) }))).toEqual([]);
    });

    it('sends nothing to its contract', () => {
      expect(codes(sent({ to: pear, value: 1n }))).toEqual(['recipient_is_token']);
      expect(codes(sent({ to: token, data: call('transfer', pear, 5n) }))).toEqual(['recipient_is_token']);
    });

    it('is a stranger to whoever has not added it', () => {
      expect(codes(review(aTransaction({ to: pear, data: call('transfer', shop, 5n) })))).toEqual(['token_unknown']);
    });
  });

  it('shows the amount and the recipient that are encoded, whatever they are', () => {
    const address = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((key) => privateKeyToAccount(`0x01${Buffer.from(key).toString('hex').slice(2)}`).address);
    fc.assert(
      fc.property(address, fc.bigInt({ min: 0n, max: maxUint256 }), (to, amount) => {
        expect(review(aTransaction({ to: token, data: call('transfer', to, amount) }))).toMatchObject({
          kind: 'token_transfer',
          to,
          money: { amount },
        });
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['a chain of nobody', aTransaction({ chainId: 5n }), 'native_transfer', ['chain_unknown', 'amount_zero']],
    ['coins for a token contract', aTransaction({ to: token, value: 1n }), 'native_transfer', ['recipient_is_token']],
    ['coins for nobody', aTransaction({ to: zeroAddress, value: 1n }), 'native_transfer', ['recipient_is_zero']],
    ['too little gas', aTransaction({ gas: 20_999n, value: 1n }), 'native_transfer', ['gas_too_low']],
    [
      'tokens for their own contract',
      aTransaction({ to: token, data: call('transfer', token, 1n) }),
      'token_transfer',
      ['recipient_is_token'],
    ],
    [
      'tokens for nobody',
      aTransaction({ to: token, data: call('transfer', zeroAddress, 1n) }),
      'token_transfer',
      ['recipient_is_zero'],
    ],
    ['no tokens', aTransaction({ to: token, data: call('transfer', shop, 0n) }), 'token_transfer', ['amount_zero']],
    [
      'tokens of a stranger',
      aTransaction({ to: stranger, data: call('transfer', shop, 1n) }),
      'token_transfer',
      ['token_unknown'],
    ],
    [
      'coins along with tokens',
      aTransaction({ to: token, value: 1n, data: call('transfer', shop, 1n) }),
      'token_transfer',
      ['value_attached'],
    ],
    ['an allowance', aTransaction({ to: token, data: call('approve', shop, 1n) }), 'token_allowance', ['allowance']],
    [
      'an endless allowance',
      aTransaction({ to: token, data: call('approve', shop, maxUint256) }),
      'token_allowance',
      ['allowance_unlimited', 'allowance'],
    ],
    ['an unknown call', aTransaction({ to: token, data: '0x23b872dd' }), 'contract_call', ['call_unknown']],
    ['a contract', aTransaction({ to: null, data: '0x00', gas: 100_000n }), 'contract_creation', ['creates_contract']],
  ] as const)('warns of %s', (_what, transaction, kind, expected) => {
    const result = review(transaction);
    expect([result.kind, codes(result)]).toEqual([kind, expected]);
    expect(isBlocked(result)).toBe(expected.some((code) => warningSeverities[code] === 'block'));
  });

  it.each([
    ['a longer call', `${call('transfer', shop, 1n)}00`],
    ['a shorter call', call('transfer', shop, 1n).slice(0, -2)],
    ['an address with something before it', call('transfer', shop, 1n).replace('0xa9059cbb00', '0xa9059cbb01')],
    ['a selector of the prototype', '0x00'],
  ])('calls %s unknown instead of explaining it', (_what, data) => {
    expect(review(aTransaction({ to: token, data: data as Hex })).kind).toBe('contract_call');
  });

  it('explains legacy transactions too', () => {
    const legacy: UnsignedTransaction = {
      type: 'legacy',
      chainId: 31_337n,
      nonce: 0n,
      gas: 21_000n,
      gasPrice: 7n,
      to: shop,
      value: 1n,
      data: '0x',
    };
    expect(review(legacy)).toMatchObject({ kind: 'native_transfer', feeMax: { amount: 147_000n } });
  });
});

const aPayment = (request: Partial<RelayPayment['request']> = {}, rest: Partial<RelayPayment> = {}): RelayPayment => ({
  domain,
  relay,
  ...rest,
  request: {
    token,
    from: me,
    to: shop,
    amount: 25_000_000n,
    fee: 10_000n,
    feeReceiver: stranger,
    reference: `0x${'ab'.repeat(32)}`,
    validAfter: 0n,
    validBefore: seconds + 3_600n,
    salt: `0x${'cd'.repeat(32)}`,
    ...request,
  },
});

describe('decodeReview of a payment through the relay', () => {
  it('shows every term and the nonce that commits to them', () => {
    const payment = aPayment();
    const result = decodeReview(draftRelay(payment), context);
    expect(result).toMatchObject({
      kind: 'relay_payment',
      from: me,
      to: shop,
      relay,
      feeReceiver: stranger,
      reference: payment.request.reference,
      salt: payment.request.salt,
      amount: { asset: tokenAsset, amount: 25_000_000n },
      fee: { amount: 10_000n },
      total: { amount: 25_010_000n },
      nonce: relayNonce(31_337, relay, payment.request),
      validBefore: new Date('2026-11-22T11:00:00Z'),
      warnings: [],
    });
  });

  it.each([
    ['another relay', aPayment({}, { relay: stranger }), ['relay_unknown']],
    [
      'another token',
      aPayment({ token: stranger }, { domain: { ...domain, verifyingContract: stranger } }),
      ['relay_unknown', 'domain_mismatch'],
    ],
    ['another chain', aPayment({}, { domain: { ...domain, chainId: 1 } }), ['chain_unknown', 'relay_unknown']],
    ['another name of the token', aPayment({}, { domain: { ...domain, name: 'Other' } }), ['domain_mismatch']],
    ['another version of the token', aPayment({}, { domain: { ...domain, version: '2' } }), ['domain_mismatch']],
    ['the token as recipient', aPayment({ to: token }), ['recipient_is_token']],
    ['nobody as recipient', aPayment({ to: zeroAddress }), ['recipient_is_zero']],
    ['an end that has passed', aPayment({ validBefore: seconds }), ['expired']],
    ['a beginning that is to come', aPayment({ validAfter: seconds + 60n }), ['delayed']],
    ['an end that never comes', aPayment({ validBefore: maxUint256 }), ['long_validity']],
    ['a high fee', aPayment({ fee: 2_500_001n }), ['fee_high']],
    ['nothing', aPayment({ amount: 0n, fee: 0n }), ['amount_zero']],
  ] as const)('warns of %s', (_what, payment, expected) => {
    expect(codes(decodeReview(draftRelay(payment), context))).toEqual(expected);
  });

  it('gives other terms another digest', () => {
    const digests = [
      aPayment(),
      aPayment({ fee: 10_001n }),
      aPayment({ amount: 24_990_000n, fee: 20_000n }),
      aPayment({ to: stranger }),
    ].map((payment) => decodeReview(draftRelay(payment), context).digest);
    expect(new Set(digests).size).toBe(4);
  });

  it('shows the very time that is signed, before which no block takes it', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 100_000n }), (delay) => {
        const draft = draftRelay(aPayment({ validAfter: seconds + delay, validBefore: seconds + delay + 3_600n }));
        const result = decodeReview(draft, context);
        const { validAfter } = readRelayDraft(draft).typedData.message;
        expect(result).toMatchObject({ validAfter: new Date(Number(validAfter) * 1_000) });
        expect(codes(result)).toEqual(['delayed']);
      }),
      { numRuns: 20 },
    );
  });

  it('says which payment its end ends, and whether that is one of ours', () => {
    const undo = (payment: RelayPayment) => decodeReview(draftRelayUndo(payment), context);
    const payment = aPayment({ validAfter: seconds + 120n });
    expect(undo(payment)).toMatchObject({
      kind: 'relay_undo',
      from: me,
      payee: shop,
      amount: { asset: tokenAsset, amount: 25_000_000n },
      nonce: relayNonce(31_337, relay, payment.request),
      warnings: [],
    });
    expect(codes(undo(aPayment({}, { relay: stranger })))).toEqual(['relay_unknown']);
    expect(codes(undo(aPayment({}, { domain: { ...domain, chainId: 1 } })))).toEqual([
      'chain_unknown',
      'relay_unknown',
    ]);
    const altered = draftRelayUndo(payment).json.replace('"fee":"10000"', '"fee":"010000"');
    expect(() => readRelayUndoDraft({ kind: 'relay_undo', json: altered })).toThrow(
      expect.objectContaining({ code: 'TYPED_DATA_INVALID' }),
    );
  });

  const json = draftRelay(aPayment()).json;
  it.each([
    ['nothing', ''],
    ['JSON of something else', '{}'],
    ['a blank more', `${json} `],
    ['a term given twice', json.replace('"fee":', '"fee":"1","fee":')],
    ['a number for an amount', json.replace('"25000000"', '25000000')],
    ['a further term', json.replace('"salt":', '"tip":"1","salt":')],
    ['a small spelling of an address', json.replace(/"to":"0x\w+"/, (part) => part.toLowerCase())],
    ['a negative fee', json.replace('"10000"', '"-1"')],
    ['another token than the domain', json.replace(`"token":"${token}"`, `"token":"${stranger}"`)],
    ['a short salt', json.replace('cdcd"', 'cd"')],
    ['a broken address', json.replace(shop, '0x12')],
    ['no domain', json.replace('"domain"', '"dominion"')],
    ['an amount beyond 256 bits', json.replace('25000000', String(maxUint256 + 1n))],
  ])('refuses %s', (_what, altered) => {
    expect(altered).not.toBe(json);
    expect(() => readRelayDraft({ kind: 'relay', json: altered })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(TYPED_DATA_INVALID|ADDRESS_)/) }),
    );
  });
});

describe('decodeReview of typed data', () => {
  const window = { validAfter: 0n, validBefore: seconds + 60n };
  const redemption = { holder: me, reference: `0x${'01'.repeat(32)}`, amount: 50_000_000n, ...window } as const;
  const permit = { owner: me, spender: shop, value: 5n, nonce: 0n, deadline: seconds + 60n };
  const authorization = { from: me, to: shop, value: 5n, ...window, nonce: `0x${'02'.repeat(32)}` } as const;
  const decode = (typedData: Parameters<typeof draftTypedData>[0]) => decodeReview(draftTypedData(typedData), context);

  it('explains a redemption', () => {
    const result = decode(buildRedeemTypedData(domain, redemption));
    expect(result).toMatchObject({
      kind: 'redemption',
      holder: me,
      reference: redemption.reference,
      amount: { asset: tokenAsset, amount: 50_000_000n },
      warnings: [],
    });
  });

  it('explains a permit, and warns of it', () => {
    expect(decode(buildPermitTypedData(domain, permit))).toMatchObject({
      kind: 'permit',
      owner: me,
      spender: shop,
      amount: { amount: 5n },
    });
    expect(codes(decode(buildPermitTypedData(domain, permit)))).toEqual(['allowance']);
    expect(codes(decode(buildPermitTypedData(domain, { ...permit, value: maxUint256, deadline: maxUint256 })))).toEqual(
      ['allowance_unlimited', 'allowance', 'long_validity'],
    );
    expect(codes(decode(buildPermitTypedData(domain, { ...permit, deadline: seconds - 1n })))).toEqual([
      'expired',
      'allowance',
    ]);
    expect(codes(decode(buildPermitTypedData({ ...domain, verifyingContract: stranger }, permit)))).toEqual([
      'domain_mismatch',
      'token_unknown',
      'allowance',
    ]);
    expect(codes(decode(buildPermitTypedData({ ...domain, name: 'X' }, permit)))).toEqual([
      'domain_mismatch',
      'allowance',
    ]);
    expect(codes(decode(buildPermitTypedData({ ...domain, chainId: 1 }, permit)))).toEqual([
      'chain_unknown',
      'token_unknown',
      'allowance',
    ]);
  });

  it('explains an authorization without its terms, and warns that they are hidden', () => {
    const result = decode(buildReceiveTypedData(domain, authorization));
    expect(result).toMatchObject({ kind: 'authorization', from: me, to: shop, nonce: authorization.nonce });
    expect(codes(result)).toEqual(['terms_hidden']);
    const transfer = { ...buildReceiveTypedData(domain, authorization), primaryType: 'TransferWithAuthorization' };
    const types = { TransferWithAuthorization: transfer.types.ReceiveWithAuthorization };
    expect(decode({ ...transfer, types }).kind).toBe('authorization');
  });

  it('does not trust a known name over unknown fields', () => {
    const { types, ...rest } = buildPermitTypedData(domain, permit);
    const [owner, spender, ...others] = types.Permit;
    const swapped = { ...rest, types: { Permit: [spender, owner, ...others] } } as Parameters<typeof draftTypedData>[0];
    expect(decode(swapped)).toMatchObject({
      kind: 'unknown_structure',
      primaryType: 'Permit',
      warnings: [{ code: 'structure_unknown' }],
    });
  });

  it.each([
    [
      'an order on a market',
      {
        types: { Order: [{ name: 'amount', type: 'uint256' }] },
        primaryType: 'Order',
        domain,
        message: { amount: 1n },
      },
      ['structure_unknown'],
    ],
    [
      'a structure for another chain',
      { types: { Order: [] }, primaryType: 'Order', domain: { ...domain, chainId: 1 }, message: {} },
      ['chain_unknown', 'structure_unknown'],
    ],
    [
      'a permit without a contract',
      { ...buildPermitTypedData(domain, permit), domain: { name: 'Feiqian Yuan', version: '1', chainId: 31_337 } },
      ['structure_unknown'],
    ],
  ] as const)('shows %s as it is', (_what, typedData, expected) => {
    const result = decode(typedData);
    expect([result.kind, codes(result)]).toEqual(['unknown_structure', expected]);
  });
});

describe('decodeReview of a message', () => {
  const signIn = (changes: object = {}) =>
    draftMessage(
      formatSiweMessage({
        domain: 'wallet.example',
        address: me,
        statement: 'Link this address.',
        uri: 'https://wallet.example/v1/me/addresses',
        version: '1',
        chainId: 31_337,
        nonce: 'abcdef01',
        issuedAt: '2026-11-22T09:59:00Z',
        expirationTime: '2026-11-22T10:10:00Z',
        ...changes,
      }),
    );

  it('explains a sign-in', () => {
    expect(decodeReview(signIn(), context)).toMatchObject({
      kind: 'sign_in',
      message: { domain: 'wallet.example', nonce: 'abcdef01' },
      warnings: [],
    });
  });

  it.each([
    ['for another site', { domain: 'wallet.example.evil' }, ['sign_in_elsewhere']],
    ['whose URI is elsewhere', { uri: 'https://evil.example/' }, ['sign_in_elsewhere']],
    ['that has expired', { expirationTime: '2026-11-22T10:00:00Z' }, ['expired']],
  ])('forbids a sign-in %s', (_what, changes, expected) => {
    expect(codes(decodeReview(signIn(changes), context))).toEqual(expected);
  });

  it('shows text as text', () => {
    expect(decodeReview(draftMessage('你好\n\tworld 🚀'), context)).toMatchObject({
      kind: 'text',
      text: '你好\n\tworld 🚀',
      warnings: [],
    });
  });

  it.each(['\u202etxet', 'a\u0000b', 'a\u200bb', '\ufeffa', 'a\rb', '\ue000'])(
    'calls a text with hidden characters unreadable (%j)',
    (text) => {
      expect(decodeReview(draftMessage(text), context)).toMatchObject({
        kind: 'bytes',
        warnings: [{ code: 'unreadable' }],
      });
    },
  );

  it('calls bytes unreadable', () => {
    expect(decodeReview(draftMessage(new Uint8Array([0xff, 0xfe])), context)).toMatchObject({
      kind: 'bytes',
      bytes: '0xfffe',
    });
  });
});

describe('a draft', () => {
  it('cannot be changed between review and signature', () => {
    for (const draft of [draftTransaction(aTransaction()), draftRelay(aPayment()), draftMessage('a')]) {
      expect(Object.isFrozen(draft)).toBe(true);
      expect(Object.values(draft).every((value) => typeof value === 'string')).toBe(true);
    }
  });
});
