/** What a payer's wallet does with a payment request. */
import { randomBytes } from 'node:crypto';
import type {
  CheckoutAuthorization,
  PaymentRequestWire,
  PaymentWire,
  RefundRequest,
} from '@feiqian/domain/api/payments';
import { parseAssetId } from '@feiqian/domain/assets';
import { buildCheckoutTypedData, type CheckoutTerms } from '@feiqian/domain/authorizations';
import type { Hex, PrivateKeyAccount } from 'viem';

/** Thirty-two bytes that nobody had before. */
export const newWord = (): Hex => `0x${randomBytes(32).toString('hex')}`;

/** How a request is paid on its chain. */
export type CheckoutWay = {
  readonly chainId: number;
  readonly contract: CheckoutAuthorization['from'];
  readonly reference: Hex;
  readonly terms: CheckoutTerms;
};

/** @throws {Error} when it takes no tokens. */
export function readWay({ token }: Pick<PaymentRequestWire, 'token'>): CheckoutWay {
  const asset = token ? parseAssetId(token.asset) : undefined;
  if (!token || asset?.kind !== 'token') throw new Error('Expected a request that takes tokens.');
  const { address: merchant, contract, amount, validBefore, salt, reference } = token;
  return {
    chainId: asset.chainId,
    contract,
    reference,
    terms: { merchant, token: asset.address, amount: BigInt(amount), validBefore: BigInt(validBefore), salt },
  };
}

type Draft = Omit<CheckoutAuthorization, 'signature'>;

/** What a payer is shown to sign: all that is missing, for half an hour at most, with whatever the test changes before signing. */
export function draftPayment(
  account: Pick<PrivateKeyAccount, 'address'>,
  { token }: Pick<PaymentRequestWire, 'token'>,
  change: Partial<Draft> = {},
): Draft {
  if (!token) throw new Error('Expected a request that takes tokens.');
  const soon = BigInt(Math.floor(Date.now() / 1000) + 1800);
  const end = BigInt(token.validBefore);
  return {
    from: account.address,
    amount: token.missing,
    fee: token.fee,
    feeReceiver: token.feeReceiver,
    validAfter: '0',
    validBefore: `${soon < end ? soon : end}`,
    salt: newWord(),
    ...change,
  };
}

/** Signs what the wallet would sign to pay a request. */
export async function signPayment(
  account: Pick<PrivateKeyAccount, 'address' | 'signTypedData'>,
  request: Pick<PaymentRequestWire, 'token'>,
  change: Partial<Draft> = {},
): Promise<CheckoutAuthorization> {
  const { chainId, contract, terms } = readWay(request);
  const draft = draftPayment(account, request, change);
  const domain = { name: 'Feiqian CNY', version: '1', chainId, verifyingContract: terms.token };
  const signed = toSigned(draft);
  const signature = await account.signTypedData(
    buildCheckoutTypedData(domain, contract, { kind: 'payment', terms, signed }),
  );
  return { ...draft, signature };
}

/** The terms as the contract takes them. */
export const toSigned = ({ from, amount, fee, feeReceiver, validAfter, validBefore, salt }: Draft) => ({
  payer: from,
  amount: BigInt(amount),
  fee: BigInt(fee),
  feeReceiver,
  validAfter: BigInt(validAfter),
  validBefore: BigInt(validBefore),
  salt,
});

/** Signs what the payee's wallet would sign to give (a part of) a payment back, with whatever the test changes before signing. */
export async function signRefund(
  account: Pick<PrivateKeyAccount, 'signTypedData'>,
  request: Pick<PaymentRequestWire, 'token'>,
  payment: Pick<PaymentWire, 'id' | 'payer' | 'money'>,
  { amount = payment.money.amount, ...change }: Partial<Omit<Draft, 'from'>> = {},
): Promise<RefundRequest> {
  const { chainId, contract, terms } = readWay(request);
  const { address } = payment.payer;
  if (!address || !request.token) throw new Error('It was not paid in tokens.');
  const { fee, feeReceiver } = request.token;
  const soon = `${Math.floor(Date.now() / 1000) + 1800}`;
  const draft = { fee, feeReceiver, validAfter: '0', validBefore: soon, salt: newWord(), ...change };
  const domain = { name: 'Feiqian CNY', version: '1', chainId, verifyingContract: terms.token };
  const signed = toSigned({ ...draft, from: address, amount });
  const signature = await account.signTypedData(
    buildCheckoutTypedData(domain, contract, { kind: 'refund', terms, signed }),
  );
  return { paymentId: payment.id, amount, authorization: { ...draft, signature } };
}
