import type { HeldRelay } from '@feiqian/domain/api/chain';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { buildRelayTypedData, relayNonce } from '@feiqian/domain/authorizations';
import fc from 'fast-check';
import type { Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { readRelayUndoDraft } from '../keyring/relay-draft.ts';
import { createAssetBook } from './assets.ts';
import { anEntry } from './history/an-entry.ts';
import { undoChoices } from './preferences.ts';
import { validAfterOf } from './relay.ts';
import { draftUndo } from './undo.ts';

const me = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const friend = privateKeyToAccount(`0x${'22'.repeat(32)}`);
const token = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const relay = '0x8ba1f109551bD432803012645Ac136ddd64DBA72';
const asset = toTokenAssetId(31_337, token);
const book = createAssetBook({
  chains: [
    {
      chainId: 31_337,
      name: 'Local',
      native: { symbol: 'ETH', decimals: 18 },
      finality: { kind: 'depth', blocks: 3 },
      relay,
      checkout: friend.address,
      status: 'following',
      head: '1',
      finalized: '1',
    },
  ],
  bridge: true,
  assets: [
    { id: asset, kind: 'token', symbol: 'CNYF', name: 'Feiqian CNY', decimals: 6, chainId: 31_337, address: token },
  ],
});
const request = {
  token,
  from: me.address,
  to: friend.address,
  amount: 25_000_000n,
  fee: 10_000n,
  feeReceiver: relay,
  reference: `0x${'ab'.repeat(32)}`,
  validAfter: 1_900_000_000n,
  validBefore: 1_900_003_600n,
  salt: `0x${'cd'.repeat(32)}`,
} as const;
const domain = { name: 'Feiqian CNY', version: '1', chainId: 31_337, verifyingContract: token } as const;
const entry = anEntry({
  kind: 'token_transfer',
  direction: 'out',
  stage: 'held',
  movementId: '0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
  money: { asset, amount: '25000000' },
  fee: { asset, amount: '10000' },
  counterparty: { kind: 'address', value: friend.address },
});

async function aHeldRelay(change: Partial<HeldRelay> = {}): Promise<HeldRelay> {
  const signature = await me.signTypedData(buildRelayTypedData(domain, relay, request));
  return {
    chainId: 31_337,
    ...{
      token,
      from: request.from,
      to: request.to,
      feeReceiver: relay,
      reference: request.reference,
      salt: request.salt,
    },
    amount: '25000000',
    fee: '10000',
    validAfter: '1900000000',
    validBefore: '1900003600',
    signature,
    heldUntil: '2030-03-17T17:46:40.000Z',
    ...change,
  };
}

describe('draftUndo', () => {
  it('ends the payment that was signed', async () => {
    const { signing, movementId } = await draftUndo(book, entry, await aHeldRelay());
    expect(movementId).toBe(entry.movementId);
    expect(readRelayUndoDraft(signing).typedData.message).toEqual({
      authorizer: me.address,
      nonce: relayNonce(31_337, relay, request),
    });
  });

  it.each<[string, Partial<HeldRelay>, string]>([
    ['another amount than the entry’s', { amount: '25000001' }, 'AUTHORIZATION_INVALID'],
    ['another fee than the entry’s', { fee: '1' }, 'AUTHORIZATION_INVALID'],
    ['another recipient than the entry’s', { to: relay }, 'AUTHORIZATION_INVALID'],
    ['a salt that was not signed', { salt: `0x${'00'.repeat(32)}` }, 'SIGNATURE_INVALID'],
    ['a time that was not signed', { validAfter: '1900000001' }, 'SIGNATURE_INVALID'],
    ['another payer', { from: friend.address }, 'SIGNATURE_INVALID'],
    ['no signature', { signature: `0x${'00'.repeat(65)}` as Hex }, 'SIGNATURE_INVALID'],
  ])('signs nothing for a service that gives it %s', async (_, change, code) => {
    await expect(draftUndo(book, entry, await aHeldRelay(change))).rejects.toMatchObject({ code });
  });
});

describe('the end of the time for undoing', () => {
  it('is a full minute, never sooner than chosen and at most a minute later; none means at once', () => {
    fc.assert(
      fc.property(fc.constantFrom(...undoChoices), fc.bigInt({ min: 0n, max: 4_000_000_000n }), (minutes, now) => {
        const end = validAfterOf(minutes, now);
        const given = end - now - BigInt(minutes) * 60n;
        const isKept = end % 60n === 0n && given >= 0n && given < 60n;
        expect(minutes === 0 ? end === 0n : isKept).toBe(true);
      }),
    );
  });
});
