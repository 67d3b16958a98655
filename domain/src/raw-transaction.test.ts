import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { bytesToHex, type Hex, hexToBytes, keccak256, parseTransaction, serializeTransaction } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import {
  encodeSignedTransaction,
  encodeUnsignedTransaction,
  parseRawTransaction,
  parseUnsignedTransaction,
  transactionBytesMax,
} from './raw-transaction.ts';
import { computeIntrinsicGas, initCodeBytesMax, type UnsignedTransaction } from './transaction.ts';

type Vector = { raw: Hex; hash?: Hex; sender?: Hex; intrinsicGas?: Hex; exception?: string };
const vectors: Record<string, Vector> = JSON.parse(
  readFileSync(new URL('../vectors/ethereum-transactiontests/cancun.json', import.meta.url), 'utf8'),
);
const valid = Object.entries(vectors).filter(([, vector]) => vector.hash);
const invalid = Object.entries(vectors).filter(([, vector]) => !vector.hash);

const account = privateKeyToAccount(`0x${'42'.repeat(32)}`);
const recipient = '0x52908400098527886E0F7030069857D2E4169EE7';

describe('parseRawTransaction and the TransactionTests of Ethereum (Cancun)', () => {
  it.each(valid)('accepts %s with the right sender, hash and intrinsic gas', async (_name, vector) => {
    const { transaction, signature, sender, hash } = await parseRawTransaction(vector.raw, { chainId: 1 });
    expect({ hash, sender: sender.toLowerCase() }).toEqual({ hash: vector.hash, sender: vector.sender });
    expect(computeIntrinsicGas(transaction)).toBe(BigInt(vector.intrinsicGas ?? 0));
    expect(encodeSignedTransaction(transaction, signature)).toBe(vector.raw);
  });

  it.each(invalid)('refuses %s', async (_name, vector) => {
    await expect(parseRawTransaction(vector.raw, { chainId: 1 })).rejects.toMatchObject({
      code: 'TRANSACTION_INVALID',
    });
  });

  it('has both kinds of vectors', () => {
    expect([valid.length, invalid.length]).toEqual([27, 85]);
  });
});

const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => bytesToHex(bytes));
const accessList = fc.array(
  fc.record({
    address,
    storageKeys: fc.array(
      fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytesToHex(bytes)),
      { maxLength: 3 },
    ),
  }),
  { maxLength: 3 },
);
const base = {
  chainId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  nonce: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  gas: fc.bigInt({ min: 10_000_000n, max: 2n ** 64n - 1n }),
  to: fc.option(address, { nil: null }),
  value: uint(256),
  data: fc.uint8Array({ maxLength: 200 }).map((bytes) => bytesToHex(bytes)),
};
const anyTransaction = fc.oneof(
  fc.record({ type: fc.constant('legacy' as const), ...base, gasPrice: uint(190) }),
  fc.record({ type: fc.constant('eip2930' as const), ...base, gasPrice: uint(190), accessList }),
  fc
    .record({ type: fc.constant('eip1559' as const), ...base, fees: fc.tuple(uint(190), uint(190)), accessList })
    .map(({ fees: [one, two], ...rest }) => ({
      ...rest,
      maxFeePerGas: one > two ? one : two,
      maxPriorityFeePerGas: one > two ? two : one,
    })),
);

