import fc from 'fast-check';
import { bytesToHex, encodeAbiParameters, type Hex, hashStruct, keccak256, stringToHex, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import {
  authorizationTypes,
  buildPermitTypedData,
  buildReceiveTypedData,
  buildRedeemTypedData,
  buildRelayTypedData,
  buildRelayUndoTypedData,
  checkRedeemAuthorization,
  checkRelayRequest,
  checkTypedDataSignature,
  isCanonicalSignature,
  type RelayRequest,
  relayNonce,
  type TokenDomain,
} from './authorizations.ts';

const payer = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const other = privateKeyToAccount(`0x${'22'.repeat(32)}`);
const relay = '0x8ba1f109551bD432803012645Ac136ddd64DBA72';
const domain: TokenDomain = {
  name: 'Feiqian Yuan',
  version: '1',
  chainId: 31_337,
  verifyingContract: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
};

const aRequest = (changes: Partial<RelayRequest> = {}): RelayRequest => ({
  token: domain.verifyingContract,
  from: payer.address,
  to: other.address,
  amount: 25_000_000n,
  fee: 10_000n,
  feeReceiver: '0x52908400098527886E0F7030069857D2E4169EE7',
  reference: `0x${'ab'.repeat(32)}`,
  validAfter: 0n,
  validBefore: 2_000_000_000n,
  salt: `0x${'cd'.repeat(32)}`,
  ...changes,
});

const typeHash = (name: keyof typeof authorizationTypes): Hex =>
  keccak256(
    stringToHex(`${name}(${authorizationTypes[name].map((field) => `${field.type} ${field.name}`).join(',')})`),
  );

describe('authorizationTypes', () => {
  it('have the type hashes that EIP-3009 and EIP-2612 print', () => {
    expect(typeHash('ReceiveWithAuthorization')).toBe(
      '0xd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8',
    );
    expect(typeHash('CancelAuthorization')).toBe('0x158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429');
    expect(typeHash('Permit')).toBe('0x6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9');
  });

  it('call off exactly the payment whose terms are given, by whom it is from', () => {
    const nonceOf = (changes: Partial<RelayRequest>) =>
      buildRelayUndoTypedData(domain, relay, aRequest(changes)).message.nonce;
    expect(buildRelayUndoTypedData(domain, relay, aRequest()).message).toEqual({
      authorizer: payer.address,
      nonce: buildRelayTypedData(domain, relay, aRequest()).message.nonce,
    });
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 255n }), fc.bigInt({ min: 1n, max: 2n ** 255n }), (one, two) => {
        fc.pre(one !== two);
        expect(nonceOf({ amount: one })).not.toBe(nonceOf({ amount: two }));
        expect(nonceOf({ salt: toHex(one, { size: 32 }) })).not.toBe(nonceOf({ salt: toHex(two, { size: 32 }) }));
      }),
    );
  });

  it('hash a redemption as the contract does', () => {
    const message = {
      holder: payer.address,
      reference: `0x${'01'.repeat(32)}`,
      amount: 10_000n,
      validAfter: 0n,
      validBefore: 9n,
    } as const;
    const byHand = keccak256(
      encodeAbiParameters(
        [
          { type: 'bytes32' },
          { type: 'address' },
          { type: 'bytes32' },
          { type: 'uint256' },
          { type: 'uint256' },
          { type: 'uint256' },
        ],
        [
          typeHash('RedeemWithAuthorization'),
          message.holder,
          message.reference,
          message.amount,
          message.validAfter,
          message.validBefore,
        ],
      ),
    );
    const { types, primaryType } = buildRedeemTypedData(domain, message);
    expect(hashStruct({ data: message, primaryType, types })).toBe(byHand);
  });
});

describe('relayNonce', () => {
  it('is the hash of the nine words that the contract hashes', () => {
    const request = aRequest();
    const word = (value: bigint | Hex) =>
      (typeof value === 'bigint' ? toHex(value, { size: 32 }) : (`0x${value.slice(2).padStart(64, '0')}` as Hex)).slice(
        2,
      );
    const words = [
      31_337n,
      relay,
      request.to,
      request.amount,
      request.fee,
      request.feeReceiver,
      request.reference,
      request.validBefore,
      request.salt,
    ];
    expect(relayNonce(31_337, relay, request)).toBe(
      keccak256(
        `0x${words
          .map((value) => word(value as bigint | Hex))
          .join('')
          .toLowerCase()}`,
      ),
    );
  });

  it('changes with every part of the payment', () => {
    const changes: Partial<RelayRequest>[] = [
      { to: payer.address },
      { amount: 25_000_001n },
      { fee: 10_001n },
      { feeReceiver: payer.address },
      { reference: `0x${'00'.repeat(32)}` },
      { validBefore: 2_000_000_001n },
      { salt: `0x${'00'.repeat(32)}` },
    ];
    const nonces = [
      ...changes.map((change) => relayNonce(31_337, relay, aRequest(change))),
      relayNonce(31_337, relay, aRequest()),
      relayNonce(1, relay, aRequest()),
      relayNonce(31_337, other.address, aRequest()),
    ];
    expect(new Set(nonces).size).toBe(nonces.length);
  });
});

