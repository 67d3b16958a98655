import type { TokenDomain } from '@feiqian/domain/authorizations';
import { findChain, findToken, type ReviewContext } from './review-model.ts';

/** What reviews of signed terms judge alike: the token's domain, and from when until when they hold. */

const longValidityMs = 30 * 24 * 60 * 60 * 1_000;
// The latest instant that Date can hold (ECMA-262, 21.4.1.1); authorizations may be valid for ages beyond it.
const instantMaxMs = 8_640_000_000_000_000n;

/** Whether the domain is that of a token here, and no other contract uses the name of one. */
export function judgeDomain({ chainId, name, version, verifyingContract }: TokenDomain, context: ReviewContext) {
  const chain = findChain(context, chainId);
  const { listed } = findToken(chain, verifyingContract);
  const isBorrowed = !listed && (chain?.tokens ?? []).some((token) => token.name === name || token.symbol === name);
  return {
    chain_unknown: !chain,
    domain_mismatch: isBorrowed || (listed !== undefined && (listed.name !== name || version !== '1')),
  };
}

/** Whether terms hold now, later, not any more, or for ages. */
export function judgeWindow(
  { validAfter, validBefore }: { validAfter: Date; validBefore: Date },
  context: ReviewContext,
) {
  const { now } = context;
  return {
    expired: validBefore <= now,
    delayed: validAfter > now,
    long_validity: isLongUntil(validBefore, context),
  };
}

/** Seconds as instants, both exclusive. */
export function toWindow(validAfter: bigint, validBefore: bigint): { validAfter: Date; validBefore: Date } {
  return { validAfter: toDate(validAfter), validBefore: toDate(validBefore) };
}

/** Unix time as an instant, the latest there is for all beyond it. */
export function toDate(seconds: bigint): Date {
  const milliseconds = seconds * 1_000n;
  return new Date(Number(milliseconds > instantMaxMs ? instantMaxMs : milliseconds));
}

/** Whether something can be used for longer than anybody watches it. */
export function isLongUntil(until: Date, { now }: Pick<ReviewContext, 'now'>): boolean {
  return until.getTime() - now.getTime() > longValidityMs;
}
