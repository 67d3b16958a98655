import { type Hex, hexToBytes, keccak256 } from 'viem';

const bytesInBloom = 256;

/** Positions of the three bits that an address or a topic sets in a block's logs bloom (Yellow Paper, section 4.3.1). */
export type BloomBits = readonly [number, number, number];

/** The bits of one address or topic. */
export function toBloomBits(item: Hex): BloomBits {
  const hash = hexToBytes(keccak256(hexToBytes(item)));
  const bit = (at: number) => (((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)) & 0x7ff;
  return [bit(0), bit(2), bit(4)];
}

/** Whether a bloom can contain something; `false` is certain. */
export function hasBloomBits(bloom: Uint8Array, bits: BloomBits): boolean {
  return bits.every((bit) => ((bloom[bytesInBloom - 1 - (bit >> 3)] ?? 0) & (1 << (bit & 7))) !== 0);
}

/** The bloom of a list of logs: the bits of all their addresses and topics. */
export function computeBloom(logs: readonly { readonly address: Hex; readonly topics: readonly Hex[] }[]): Uint8Array {
  const bloom = new Uint8Array(bytesInBloom);
  const seen = new Set<Hex>();
  for (const { address, topics } of logs) {
    for (const item of [address, ...topics]) {
      if (seen.has(item)) continue;
      seen.add(item);
      for (const bit of toBloomBits(item)) {
        const index = bytesInBloom - 1 - (bit >> 3);
        bloom[index] = (bloom[index] ?? 0) | (1 << (bit & 7));
      }
    }
  }
  return bloom;
}
