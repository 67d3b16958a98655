import { createHash } from 'node:crypto';

// A namespace of our own (RFC 9562, section 6.6), drawn once at random.
const namespace = Buffer.from('6f1c7b1e9d0a4c52a3e87d21b5c0f94e', 'hex');

/**
 * Derives a UUIDv8 (RFC 9562, section 5.8 and appendix B.2: SHA-256 of namespace and name) from the parts of a business key, so that
 * the same fact always has the same id. Parts are length-prefixed: no two lists of parts share a name. Not a UUIDv5, because
 * PostgreSQL has SHA-256 built in and SHA-1 only as an extension: the SQL function `business_id` gives the same ids.
 */
export function businessId(...parts: readonly string[]): string {
  const name = parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join('');
  const hash = createHash('sha256').update(namespace).update(name).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The id of the ledger account with this name and asset. */
export function accountId(name: string, asset: string): string {
  return businessId('account', name, asset);
}

/** The id of the history entry that one person has of one event. */
export function historyId(userId: string, businessKey: string): string {
  return businessId('history', userId, businessKey);
}
