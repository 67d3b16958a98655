import type { TokenDomain } from '@feiqian/domain/authorizations';
import { getAddress } from 'viem';
import type { TypedData, TypedDataField } from './typed-data.ts';

/** Every struct type that a primary type consists of, itself included. */
export type Structure = Readonly<Record<string, readonly TypedDataField[]>>;

/** A known name alone is not enough: the fields must be the known ones in the known order, or the words would lie. */
export function isStructure({ primaryType, types }: TypedData, known: Readonly<Record<string, Structure>>): boolean {
  const structure = Object.hasOwn(known, primaryType) ? known[primaryType] : undefined;
  if (!structure) return false;
  return Object.entries(structure).every(([name, expected]) => {
    const actual = types[name];
    return (
      actual?.length === expected.length &&
      expected.every((field, at) => actual[at]?.name === field.name && actual[at]?.type === field.type)
    );
  });
}

/** The chain that a domain names, if it names one in a way that can be understood. */
export function toChainId({ chainId }: TypedData['domain']): number | undefined {
  return typeof chainId === 'bigint' && chainId <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(chainId) : undefined;
}

/** The four fields that a token's domain has, and no others. */
export function toTokenDomain(domain: TypedData['domain']): TokenDomain | undefined {
  const { name, version, verifyingContract } = domain;
  const chainId = toChainId(domain);
  if (Object.keys(domain).length !== 4 || typeof name !== 'string' || typeof version !== 'string') return undefined;
  if (chainId === undefined || typeof verifyingContract !== 'string') return undefined;
  return { name, version, chainId, verifyingContract: getAddress(verifyingContract) };
}
