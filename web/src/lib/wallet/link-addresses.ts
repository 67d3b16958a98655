import type { Me } from '@feiqian/domain/api/auth';
import { AppError } from '@feiqian/domain/errors';
import { draftMessage } from '../../keyring/draft.ts';
import type { KeyringClient } from '../../keyring/keyring.ts';
import type { KeyringAccount } from '../../keyring/protocol.ts';
import { decodeReview } from '../../keyring/review.ts';
import { getAddressChallenge, linkAddress } from './service-calls.ts';

type LinkInput = {
  readonly keyring: KeyringClient;
  readonly accounts: readonly KeyringAccount[];
  readonly me: Me;
  readonly getChainId: () => Promise<number>;
  /** `host:port` of this page. */
  readonly host: string;
};

/**
 * Proves each address to the service that it does not know yet, by a signed EIP-4361 message. The message comes from the
 * service, so it is read before it is signed: it must sign in here, with this address, and say nothing else.
 *
 * @throws {AppError} SIWE_MISMATCH when it is anything but that.
 */
export async function linkAddresses({ keyring, accounts, me, getChainId, host }: LinkInput): Promise<Me> {
  const known = new Set<string>(me.addresses.map(({ address }) => address));
  let latest = me;
  for (const { address, kind } of accounts) {
    // Nobody here can sign for a watched address.
    if (known.has(address) || kind === 'watched') continue;
    const message = await getAddressChallenge(address, await getChainId());
    const draft = draftMessage(message);
    const review = decodeReview(draft, { chains: [], now: new Date(), host });
    if (review.kind !== 'sign_in' || review.warnings.length > 0 || review.message.address !== address) {
      throw new AppError('SIWE_MISMATCH', 'The service asked to sign something else.');
    }
    latest = await linkAddress(message, await keyring.signMessage({ address, draft }));
  }
  return latest;
}
