import { parseEmail, parseHandle } from '@feiqian/domain/identity';
import { parsePaymentUri } from '../../lib/payment-uri.ts';

const payPath = /^(?:https?:\/\/([^/\s]+))?\/pay\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/i;
const shownMax = 120;

/** Where a code leads in this wallet, or what it says when it leads nowhere. */
export type CodeTarget =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'unknown'; readonly text: string };

/**
 * Reads what was scanned or pasted. A payment link of another service is not opened: its id would mean nothing here.
 *
 * @param host - `host:port` of this page.
 */
export function readCode(text: string, host: string): CodeTarget {
  const trimmed = text.trim();
  const link = payPath.exec(trimmed);
  if (link?.[2] && (link[1] === undefined || link[1] === host))
    return { kind: 'path', path: `/pay/${link[2].toLowerCase()}` };
  if (isParsed(() => parsePaymentUri(trimmed)))
    return { kind: 'path', path: `/send?to=${encodeURIComponent(trimmed)}` };
  const isName = trimmed.startsWith('@') ? isParsed(() => parseHandle(trimmed)) : isParsed(() => parseEmail(trimmed));
  if (isName) return { kind: 'path', path: `/transfer?to=${encodeURIComponent(trimmed)}` };
  return { kind: 'unknown', text: trimmed.slice(0, shownMax) };
}

function isParsed(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    // Something else; the next reader tries.
    return false;
  }
}
