import { type Address, getAddress, type Hex, recoverMessageAddress } from 'viem';
import { AppError } from './errors.ts';
import { isAuthority, isScheme, isSegment, isUri } from './uri.ts';

/**
 * The fields of a "Sign-In with Ethereum" message (EIP-4361). Times stay text, as signed: RFC 3339 allows several
 * spellings of one instant.
 */
export type SiweMessage = {
  readonly scheme?: string;
  /** RFC 3986 authority of who asks, such as `wallet.example:8080`. */
  readonly domain: string;
  readonly address: Address;
  readonly statement?: string;
  /** What is signed in to. */
  readonly uri: string;
  readonly version: '1';
  readonly chainId: number;
  /** At least eight letters and digits, chosen by who asks. */
  readonly nonce: string;
  readonly issuedAt: string;
  readonly expirationTime?: string;
  readonly notBefore?: string;
  readonly requestId?: string;
  readonly resources?: readonly string[];
};

/** What a message must say to be acceptable here and now. Absent fields are not compared. */
export type SiweExpectation = Partial<
  Pick<SiweMessage, 'scheme' | 'domain' | 'uri' | 'nonce' | 'chainId' | 'address'>
> & {
  readonly now: Date;
};

/** Longer messages are refused unread. */
export const siweLengthMax = 4_096;

const opening = / wants you to sign in with your Ethereum account:$/;
// RFC 3986 reserved and unreserved characters, and the blank.
const statementPattern = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;= ]*$/;
const chainIdPattern = /^[1-9][0-9]{0,15}$/;
const noncePattern = /^[A-Za-z0-9]{8,}$/;

const refuse = (reason: string): AppError =>
  new AppError('SIWE_MALFORMED', 'Not an EIP-4361 message.', { details: { reason } });

/**
 * Reads an EIP-4361 message by the letter of its grammar: no field out of order, no trailing line, the address with its
 * checksum. `formatSiweMessage(parseSiweMessage(text))` is `text`.
 *
 * @throws {AppError} SIWE_MALFORMED.
 * @see https://eips.ethereum.org/EIPS/eip-4361
 */
export function parseSiweMessage(text: string): SiweMessage {
  if (text.length > siweLengthMax) throw refuse('too long');
  const lines = text.split('\n');
  const { statement, next } = readStatement(lines);
  const reader = createReader(lines, next);
  return {
    ...readOrigin(lines[0]),
    address: readAddress(lines[1]),
    ...(statement === undefined ? {} : { statement }),
    uri: check(reader.take('URI: '), isUri, 'uri'),
    version: readVersion(reader.take('Version: ')),
    chainId: readChainId(reader.take('Chain ID: ')),
    nonce: check(reader.take('Nonce: '), (nonce) => noncePattern.test(nonce), 'nonce'),
    issuedAt: check(reader.take('Issued At: '), isInstant, 'issued at'),
    ...optional('expirationTime', reader.find('Expiration Time: '), isInstant),
    ...optional('notBefore', reader.find('Not Before: '), isInstant),
    ...optional('requestId', reader.find('Request ID: '), isSegment),
    ...readResources(reader.rest()),
  };
}

/**
 * Writes the text to sign.
 *
 * @throws {AppError} SIWE_MALFORMED when a field is missing or the text would not read as the same fields.
 */
export function formatSiweMessage(message: SiweMessage): string {
  checkFieldTypes(message);
  const { scheme, domain, statement, expirationTime, notBefore, requestId, resources } = message;
  const text = [
    `${scheme === undefined ? '' : `${scheme}://`}${domain} wants you to sign in with your Ethereum account:`,
    message.address,
    '',
    ...(statement === undefined ? [] : [statement]),
    '',
    `URI: ${message.uri}`,
    `Version: ${message.version}`,
    `Chain ID: ${message.chainId}`,
    `Nonce: ${message.nonce}`,
    `Issued At: ${message.issuedAt}`,
    ...(expirationTime === undefined ? [] : [`Expiration Time: ${expirationTime}`]),
    ...(notBefore === undefined ? [] : [`Not Before: ${notBefore}`]),
    ...(requestId === undefined ? [] : [`Request ID: ${requestId}`]),
    ...(resources === undefined ? [] : ['Resources:', ...resources.map((resource) => `- ${resource}`)]),
  ].join('\n');
  // A line break smuggled into a field would read as other fields.
  const read = parseSiweMessage(text);
  if (!isSameMessage(read, message)) throw refuse('a field does not read as it was written');
  return text;
}

/**
 * Checks a message against what was asked for, and against the clock.
 *
 * @throws {AppError} SIWE_MISMATCH; `details.field` says where. CHALLENGE_EXPIRED outside its time.
 */
export function checkSiweMessage(message: SiweMessage, expected: SiweExpectation): void {
  for (const field of ['scheme', 'domain', 'uri', 'nonce', 'chainId', 'address'] as const) {
    if (expected[field] !== undefined && expected[field] !== message[field]) {
      throw new AppError('SIWE_MISMATCH', 'The message says something else than was asked for.', {
        details: { field },
      });
    }
  }
  const now = expected.now.getTime();
  if (message.expirationTime !== undefined && parseInstant(message.expirationTime) <= now) {
    throw new AppError('CHALLENGE_EXPIRED', 'The message has expired.');
  }
  if (message.notBefore !== undefined && parseInstant(message.notBefore) > now) {
    throw new AppError('CHALLENGE_EXPIRED', 'The message is not valid yet.');
  }
}

