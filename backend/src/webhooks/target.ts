/** Which addresses webhooks may go to: none that only this machine or its network can reach. */
import { AppError } from '@feiqian/domain/errors';
import ipaddr from 'ipaddr.js';

/** A URL that was looked at, and on which side of the machine it must end. */
export type Target = { readonly url: URL; readonly side: 'public' | 'loopback' };

// Ports of other protocols above 1023 that browsers refuse (Fetch standard, "bad port"): they could be spoken to by way of HTTP.
const badPorts = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080,
]);
const portMin = 1024;
const urlLengthMax = 2000;

/**
 * Reads a URL that somebody wants to be told at.
 *
 * @param allowsLoopback - Whether this deployment itself is on loopback: then a shop under development may be there too, over plain HTTP.
 * @throws {AppError} WEBHOOK_URL_REFUSED, with the reason in `details`.
 */
export function parseTarget(text: string, allowsLoopback: boolean): Target {
  if (text.length > urlLengthMax || !URL.canParse(text)) throw refused('malformed');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('scheme');
  if (url.username !== '' || url.password !== '') throw refused('credentials');
  // What browsers forgive (backslashes, spaces, other spellings of an address) other readers of the same text take for another host.
  const authority = /^https?:\/\/([^/?#]*)(?:[/?#]|$)/i.exec(text)?.[1];
  if (authority === undefined || /[\s\\@%]/.test(authority) || /[\s\p{Cc}\\]/u.test(text)) throw refused('malformed');
  const address = toLiteral(url.hostname);
  if (address !== undefined && authority.replace(/:\d+$/, '').toLowerCase() !== url.hostname)
    throw refused('address_spelling');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const isDefault = url.port === '';
  if (!isDefault && (port < portMin || badPorts.has(port))) throw refused('port');
  if (isLoopbackHost(url.hostname)) {
    if (allowsLoopback) return { url, side: 'loopback' };
    throw refused('address');
  }
  if (url.protocol !== 'https:') throw refused('scheme');
  if (address !== undefined && !isAllowed(address, 'public')) throw refused('address');
  return { url, side: 'public' };
}

/** Tells whether an IP address may be connected to. */
export function isAllowed(address: string, side: Target['side']): boolean {
  if (!ipaddr.isValid(address)) return false;
  // IPv4 inside IPv6 is judged as what it is.
  const parsed = ipaddr.process(address);
  if (side === 'loopback') return parsed.range() === 'loopback';
  if (parsed.range() !== 'unicast') return false;
  // Of IPv6, 2000::/3 is all that is routed (IANA); the rest is kept for later, and compatible forms of IPv4 are in it.
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(ipaddr.IPv6.parse('2000::'), 3);
}

/** @returns the error that says why a URL can't be used. */
export function refused(reason: string): AppError {
  return new AppError('WEBHOOK_URL_REFUSED', 'Webhooks can’t be sent there.', { details: { field: 'url', reason } });
}

/** The address that a host is, when it is not a name. */
function toLiteral(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(bare) ? bare : undefined;
}

function isLoopbackHost(hostname: string): boolean {
  const address = toLiteral(hostname);
  return address === undefined ? /(?:^|\.)localhost$/.test(hostname) : isAllowed(address, 'loopback');
}
