import { parseInstant, parseSiweMessage, type SiweMessage } from '@feiqian/domain/siwe';
import { type Hex, hashMessage, hexToBytes } from 'viem';
import { hasHiddenCharacters, hasLookAlikeLetters } from './deceptive-text.ts';
import { collectWarnings, type Review, type ReviewContext } from './review-model.ts';
import { createSiteJudge } from './site-names.ts';

/** What a message says: a sign-in (EIP-4361), a text, or bytes that nobody can read. */
export function decodeMessageReview(bytes: Hex, context: ReviewContext): Review {
  const digest = hashMessage({ raw: bytes });
  const text = toText(bytes);
  if (text === undefined) {
    const isHash = bytes.length === 2 + 2 * hashBytes;
    return { kind: 'bytes', bytes, digest, warnings: collectWarnings({ unreadable: true, raw_hash: isHash }) };
  }
  const message = toSignIn(text);
  if (message) return { kind: 'sign_in', message, digest, warnings: judgeSignIn(message, context) };
  const warnings = collectWarnings({
    raw_hash: hashPattern.test(text.trim()),
    sign_in_malformed: signInPattern.test(text),
    text_lookalike: hasLookAlikeLetters(text),
  });
  return { kind: 'text', text, digest, warnings };
}

const hashBytes = 32;
const hashPattern = /^(?:0x)?[0-9a-f]{64}$/i;
// EIP-4361's first line. Sites that read it loosely would take more for a sign-in than we do.
const signInPattern = /wants you to sign in with your/i;
// Letters in which a name may differ from this site's to be taken for it.
const imitationTolerance = 2;

function judgeSignIn(message: SiweMessage, { host, now }: ReviewContext) {
  const expired = message.expirationTime !== undefined && parseInstant(message.expirationTime) <= now.getTime();
  const isHere = message.domain === host && isBelow(message.uri, host);
  const imitated = [toName(host)];
  const judge = createSiteJudge({ blocked: [], allowed: [], imitated, tolerance: imitationTolerance });
  return collectWarnings({
    sign_in_elsewhere: !isHere,
    sign_in_imitation: !isHere && judge(toName(message.domain)) === 'imitation',
    expired,
    text_lookalike: hasLookAlikeLetters(message.statement ?? ''),
  });
}

const toName = (host: string): string => host.replace(/:\d+$/, '');

function toText(bytes: Hex): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(hexToBytes(bytes));
    return hasHiddenCharacters(text) ? undefined : text;
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
