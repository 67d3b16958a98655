/** The checkout contract itself says how requests are named and what is signed: the domain's hashes are the same for whatever it is asked. */
import { checkoutAbi } from '@feiqian/contracts/abi/checkout';
import {
  type CheckoutSigned,
  type CheckoutTerms,
  checkoutPaymentNonce,
  checkoutReference,
  checkoutRefundNonce,
} from '@feiqian/domain/authorizations';
import fc from 'fast-check';
import { type Address, getAddress, toHex } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';

let chain: TestChain;
beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.stop());

const anyUint = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
const anyWord = anyUint.map((value) => toHex(value, { size: 32 }));
const anyAddress = fc
  .bigInt({ min: 0n, max: 2n ** 160n - 1n })
  .map((value): Address => getAddress(toHex(value, { size: 20 })));
const anyTerms: fc.Arbitrary<CheckoutTerms> = fc.record({
  merchant: anyAddress,
  token: anyAddress,
  amount: anyUint,
  validBefore: anyUint,
  salt: anyWord,
});
const anySigned: fc.Arbitrary<CheckoutSigned> = fc.record({
  payer: anyAddress,
  amount: anyUint,
  fee: anyUint,
  feeReceiver: anyAddress,
  validAfter: anyUint,
  validBefore: anyUint,
  salt: anyWord,
});

it('of requests, payments and refunds', async () => {
  const contract = { address: chain.addresses.checkout, abi: checkoutAbi } as const;
  const place = { chainId: chain.chainId, checkout: chain.addresses.checkout };
  await fc.assert(
    fc.asyncProperty(anyTerms, anySigned, async (terms, signed) => {
      const reference = checkoutReference(place, terms);
      const [named, payment, refund] = await Promise.all([
        chain.client.readContract({ ...contract, functionName: 'referenceOf', args: [terms] }),
        chain.client.readContract({ ...contract, functionName: 'paymentNonceOf', args: [reference, signed] }),
        chain.client.readContract({ ...contract, functionName: 'refundNonceOf', args: [reference, signed] }),
      ]);
      expect({ named, payment, refund }).toEqual({
        named: reference,
        payment: checkoutPaymentNonce(place, reference, signed),
        refund: checkoutRefundNonce(place, reference, signed),
      });
    }),
    { numRuns: 40 },
  );
});