/**
 * Reads a message, checks it and its signature: proof that whoever holds the address's key agreed to exactly this text.
 * Only keys are understood, not contract wallets (EIP-1271).
 *
 * @throws {AppError} SIWE_MALFORMED, SIWE_MISMATCH, CHALLENGE_EXPIRED, SIGNATURE_INVALID.
 */
export async function verifySiweMessage(text: string, signature: Hex, expected: SiweExpectation): Promise<SiweMessage> {
  const message = parseSiweMessage(text);
  checkSiweMessage(message, expected);
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) throw new AppError('SIGNATURE_INVALID', 'A signature has 65 bytes.');
  const signer = await recoverMessageAddress({ message: text, signature }).catch((cause: unknown) => {
    throw new AppError('SIGNATURE_INVALID', 'The signature recovers no signer.', { cause });
  });
  if (signer !== message.address)
    throw new AppError('SIGNATURE_INVALID', 'Signed by somebody else, or something else.');
  return message;
}

const instantPattern =
  /^([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(\.[0-9]+)?(?:[Zz]|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))$/;

/**
 * Reads an RFC 3339 instant as epoch milliseconds; fractions below a millisecond are dropped.
 *
 * @throws {AppError} SIWE_MALFORMED, also for days that a month does not have (which `Date` would move to the next).
 */
export function parseInstant(text: string): number {
  const match = instantPattern.exec(text);
  if (!match) throw refuse('time');
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = match;
  const monthIndex = Number(month) - 1;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), monthIndex, Number(day));
  if (date.getUTCMonth() !== monthIndex) throw refuse('no such day');
  const clock = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1_000;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000 * (sign === '-' ? -1 : 1);
  return date.getTime() + clock + Number(fraction.slice(1, 4).padEnd(3, '0')) - offset;
}

// Reading

function isInstant(text: string): boolean {
  try {
    parseInstant(text);
    return true;
  } catch {
    return false;
  }
}

function check(text: string, isValid: (text: string) => boolean, what: string): string {
  if (!isValid(text)) throw refuse(what);
  return text;
}

function optional<Name extends string>(
  name: Name,
  text: string | undefined,
  isValid: (text: string) => boolean,
): { [K in Name]?: string } {
  return text === undefined ? {} : ({ [name]: check(text, isValid, name) } as { [K in Name]?: string });
}

function createReader(lines: readonly string[], start: number) {
  let at = start;
  const find = (label: string): string | undefined => {
    const line = lines[at];
    if (!line?.startsWith(label)) return undefined;
    at += 1;
    return line.slice(label.length);
  };
  const take = (label: string): string => {
    const value = find(label);
    if (value === undefined) throw refuse(`no line "${label.trim()}" in its place`);
    return value;
  };
  return { find, take, rest: () => lines.slice(at) };
}

function readOrigin(line = ''): { scheme?: string; domain: string } {
  if (!opening.test(line)) throw refuse('opening line');
  const origin = line.replace(opening, '');
  const at = origin.indexOf('://');
  const domain = check(at < 0 ? origin : origin.slice(at + 3), isAuthority, 'domain');
  return at < 0 ? { domain } : { scheme: check(origin.slice(0, at), isScheme, 'scheme'), domain };
}

function readAddress(line = ''): Address {
  if (!/^0x[0-9a-fA-F]{40}$/.test(line) || getAddress(line) !== line) throw refuse('address');
  return line;
}

/** The statement stands between two empty lines; without one the two empty lines follow each other. */
function readStatement(lines: readonly string[]): { statement?: string; next: number } {
  if (lines[2] !== '') throw refuse('no empty line after the address');
  if (lines[3] === '' && lines[4]?.startsWith('URI: ')) return { next: 4 };
  const statement = check(lines[3] ?? '', (text) => statementPattern.test(text), 'statement');
  if (lines[4] !== '') throw refuse('no empty line after the statement');
  return { statement, next: 5 };
}

function readVersion(text: string): '1' {
  if (text !== '1') throw refuse('version');
  return text;
}

function readChainId(text: string): number {
  const chainId = Number(check(text, (digits) => chainIdPattern.test(digits), 'chain id'));
  if (!Number.isSafeInteger(chainId)) throw refuse('chain id');
  return chainId;
}

function readResources(lines: readonly string[]): { resources?: readonly string[] } {
  if (lines.length === 0) return {};
  const [label, ...items] = lines;
  if (label !== 'Resources:') throw refuse('unexpected line');
  return {
    resources: items.map((line) => {
      if (!line.startsWith('- ')) throw refuse('resource');
      return check(line.slice(2), isUri, 'resource');
    }),
  };
}

// Writing

const textFields = ['domain', 'address', 'uri', 'version', 'nonce', 'issuedAt'] as const;
const optionalFields = ['scheme', 'statement', 'expirationTime', 'notBefore', 'requestId'] as const;

/** Messages also come from JSON: `undefined` and `null` must not become the words. */
function checkFieldTypes(message: SiweMessage): void {
  for (const field of textFields) if (typeof message[field] !== 'string') throw refuse(field);
  for (const field of optionalFields) {
    if (message[field] !== undefined && typeof message[field] !== 'string') throw refuse(field);
  }
  if (typeof message.chainId !== 'number') throw refuse('chainId');
  if (message.resources !== undefined && !Array.isArray(message.resources)) throw refuse('resources');
}

function isSameMessage(left: SiweMessage, right: SiweMessage): boolean {
  const fields = [...textFields, ...optionalFields, 'chainId'] as const;
  const [one, two] = [left.resources, right.resources];
  const isSameList = one?.length === two?.length && (one ?? []).every((resource, index) => resource === two?.[index]);
  return fields.every((field) => left[field] === right[field]) && isSameList;
}
