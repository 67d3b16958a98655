/** The product on the local network: its address, its certificates, and what people are told about both. */
import type { DataFolder } from '../product/data-folder.ts';
import { AdvisedError, step } from '../terminal.ts';
import { chooseLanAddress, formatHost, type LanAddress } from './addresses.ts';
import { type Certificates, ensureCertificates } from './certificates.ts';
import { drawQr } from './draw-qr.ts';

/** How the parts of a product are reached over HTTPS from phones beside it. */
export type Lan = {
  /** The address to listen on besides loopback. */
  readonly address: string;
  readonly certificates: Certificates;
  /** `https://host:port`. */
  readonly originAt: (port: number) => string;
  /** Ends with what a person does on the phone. */
  readonly describe: (port: number) => readonly string[];
};

/**
 * Finds out how this machine is reached from a phone.
 *
 * @throws {AdvisedError} When it is not, or when the operator's own PUBLIC_URL says otherwise.
 */
export function findLanAddress(): LanAddress {
  if (process.env.PUBLIC_URL)
    throw new AdvisedError(
      'PUBLIC_URL is set, and --lan has an address of its own.',
      'Leave out one of them; LAN_HOST names another address for --lan.',
    );
  return chooseLanAddress();
}

/** Makes sure of the certificates. */
export async function openLan({ host, address, names }: LanAddress, folder: DataFolder): Promise<Lan> {
  const results = { authority: 'a new authority', server: 'renewed', nothing: 'still good' } as const;
  const certificates = await step(
    'Certificate',
    () => ensureCertificates(folder.certificates, names),
    ({ made }) => `${results[made]}, for ${host}`,
  );
  const at = (scheme: string, port: number) => `${scheme}://${formatHost(host)}:${port}`;
  return {
    address,
    certificates,
    originAt: (port) => at('https', port),
    describe: (port) => describePhone(`${at('http', port)}/phone`, certificates.fingerprint),
  };
}

function describePhone(url: string, fingerprint: string): string[] {
  return [
    `On a phone in the same network, scan this or open ${url}`,
    '',
    ...drawQr(url, { inColour: process.stdout.isTTY === true }),
    '',
    'iPhone: download the certificate there, install it in Settings, then switch it on under General, About, Certificate Trust Settings.',
    'Android: download the certificate there, then install it as a CA certificate in Settings, Security, Encryption & credentials.',
    `Trust it only if the phone shows this SHA-256 fingerprint: ${fingerprint}`,
  ];
}
