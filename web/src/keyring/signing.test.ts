import { createHash } from 'node:crypto';
import { parseRawTransaction } from '@feiqian/domain/raw-transaction';
import type { UnsignedTransaction } from '@feiqian/domain/transaction';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { Transaction, verifyMessage, verifyTypedData, Wallet } from 'ethers';
import { getAddress, type Hex, keccak256, recoverAddress, stringToBytes } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it, vi } from 'vitest';
import { draftMessage, draftTransaction, draftTypedData } from './draft.ts';
import { recognize } from './recognize.ts';
import { draftRelay, draftRelayUndo, readRelayDraft, readRelayUndoDraft } from './relay-draft.ts';
import { Secret } from './secret.ts';
import { signDigest, signMessage, signTransaction, signTypedData } from './signing.ts';
import { fromHex, readVectors } from './testing/read-vectors.ts';
import { domain, relay } from './testing/review-scene.ts';

// Vectors and random cases are many, and a busy machine is slow.
vi.setConfig({ testTimeout: 60_000 });

const secret = (hex: string) => new Secret(fromHex(hex));

describe('signDigest', () => {
  it('gives the signatures of the published vectors, bit by bit', async () => {
    const { valid } = readVectors<{ valid: { d: string; m: string; signature: string }[] }>(
      'secp256k1-sign/ecdsa_first400.json',
    );
    for (const { d, m, signature } of valid) {
      const { r, s } = await signDigest(secret(d), `0x${m}`);
      expect(r.slice(2) + s.slice(2)).toBe(signature);
    }
    expect(valid.length).toBeGreaterThan(100);
  });

  it('signs as the addresses that ethereum/tests name for its keys', async () => {
    const rows = readVectors<{ key: string; addr: string }[]>('ethereum-basic/keyaddrtest.json');
    for (const { key, addr } of rows) {
      const address = getAddress(`0x${addr}`);
      expect(await recognize(key)).toEqual({ kind: 'private_key', address });
      const hash = keccak256('0x');
      expect(await recoverAddress({ hash, signature: await signDigest(secret(key), hash) })).toBe(address);
    }
    expect(rows).toHaveLength(2);
  });

  it('takes its nonce from key and message alone, as RFC 6979 says', async () => {
    for (const { message, d, k0 } of readVectors<{ message: string; d: string; k0: string }[]>(
      'secp256k1-sign/rfc6979_nonces.json',
    )) {
      const { r } = await signDigest(secret(d), `0x${createHash('sha256').update(message).digest('hex')}`);
      const point = secp256k1.Point.BASE.multiply(BigInt(`0x${k0}`));
      expect(BigInt(r)).toBe(point.x % secp256k1.Point.Fn.ORDER);
    }
  });

  it('refuses private keys that are none', async () => {
    const { invalid } = readVectors<{ invalid: { sign: { exception: string; d: string; m: string }[] } }>(
      'secp256k1-sign/ecdsa_first400.json',
    );
    const badKeys = (invalid.sign ?? []).filter(({ exception }) => exception === 'Expected Private');
    for (const { d, m } of badKeys) await expect(async () => signDigest(secret(d), `0x${m}`)).rejects.toThrow();
  });

  it('can sign nothing with a wiped key', () => {
    const key = secret('11'.repeat(32));
    key.wipe();
    expect(() => signDigest(key, `0x${'00'.repeat(32)}`)).toThrow(expect.objectContaining({ code: 'KEYRING_LOCKED' }));
  });
});

describe('signTransaction', () => {
  type Row = { name: string; privateKey: string } & Record<
    `${'un' | ''}signed${string}` | `${'Un' | ''}signed${string}`,
    Hex
  >;
  const rows = readVectors<Row[]>('ethers/transactions.json.gz');

  it.each(['Eip155', 'Berlin', 'London'])(
    `signs ${rows.length} transactions of ethers (%s) to the same bytes`,
    { timeout: 60_000 },
    async (fork) => {
      let signed = 0;
      for (const row of rows) {
        const bytes = row[`unsigned${fork}`];
        if (!bytes) continue;
        const { raw, hash } = await signTransaction(secret(row.privateKey), { kind: 'transaction', bytes });
        expect(raw).toBe(row[`signed${fork}`]);
        expect(hash).toBe(keccak256(raw));
        signed += 1;
      }
      expect(signed).toBeGreaterThan(500);
    },
  );

  it('refuses what the wallet never makes: replayable, blob and signed transactions', async () => {
    const row = rows[0];
    const refused = [row?.unsignedLegacy, row?.unsignedCancun, row?.signedLondon, row?.signedEip155, '0x', '0x02'];
    for (const bytes of refused) {
      await expect(
        signTransaction(secret('11'.repeat(32)), { kind: 'transaction', bytes: bytes as Hex }),
      ).rejects.toMatchObject({ code: 'TRANSACTION_INVALID' });
    }
  });

  it('signs the drafted transaction and no other', async () => {
    const transaction: UnsignedTransaction = {
      type: 'eip1559',
      chainId: 31_337n,
      nonce: 3n,
      gas: 21_000n,
      to: '0x52908400098527886E0F7030069857D2E4169EE7',
      value: 10n ** 18n,
      data: '0x',
      maxFeePerGas: 2_000_000_000n,
      maxPriorityFeePerGas: 1n,
      accessList: [],
    };
    const { raw, hash } = await signTransaction(secret('11'.repeat(32)), draftTransaction(transaction));
    const parsed = await parseRawTransaction(raw, { chainId: 31_337 });
    expect(parsed).toMatchObject({ transaction, hash, sender: new Wallet(`0x${'11'.repeat(32)}`).address });
    expect(Transaction.from(raw).hash).toBe(hash);
  });
});

