/** What a wallet without native coin signs to pay through the relay. */
import type { RelayQuote, RelayWire } from '@feiqian/domain/api/chain';
import { buildRelayTypedData, type RelayRequest, type TokenDomain } from '@feiqian/domain/authorizations';
import type { Address, PrivateKeyAccount } from 'viem';
import type { TestChain } from './chain.ts';
import { newWord } from './checkout.ts';

/** A payment through the relay that nobody has signed yet. */
export type RelayTerms = Omit<RelayWire, 'signature'>;

/** The EIP-712 domain of a token of the test chain. */
export const domainOf = ({ chainId, addresses }: TestChain, token: Address = addresses.cnyf): TokenDomain => ({
  name: 'Feiqian CNY',
  version: '1',
  chainId,
  verifyingContract: token,
});

/** What the wallet would be shown to sign at a price: one token at once, for half an hour, with whatever the test changes. */
export function draftRelay(
  { chainId, addresses }: TestChain,
  { id, fee, feeReceiver }: RelayQuote,
  change: Partial<RelayTerms> & Pick<RelayTerms, 'from' | 'to'>,
): RelayTerms {
  return {
    quoteId: id,
    chainId,
    token: addresses.cnyf,
    amount: '1000000',
    fee,
    feeReceiver,
    reference: newWord(),
    validAfter: '0',
    validBefore: `${Math.floor(Date.now() / 1000) + 1800}`,
    salt: newWord(),
    ...change,
  };
}

/** The terms as the contract takes them. */
export const toRelayRequest = ({
  amount,
  fee,
  validAfter,
  validBefore,
  ...terms
}: Omit<RelayTerms, 'quoteId' | 'chainId'>): RelayRequest => ({
  token: terms.token,
  from: terms.from,
  to: terms.to,
  feeReceiver: terms.feeReceiver,
  reference: terms.reference,
  salt: terms.salt,
  amount: BigInt(amount),
  fee: BigInt(fee),
  validAfter: BigInt(validAfter),
  validBefore: BigInt(validBefore),
});

/** Signs what the wallet would sign. */
export async function signRelay(
  chain: TestChain,
  account: Pick<PrivateKeyAccount, 'signTypedData'>,
  terms: RelayTerms,
): Promise<RelayWire> {
  const { token } = terms;
  const typedData = buildRelayTypedData(domainOf(chain, token), chain.addresses.relay, toRelayRequest(terms));
  return { ...terms, signature: await account.signTypedData(typedData) };
}
