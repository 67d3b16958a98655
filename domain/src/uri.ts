/**
 * The grammar of RFC 3986, as far as EIP-4361 imports it. Platform URL parsers are no substitute: they repair what is
 * wrong, and what is repaired is not what was signed.
 */

const unreserved = 'A-Za-z0-9\\-._~';
const subDelims = "!$&'()*+,;=";
const percent = '%[0-9A-Fa-f]{2}';
const pchar = `(?:[${unreserved}${subDelims}:@]|${percent})`;
const scheme = '[A-Za-z][A-Za-z0-9+\\-.]*';
const userInfo = `(?:[${unreserved}${subDelims}:]|${percent})*`;
const regName = `(?:[${unreserved}${subDelims}]|${percent})*`;
const ipLiteral = '\\[([^\\[\\]]*)\\]';
const authority = `(?:${userInfo}@)?(?:${ipLiteral}|${regName})(?::[0-9]*)?`;
const segments = `(?:/${pchar}*)*`;
const path = `(?://(${authority})${segments}|/(?:${pchar}+${segments})?|${pchar}+${segments}|)`;
const queryOrFragment = `(?:${pchar}|[/?])*`;

const uriPattern = new RegExp(`^${scheme}:${path}(?:\\?${queryOrFragment})?(?:#${queryOrFragment})?$`);
const authorityPattern = new RegExp(`^${authority}$`);
const schemePattern = new RegExp(`^${scheme}$`);
const requestIdPattern = new RegExp(`^${pchar}*$`);
const ipFuture = new RegExp(`^[vV][0-9A-Fa-f]+\\.[${unreserved}${subDelims}:]+$`);
const ipv4Part = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ipv4 = new RegExp(`^${ipv4Part}(?:\\.${ipv4Part}){3}$`);
const ipv6Group = /^[0-9A-Fa-f]{1,4}$/;

/** Longer text is refused before any pattern runs on it. */
export const uriLengthMax = 2_048;

/** Whether `text` is an absolute URI (`scheme:…`) by RFC 3986. */
export function isUri(text: string): boolean {
  if (text.length > uriLengthMax) return false;
  const match = uriPattern.exec(text);
  if (!match) return false;
  const literal = match[2];
  return literal === undefined || isIpLiteral(literal);
}

/** Whether `text` is a non-empty authority (`user@host:port`) by RFC 3986. */
export function isAuthority(text: string): boolean {
  if (text.length === 0 || text.length > uriLengthMax) return false;
  const match = authorityPattern.exec(text);
  if (!match) return false;
  const literal = match[1];
  return literal === undefined || isIpLiteral(literal);
}

/** Whether `text` is a scheme by RFC 3986. */
export function isScheme(text: string): boolean {
  return text.length <= uriLengthMax && schemePattern.test(text);
}

/** Whether every character of `text` may stand in a path segment (`*pchar`). */
export function isSegment(text: string): boolean {
  return text.length <= uriLengthMax && requestIdPattern.test(text);
}

function isIpLiteral(text: string): boolean {
  return isIpv6(text) || ipFuture.test(text);
}

/** Eight groups of four digits; one run of zero groups may be `::`; the last two groups may be an IPv4 address. */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const last = all.at(-1) ?? '';
  // An IPv4 tail stands for two groups, and only at the very end.
  const hasIpv4 = last.includes('.') && (halves.length === 1 || (groups[1] ?? []).length > 0);
  if (hasIpv4 && !ipv4.test(last)) return false;
  const plain = hasIpv4 ? all.slice(0, -1) : all;
  if (!plain.every((group) => ipv6Group.test(group))) return false;
  const count = plain.length + (hasIpv4 ? 2 : 0);
  return halves.length === 2 ? count <= 7 : count === 8;
}
