/** What our authority may vouch for (RFC 5280, 4.2.1.10): names and addresses of local networks, and nothing on the internet. */
import { isIP, isIPv4 } from 'node:net';
import { isWithin, localNetworks } from './addresses.ts';

/** The extension's object identifier. */
export const nameConstraintsId = '2.5.29.30';

const localDomains = ['localhost', 'local'];
const networks = [...localNetworks, '127.0.0.0/8', '::1/128'];

// Tags of DER (X.690): SEQUENCE, and the context tags of permittedSubtrees, dNSName and iPAddress.
const tags = { sequence: 0x30, permitted: 0xa0, dnsName: 0x82, ipAddress: 0x87 } as const;

/** The names for which an authority needs to be told more than the local ones. */
export function listBeyondLocal(names: readonly string[]): string[] {
  return names.filter((name) =>
    isIP(name)
      ? !networks.some((network) => isWithin(name, network))
      : !localDomains.some((domain) => name === domain || name.endsWith(`.${domain}`)),
  );
}

/** The extension's value. @param names - What is permitted besides the local names and networks. */
export function encodeNameConstraints(names: readonly string[]): Buffer<ArrayBuffer> {
  const subtrees = [...localDomains, ...networks, ...names].map(encodeSubtree);
  return encode(tags.sequence, encode(tags.permitted, ...subtrees));
}

/** One permitted domain, with all below it, or network; an address alone is a network of one. */
export function encodeSubtree(name: string): Buffer<ArrayBuffer> {
  const [address = '', bits] = name.split('/');
  const base = isIP(address)
    ? encode(tags.ipAddress, toBytes(address), toMask(isIPv4(address) ? 4 : 16, bits))
    : encode(tags.dnsName, Buffer.from(name, 'ascii'));
  return encode(tags.sequence, base);
}

function encode(tag: number, ...parts: readonly Uint8Array[]): Buffer<ArrayBuffer> {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function toBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return Buffer.from([...first, ...zeros, ...last].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function toMask(bytes: number, bits: string | undefined): Buffer {
  const ones = bits === undefined ? bytes * 8 : Number(bits);
  return Buffer.from(
    Array.from({ length: bytes }, (_, index) => 0xff & ~(0xff >> Math.max(0, Math.min(8, ones - index * 8)))),
  );
}
