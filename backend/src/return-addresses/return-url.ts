/** Addresses of shops to which payers are sent back, and what payers bring along. */
import { createHmac } from 'node:crypto';
import { AppError } from '@feiqian/domain/errors';

/** What a shop is told by way of the payer. */
export type Returned = {
  readonly requestId: string;
  readonly state: string;
  readonly orderId: string | null;
  readonly at: Date;
};

const lengthMax = 2000;
const loopbackHost = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Refuses an address that payers can't be sent to: only https, or http on the payer's own machine where a shop is being developed.
 * What is added has to be told apart from what was there, by the shop as by us: hence no fragment and no parameter named like ours.
 *
 * @throws {AppError} RETURN_ADDRESS_REFUSED, with the reason in `details`.
 */
export function assertReturnAddress(text: string): void {
  // Browsers forgive these; whoever compares addresses as text does not.
  if (text.length > lengthMax || /[\s\p{Cc}\\]/u.test(text) || !URL.canParse(text)) throw refused('malformed');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopbackHost.test(url.hostname)))
    throw refused('scheme');
  if (url.username !== '' || url.password !== '') throw refused('credentials');
  if (text.includes('#')) throw refused('fragment');
  if (url.href.endsWith('?')) throw refused('malformed');
  if ([...url.searchParams.keys()].some((name) => name.startsWith('feiqian_'))) throw refused('parameter');
}

const refused = (reason: string) =>
  new AppError('RETURN_ADDRESS_REFUSED', 'Payers can’t be sent back there.', { details: { field: 'url', reason } });

/**
 * The address with what the payer brings back. Its last parameter signs everything before it, the shop's own part included:
 * HMAC-SHA256, in hex, of the address up to `&feiqian_signature`, under the secret's text.
 *
 * @param address - One that {@link assertReturnAddress} let pass; it is used as browsers write it.
 */
export function signReturn(address: string, secret: string, { requestId, state, orderId, at }: Returned): string {
  const { href, search } = new URL(address);
  const told = [
    `feiqian_request=${requestId}`,
    `feiqian_state=${state}`,
    `feiqian_order=${encodeURIComponent(orderId ?? '')}`,
    `feiqian_at=${Math.floor(at.getTime() / 1000)}`,
  ].join('&');
  const signed = `${href}${search === '' ? '?' : '&'}${told}`;
  return `${signed}&feiqian_signature=${createHmac('sha256', secret).update(signed).digest('hex')}`;
}