describe('signMessage', () => {
  it.each(
    readVectors<{ privateKey: string; message: Hex; isHex: boolean; signature: Hex }[]>(
      'eip712-eip191/personal_sign.json',
    ),
  )('signs $message as MetaMask does', async ({ privateKey, message, isHex, signature }) => {
    const draft = isHex ? ({ kind: 'message', bytes: message } as const) : draftMessage(message);
    expect(await signMessage(secret(privateKey), draft)).toBe(signature);
  });

  it('signs text of any language so that ethers finds the signer', async () => {
    for (const text of ['', '你好，飞钱', 'é'.normalize('NFD'), '🚀'.repeat(40)]) {
      const signature = await signMessage(secret('11'.repeat(32)), draftMessage(text));
      expect(verifyMessage(text, signature)).toBe(new Wallet(`0x${'11'.repeat(32)}`).address);
    }
  });
});

describe('signTypedData', () => {
  const key = () => secret('11'.repeat(32));
  const signer = privateKeyToAccount(`0x${'11'.repeat(32)}`);
  const other = privateKeyToAccount(`0x${'22'.repeat(32)}`);
  const request = {
    token: domain.verifyingContract,
    from: signer.address,
    to: other.address,
    amount: 25n,
    fee: 1n,
    feeReceiver: other.address,
    reference: `0x${'ab'.repeat(32)}`,
    validAfter: 0n,
    validBefore: 2_000_000_000n,
    salt: `0x${'cd'.repeat(32)}`,
  } as const;

  it('signs the Mail example of EIP-712', async () => {
    const mail = readVectors<{
      types: never;
      primaryType: string;
      domain: object;
      message: object;
      expect: Record<string, string>;
    }>('eip712-eip191/eip712-mail.json');
    const privateKey = keccak256(stringToBytes('cow')).slice(2);
    const { r = '', s = '', v, address } = mail.expect;
    const signature = await signTypedData(secret(privateKey), address as Hex, draftTypedData(mail));
    expect(signature).toBe(`${r}${s.slice(2)}${Number(v).toString(16)}`);
  });

  it('signs a payment through the relay as viem signs the same authorization', async () => {
    const draft = draftRelay({ domain, relay, request });
    const signature = await signTypedData(key(), signer.address, draft);
    const { typedData } = readRelayDraft(draft);
    expect(signature).toBe(await signer.signTypedData(typedData));
    expect(verifyTypedData(typedData.domain, typedData.types as never, typedData.message, signature)).toBe(
      signer.address,
    );
  });

  it('signs until when a payment can be undone, and that very time', async () => {
    const at = (validAfter: bigint) =>
      signTypedData(key(), signer.address, draftRelay({ domain, relay, request: { ...request, validAfter } }));
    const signature = await at(1_900_000_000n);
    const { typedData } = readRelayDraft(draftRelay({ domain, relay, request }));
    const held = { ...typedData.message, validAfter: 1_900_000_000n };
    expect(verifyTypedData(domain, typedData.types as never, held, signature)).toBe(signer.address);
    expect(new Set([signature, await at(0n), await at(1_899_999_999n)]).size).toBe(3);
  });

  it('signs the end of a payment as EIP-3009 wants it, with the nonce of that payment', async () => {
    const draft = draftRelayUndo({ domain, relay, request });
    const signature = await signTypedData(key(), signer.address, draft);
    const types = {
      CancelAuthorization: [
        { name: 'authorizer', type: 'address' },
        { name: 'nonce', type: 'bytes32' },
      ],
    };
    const { nonce } = readRelayDraft(draftRelay({ domain, relay, request })).typedData.message;
    expect(readRelayUndoDraft(draft).typedData.message).toEqual({ authorizer: signer.address, nonce });
    expect(verifyTypedData(domain, types, { authorizer: signer.address, nonce }, signature)).toBe(signer.address);
  });

  it.each([
    ['a payment', draftRelay({ domain, relay, request: { ...request, from: other.address } })],
    ['the end of a payment', draftRelayUndo({ domain, relay, request: { ...request, from: other.address } })],
    [
      'a permit',
      draftTypedData({
        types: { Permit: [{ name: 'owner', type: 'address' }] },
        primaryType: 'Permit',
        domain,
        message: { owner: other.address },
      }),
    ],
    [
      'a redemption',
      draftTypedData({
        types: { RedeemWithAuthorization: [{ name: 'holder', type: 'address' }] },
        primaryType: 'RedeemWithAuthorization',
        domain,
        message: { holder: other.address },
      }),
    ],
  ])('refuses %s that names somebody else', async (_what, draft) => {
    await expect(signTypedData(key(), signer.address, draft)).rejects.toMatchObject({
      code: 'TYPED_DATA_INVALID',
      details: { reason: 'signer' },
    });
  });

  it('signs other structures without guessing at their meaning', async () => {
    const types = { Order: [{ name: 'owner', type: 'address' }] };
    const draft = draftTypedData({ types, primaryType: 'Order', domain, message: { owner: other.address } });
    const signature = await signTypedData(key(), signer.address, draft);
    expect(verifyTypedData(domain, types, { owner: other.address }, signature)).toBe(signer.address);
  });
});
