import { parseInstant, parseSiweMessage, type SiweMessage } from '@feiqian/domain/siwe';
import { type Hex, hashMessage, hexToBytes } from 'viem';
import { collectWarnings, type Review, type ReviewContext } from './review-model.ts';

/** What a message says: a sign-in (EIP-4361), a text, or bytes that nobody can read. */
export function decodeMessageReview(bytes: Hex, { host, now }: ReviewContext): Review {
  const digest = hashMessage({ raw: bytes });
  const text = toText(bytes);
  if (text === undefined) return { kind: 'bytes', bytes, digest, warnings: collectWarnings({ unreadable: true }) };
  const message = toSignIn(text);
  if (!message) return { kind: 'text', text, digest, warnings: [] };
  const expired = message.expirationTime !== undefined && parseInstant(message.expirationTime) <= now.getTime();
  const warnings = collectWarnings({
    sign_in_elsewhere: message.domain !== host || !isBelow(message.uri, host),
    expired,
  });
  return { kind: 'sign_in', message, digest, warnings };
}

// Control characters (except line break and tab), invisible ones and those that turn the writing direction can make a
// text look like another. Private use and unassigned ones have no look at all.
const unreadable = /[^\P{C}\n\t]|[\u2028\u2029]/u;

function toText(bytes: Hex): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(hexToBytes(bytes));
    return unreadable.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function toSignIn(text: string): SiweMessage | undefined {
  try {
    return parseSiweMessage(text);
  } catch {
    return undefined;
  }
}

function isBelow(uri: string, host: string): boolean {
  return URL.canParse(uri) && new URL(uri).host === host;
}