describe('parseRawTransaction', () => {
  it('reads what viem signs, recovers the signer, and writes the same bytes again', async () => {
    await fc.assert(
      fc.asyncProperty(anyTransaction, async (transaction) => {
        const raw = await account.signTransaction(transaction as Parameters<typeof account.signTransaction>[0]);
        const parsed = await parseRawTransaction(raw, { chainId: transaction.chainId });
        expect(parsed.sender).toBe(account.address);
        expect(parsed.hash).toBe(keccak256(raw));
        expect(encodeSignedTransaction(parsed.transaction, parsed.signature)).toBe(raw);
        expect(parsed.transaction.nonce).toBe(BigInt(transaction.nonce));
        expect(parsed.transaction.value).toBe(transaction.value);
        expect(bytesToHex(encodeUnsignedTransaction(parsed.transaction))).toBe(
          serializeTransaction(transaction as Parameters<typeof serializeTransaction>[0]),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('never accepts two spellings of one transaction: whatever byte is changed, the hash or the refusal tells', async () => {
    const raw = await account.signTransaction({
      type: 'eip1559',
      chainId: 1,
      gas: 21_000n,
      to: recipient,
      value: 5n,
      maxFeePerGas: 9n,
    });
    const original = await parseRawTransaction(raw, { chainId: 1 });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: (raw.length - 4) / 2 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = hexToBytes(raw);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const changed = bytesToHex(bytes);
        const outcome = await parseRawTransaction(changed, { chainId: 1 }).catch(
          (error: { code: string }) => error.code,
        );
        if (typeof outcome === 'string') expect(outcome).toBe('TRANSACTION_INVALID');
        else {
          expect(outcome.sender).not.toBe(original.sender);
          expect(encodeSignedTransaction(outcome.transaction, outcome.signature)).toBe(changed);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('refuses arbitrary bytes without any other kind of failure', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await expect(parseRawTransaction(bytesToHex(bytes), { chainId: 1 })).rejects.toMatchObject({
          code: 'TRANSACTION_INVALID',
        });
      }),
    );
  });

  it('refuses a transaction for another chain', async () => {
    const raw = await account.signTransaction({ type: 'eip1559', chainId: 1, gas: 21_000n, to: recipient });
    await expect(parseRawTransaction(raw, { chainId: 31_337 })).rejects.toMatchObject({
      details: { reason: 'for another chain' },
    });
  });

  it.each([
    ['nothing', '0x'],
    ['what is not hexadecimal', '0xzz'],
    ['half a byte', '0x123'],
    ['a blob transaction', '0x03c0'],
    ['a set-code transaction', '0x04c0'],
    ['a byte string', '0x80'],
    ['more bytes than nodes take', `0x02${'00'.repeat(transactionBytesMax)}`],
  ] as const)('refuses %s', async (...[, raw]) => {
    await expect(parseRawTransaction(raw, { chainId: 1 })).rejects.toMatchObject({ code: 'TRANSACTION_INVALID' });
  });

  it('refuses creation code above the limit of EIP-3860', async () => {
    const create = (bytes: number) =>
      account.signTransaction({ type: 'eip1559', chainId: 1, gas: 30_000_000n, data: `0x${'01'.repeat(bytes)}` });
    await expect(parseRawTransaction(await create(initCodeBytesMax), { chainId: 1 })).resolves.toBeDefined();
    await expect(parseRawTransaction(await create(initCodeBytesMax + 1), { chainId: 1 })).rejects.toMatchObject({
      details: { reason: 'creation code too long' },
    });
  });
});

describe('parseUnsignedTransaction', () => {
  const transaction: UnsignedTransaction = {
    type: 'eip1559',
    chainId: 31_337n,
    nonce: 7n,
    gas: 21_000n,
    to: recipient,
    value: 10n ** 18n,
    data: '0x',
    maxFeePerGas: 30n,
    maxPriorityFeePerGas: 1n,
    accessList: [],
  };

  it('is the inverse of encoding', () => {
    expect(parseUnsignedTransaction(encodeUnsignedTransaction(transaction))).toEqual(transaction);
    fc.assert(
      fc.property(anyTransaction, (given) => {
        const bytes = hexToBytes(serializeTransaction(given as Parameters<typeof serializeTransaction>[0]));
        expect(encodeUnsignedTransaction(parseUnsignedTransaction(bytes))).toEqual(bytes);
      }),
    );
  });

  it('refuses every other bytes with a reason, or reads them as nothing else would be written', () => {
    const written = encodeUnsignedTransaction(transaction);
    const nearly = fc
      .tuple(fc.nat({ max: written.length - 1 }), fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 3 }))
      .map(([at, length, put]) => Uint8Array.from([...written.slice(0, at), ...put, ...written.slice(at + length)]));
    fc.assert(
      fc.property(fc.oneof(nearly, fc.uint8Array({ maxLength: 120 })), (bytes) => {
        let read: UnsignedTransaction;
        try {
          read = parseUnsignedTransaction(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'TRANSACTION_INVALID' });
          return;
        }
        expect(encodeUnsignedTransaction(read)).toEqual(bytes);
      }),
      { numRuns: 1_000 },
    );
  });

  it('agrees with viem about what was written', () => {
    const read = parseTransaction(bytesToHex(encodeUnsignedTransaction(transaction)));
    expect(read).toMatchObject({ chainId: 31_337, nonce: 7, value: 10n ** 18n, maxFeePerGas: 30n });
    expect(read.to?.toLowerCase()).toBe(recipient.toLowerCase());
  });

  it('refuses a signed transaction, so that nothing is signed twice', async () => {
    for (const type of ['legacy', 'eip1559'] as const) {
      const raw = await account.signTransaction({ type, chainId: 1, gas: 21_000n, to: recipient } as never);
      expect(() => parseUnsignedTransaction(hexToBytes(raw))).toThrow(
        expect.objectContaining({ code: 'TRANSACTION_INVALID' }),
      );
    }
  });

  it('refuses a legacy transaction without a chain id, because it could be replayed anywhere', () => {
    const unprotected: UnsignedTransaction = {
      type: 'legacy',
      chainId: null,
      nonce: 0n,
      gas: 21_000n,
      gasPrice: 1n,
      to: recipient,
      value: 0n,
      data: '0x',
    };
    expect(() => parseUnsignedTransaction(encodeUnsignedTransaction(unprotected))).toThrow();
  });

  it('refuses another chain when one is expected', () => {
    expect(() => parseUnsignedTransaction(encodeUnsignedTransaction(transaction), { chainId: 1 })).toThrow(
      expect.objectContaining({ details: { reason: 'for another chain' } }),
    );
  });
});
