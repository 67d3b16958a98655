/** The stablecoins that a deployment has, under the keys of its result. */

/** What is fixed about a stablecoin when it is deployed. */
export type StablecoinSpec = {
  /** Name of the token, and of the EIP-712 domain under which its holders sign. Version is `1`. */
  readonly name: string;
  readonly symbol: string;
  /** The currency that it is issued and redeemed for at par. */
  readonly cash: 'iso4217:USD' | 'iso4217:CNY';
};

/** Every stablecoin by the key of its address in a deployment's result. */
export const stablecoins = {
  usdf: { name: 'Feiqian USD', symbol: 'USDF', cash: 'iso4217:USD' },
  cnyf: { name: 'Feiqian CNY', symbol: 'CNYF', cash: 'iso4217:CNY' },
} as const satisfies Record<string, StablecoinSpec>;

/** Most that the issuer may issue of one token at once unless set otherwise, in base units: 10 million tokens. */
export const bucketCapacityDefault = 10_000_000_000_000n;

/** What the issuer may issue again each second unless set otherwise, in base units: 100 tokens, 8.64 million a day. */
export const bucketRefillPerSecondDefault = 100_000_000n;