describe('checkTypedDataSignature', () => {
  it('accepts the signature of the payer and of nobody else', async () => {
    const typedData = buildRelayTypedData(domain, relay, aRequest());
    const signature = await payer.signTypedData(typedData);
    await expect(checkTypedDataSignature(typedData, payer.address, signature)).resolves.toBeUndefined();
    await expect(checkTypedDataSignature(typedData, other.address, signature)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });

  it('refuses a signature for any other amount, fee, recipient, reference, time, token or chain', async () => {
    const signature = await payer.signTypedData(buildRelayTypedData(domain, relay, aRequest()));
    const altered = [
      buildRelayTypedData(domain, relay, aRequest({ amount: 25_010_000n, fee: 0n })),
      buildRelayTypedData(domain, relay, aRequest({ to: payer.address })),
      buildRelayTypedData(domain, relay, aRequest({ reference: `0x${'00'.repeat(32)}` })),
      buildRelayTypedData(domain, relay, aRequest({ validAfter: 1n })),
      buildRelayTypedData({ ...domain, name: 'Other' }, relay, aRequest()),
      buildRelayTypedData({ ...domain, chainId: 1 }, relay, aRequest()),
      buildReceiveTypedData(domain, { ...buildRelayTypedData(domain, relay, aRequest()).message, value: 1n }),
      buildPermitTypedData(domain, { owner: payer.address, spender: relay, value: 1n, nonce: 0n, deadline: 1n }),
    ];
    for (const typedData of altered) {
      await expect(checkTypedDataSignature(typedData, payer.address, signature)).rejects.toMatchObject({
        code: 'SIGNATURE_INVALID',
      });
    }
  });

  it('refuses the mirrored signature, which recovers the same signer', async () => {
    const typedData = buildRelayTypedData(domain, relay, aRequest());
    const signature = await payer.signTypedData(typedData);
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const s = toHex(order - BigInt(`0x${signature.slice(66, 130)}`), { size: 32 }).slice(2);
    const mirrored: Hex = `0x${signature.slice(2, 66)}${s}${signature.endsWith('1b') ? '1c' : '1b'}`;
    expect(isCanonicalSignature(signature)).toBe(true);
    expect(isCanonicalSignature(mirrored)).toBe(false);
    await expect(checkTypedDataSignature(typedData, payer.address, mirrored)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });

  it('answers SIGNATURE_INVALID to arbitrary bytes', async () => {
    const typedData = buildRelayTypedData(domain, relay, aRequest());
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 60, maxLength: 66 }), async (bytes) => {
        await expect(checkTypedDataSignature(typedData, payer.address, bytesToHex(bytes))).rejects.toMatchObject({
          code: 'SIGNATURE_INVALID',
        });
      }),
    );
    const noPoint: Hex = `0x${'05'.padStart(64, '0')}${'01'.padStart(64, '0')}1b`;
    await expect(checkTypedDataSignature(typedData, payer.address, noPoint)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });
});

describe('checkRelayRequest', () => {
  it('accepts a payment now and a delayed one', () => {
    expect(() => checkRelayRequest(aRequest(), 1_900_000_000n)).not.toThrow();
    expect(() => checkRelayRequest(aRequest({ validAfter: 1_950_000_000n }), 1_900_000_000n)).not.toThrow();
  });

  it.each([
    ['nothing', { amount: 0n }, 'AUTHORIZATION_INVALID'],
    ['a negative fee', { fee: -1n }, 'AUTHORIZATION_INVALID'],
    ['more than a uint256', { amount: 2n ** 256n - 1n }, 'AUTHORIZATION_INVALID'],
    ['no recipient', { to: '0x0000000000000000000000000000000000000000' }, 'AUTHORIZATION_INVALID'],
    ['a fee to nobody', { feeReceiver: '0x0000000000000000000000000000000000000000' }, 'AUTHORIZATION_INVALID'],
    ['the token contract as recipient', { to: domain.verifyingContract }, 'ADDRESS_IS_TOKEN'],
    ['an empty time window', { validAfter: 2_000_000_000n }, 'AUTHORIZATION_INVALID'],
    ['a time beyond uint256', { validBefore: 2n ** 256n }, 'AUTHORIZATION_INVALID'],
    ['an end that is now', { validBefore: 1_900_000_000n }, 'AUTHORIZATION_EXPIRED'],
  ] as const)('refuses %s', (_what, change, code) => {
    expect(() => checkRelayRequest(aRequest(change), 1_900_000_000n)).toThrow(expect.objectContaining({ code }));
  });
});

describe('checkRedeemAuthorization', () => {
  const authorization = {
    holder: payer.address,
    reference: `0x${'01'.repeat(32)}`,
    amount: 50_000_000n,
    validAfter: 0n,
    validBefore: 100n,
  } as const;

  it('accepts whole units of cash only', () => {
    expect(() => checkRedeemAuthorization(authorization, 10_000n, 50n)).not.toThrow();
    expect(() => checkRedeemAuthorization({ ...authorization, amount: 50_000_001n }, 10_000n, 50n)).toThrow(
      expect.objectContaining({ code: 'AUTHORIZATION_INVALID' }),
    );
    expect(() => checkRedeemAuthorization({ ...authorization, amount: 0n }, 10_000n, 50n)).toThrow();
  });

  it('refuses one that has ended', () => {
    expect(() => checkRedeemAuthorization(authorization, 10_000n, 100n)).toThrow(
      expect.objectContaining({ code: 'AUTHORIZATION_EXPIRED' }),
    );
  });
});
