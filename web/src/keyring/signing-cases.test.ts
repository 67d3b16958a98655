import { readFileSync } from 'node:fs';
import {
  type Address,
  type Hex,
  hexToBytes,
  keccak256,
  recoverAddress,
  recoverTransactionAddress,
  type TransactionSerialized,
} from 'viem';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Draft, draftMessage, draftTypedData } from './draft.ts';
import type { Keyring } from './keyring-core.ts';
import { decodeReview, isBlocked } from './review.ts';
import { type ReviewContext, type WarningCode, warningSeverities } from './review-model.ts';
import { anOpenKeyring } from './testing/open-keyring.ts';
import { context as common } from './testing/review-scene.ts';
import type { LooseTypedData } from './typed-data.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/**
 * What you see is what you sign: exact bytes, what the wallet says of them, and what becomes of them. Made from the
 * disasters of other wallets: approvals and permits that were not understood, look-alike addresses, delegated calls shown
 * as transfers, domains that lie. The bytes were written by another encoder than the wallet's.
 */
type SigningCase = {
  readonly name: string;
  /** The kind of disaster: D4 a page that lies, D6 poisoned addresses, D7 permits. */
  readonly from: string;
  readonly draft:
    | { readonly transaction: Hex }
    | { readonly typedData: LooseTypedData }
    | { readonly message: Hex }
    | { readonly relay: string }
    | { readonly checkout: string };
  readonly expect:
    | { readonly refused: string }
    | {
        readonly kind: string;
        readonly shows: object;
        readonly warnings: readonly WarningCode[];
        /** What the review can explain, but the keyring does not sign with this key. */
        readonly refusedBySigner?: string;
      };
};

const cases = JSON.parse(
  readFileSync(new URL('./testing/signing-cases.json', import.meta.url), 'utf8'),
) as readonly SigningCase[];

const me = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
// What a person has added by hand: a stranger's token, and one whose first letter is Cyrillic.
const added = [
  { address: '0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF', name: 'Pear Points', symbol: 'PEAR', decimals: 18 },
  { address: '0x6813Eb9362372EEF6200f3b1dbC3f819671cBA69', name: 'Yuan', symbol: 'СNYF', decimals: 6 },
] as const;
const context: ReviewContext = {
  ...common,
  chains: common.chains.map((chain) => ({ ...chain, added })),
  trusted: [{ address: '0x1563915e194D8CfBA1943570603F7606A3115508', name: 'Shop' }],
};

/** The draft as it reaches review and keyring: typed data and messages of a page by way of its drafting. */
function toDraft({ draft }: SigningCase): Draft {
  if ('transaction' in draft) return { kind: 'transaction', bytes: draft.transaction };
  if ('typedData' in draft) return draftTypedData(draft.typedData);
  if ('message' in draft) return draftMessage(hexToBytes(draft.message));
  return 'relay' in draft ? { kind: 'relay', json: draft.relay } : { kind: 'checkout', json: draft.checkout };
}

/** Who signed the digest: recovered from what left the keyring, by another decoder. */
async function recoverSigner(keyring: Keyring, draft: Draft, digest: Hex): Promise<Address> {
  if (draft.kind === 'transaction') {
    const { raw } = await keyring.signTransaction({ address: me, draft });
    expect(keccak256(draft.bytes)).toBe(digest);
    return await recoverTransactionAddress({ serializedTransaction: raw as TransactionSerialized });
  }
  const signature =
    draft.kind === 'message'
      ? await keyring.signMessage({ address: me, draft })
      : await keyring.signTypedData({ address: me, draft });
  return await recoverAddress({ hash: digest, signature });
}

const sign = (keyring: Keyring, draft: Draft) => {
  if (draft.kind === 'transaction') return keyring.signTransaction({ address: me, draft });
  return draft.kind === 'message'
    ? keyring.signMessage({ address: me, draft })
    : keyring.signTypedData({ address: me, draft });
};
const toPlain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? part.toString() : part)));

describe('what you see is what you sign', () => {
  let keyring: Keyring;
  beforeAll(async () => {
    ({ keyring } = await anOpenKeyring());
  });

  it('has a case for each danger that the review knows', () => {
    const met = new Set(cases.flatMap((one) => ('warnings' in one.expect ? one.expect.warnings : [])));
    // A wait is no danger, and is shown with the relay's own tests.
    const missing = Object.keys(warningSeverities).filter(
      (code) => !met.has(code as WarningCode) && code !== 'delayed',
    );
    expect(missing).toEqual([]);
    expect(cases.length).toBeGreaterThanOrEqual(60);
  });

  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    if ('refused' in one.expect) {
      const refusal = expect.objectContaining({ code: one.expect.refused });
      // Whatever the review would not explain, the keyring does not sign either.
      expect(() => decodeReview(toDraft(one), context)).toThrow(refusal);
      await expect((async () => sign(keyring, toDraft(one)))()).rejects.toThrow(refusal);
      return;
    }
    const { kind, shows, warnings, refusedBySigner } = one.expect;
    const draft = toDraft(one);
    const review = decodeReview(draft, context);
    expect(review.warnings.map(({ code }) => code)).toEqual(warnings);
    expect(toPlain(review)).toMatchObject({ kind, ...shows });
    expect(isBlocked(review)).toBe(warnings.some((code) => warningSeverities[code] === 'block'));
    if (refusedBySigner !== undefined) {
      await expect(sign(keyring, draft)).rejects.toThrow(expect.objectContaining({ code: refusedBySigner }));
    } else {
      // The digest that the review shows is the one that the signature is over.
      expect(await recoverSigner(keyring, draft, review.digest)).toBe(me);
    }
  });
});
