import { createHmac, timingSafeEqual } from 'node:crypto';

/** RFC 6238, section 4.1; every authenticator app reads it so, whatever an address says. */
const stepMs = 30_000;
const digitsDefault = 6;
/** RFC 4226, section 4, R6: 160 bits, the length of the hash. */
export const totpSecretBytes = 20;
/** Clocks of phones go wrong by less: one step before and after is taken as well. */
const driftSteps = 1;

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

type Form = { readonly algorithm?: 'sha1' | 'sha256' | 'sha512'; readonly digits?: number };

/** The time step of an instant (RFC 6238, section 4.2): how many times 30 seconds have passed since 1970. */
export function stepAt(now: Date): number {
  return Math.floor(now.getTime() / stepMs);
}

/** The code of a time step (RFC 6238 over RFC 4226, section 5.3). Apps are given SHA-1 and six digits. */
export function computeTotp(
  secret: Uint8Array,
  step: number,
  { algorithm = 'sha1', digits = digitsDefault }: Form = {},
) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac(algorithm, secret).update(counter).digest();
  const offset = hash.readUInt8(hash.length - 1) & 0xf;
  const value = hash.readUInt32BE(offset) & 0x7fff_ffff;
  return String(value % 10 ** digits).padStart(digits, '0');
}

/** The step whose code this is, among those that are taken now; undefined for a code of any other. */
export function findStep(secret: Uint8Array, code: string, now: Date): number | undefined {
  const given = Buffer.from(code);
  const middle = stepAt(now);
  let found: number | undefined;
  for (let step = middle - driftSteps; step <= middle + driftSteps; step += 1) {
    const expected = Buffer.from(computeTotp(secret, step));
    // The latest that matches: should two steps have the same code, none of them is good again.
    if (given.length === expected.length && timingSafeEqual(given, expected)) found = step;
  }
  return found;
}

/** Base32 (RFC 4648, section 6) without padding, as people type it in. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let [bits, value] = [0, 0];
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += base32.charAt((value >>> bits) & 31);
    }
  }
  return bits === 0 ? text : text + base32.charAt((value << (5 - bits)) & 31);
}

/**
 * The address that authenticator apps scan.
 *
 * @see https://github.com/google/google-authenticator/wiki/Key-Uri-Format
 */
export function toOtpauthUri(secret: Uint8Array, { issuer, account }: { issuer: string; account: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  // Not URLSearchParams: some apps show its "+" instead of a blank.
  return `otpauth://totp/${label}?secret=${encodeBase32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${digitsDefault}&period=${stepMs / 1000}`;
}
