import type { RelayRequest, TokenDomain } from '@feiqian/domain/authorizations';
import fc from 'fast-check';
import { maxUint256 } from 'viem';
import { describe, expect, it } from 'vitest';
import { draftRelay, draftRelayUndo, type RelayPayment, readRelayDraft, readRelayUndoDraft } from './relay-draft.ts';
import { anAddress, anAmount, aTime, aTokenName, aWord, spoiled } from './testing/arbitraries.ts';

const payment: fc.Arbitrary<RelayPayment> = fc
  .record({
    token: anAddress,
    name: aTokenName,
    version: fc.constantFrom('1', '2'),
    chainId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    relay: anAddress,
    request: fc.record<Omit<RelayRequest, 'token'>>({
      from: anAddress,
      to: anAddress,
      feeReceiver: anAddress,
      amount: anAmount,
      fee: anAmount,
      validAfter: aTime,
      validBefore: aTime,
      reference: aWord,
      salt: aWord,
    }),
  })
  .map(({ token, relay, request, ...rest }) => ({
    domain: { ...rest, verifyingContract: token } satisfies TokenDomain,
    relay,
    request: { ...request, token },
  }));
const kinds = {
  'a payment through the relay': {
    draft: draftRelay,
    read: (json: string) => readRelayDraft({ kind: 'relay', json }),
  },
  'the end of one': {
    draft: draftRelayUndo,
    read: (json: string) => readRelayUndoDraft({ kind: 'relay_undo', json }),
  },
};

describe.each(Object.entries(kinds))('the draft of %s', (_kind, { draft, read }) => {
  it('is read back as it was written, whatever its terms', () => {
    fc.assert(
      fc.property(payment, (given) => {
        const { typedData, ...parts } = read(draft(given).json);
        expect(parts).toEqual(given);
        expect(typedData.domain).toEqual(given.domain);
      }),
    );
  });

  it('is refused with a reason when anything of its text is another, or says exactly that', () => {
    const text = payment.chain((given) => spoiled(draft(given).json));
    fc.assert(
      fc.property(text, (json) => {
        let parts: RelayPayment;
        try {
          parts = read(json);
        } catch (error) {
          expect(error).toMatchObject({
            name: 'AppError',
            code: expect.stringMatching(/^(?:TYPED_DATA_INVALID|ADDRESS_(?:MALFORMED|CHECKSUM_WRONG))$/),
          });
          return;
        }
        expect(draft(parts).json).toBe(json);
      }),
      { numRuns: 500 },
    );
  });

  it('is not made of a sum beyond 256 bits', () => {
    fc.assert(
      fc.property(payment, fc.bigInt({ min: 1n, max: 10n ** 20n }), (given, fee) => {
        const request = { ...given.request, amount: maxUint256 - fee + 1n, fee };
        expect(() => draft({ ...given, request })).toThrow(expect.objectContaining({ code: 'TYPED_DATA_INVALID' }));
      }),
    );
  });
});
