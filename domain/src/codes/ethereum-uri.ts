import { AppError } from '../errors.ts';

/** The parts of a URI of the scheme `ethereum`, before anything is made of them. */
export type EthereumUri = {
  /** What the URI is for (EIP-831). `pay` when it does not say. */
  readonly prefix: string;
  /** An address or a name, as it is written. */
  readonly target: string;
  /** EIP-155; absent when it is left open. */
  readonly chainId: number | undefined;
  /** The contract's function that is to be called; absent for the chain's own coin. */
  readonly call: string | undefined;
  readonly parameters: ReadonlyMap<string, string>;
};

/** Longer text is refused before any pattern runs on it. */
export const codeLengthMax = 4_096;

const uriShape =
  /^ethereum:([^@/?]{1,300})(?:@([1-9][0-9]{0,15}))?(?:\/([a-zA-Z_$][a-zA-Z0-9_$]{0,31}))?(?:\?(.*))?$/is;
const prefixShape = /^([a-z][a-z0-9]{0,31})-(.+)$/is;
const nameShape = /^(?:(?:[\p{L}\p{N}\p{So}_-]|\u{200d}|\u{fe0f})+\.)+[\p{L}]{2,}$/u;

/**
 * Splits a URI of EIP-831 whose payload has the form of EIP-681.
 *
 * @throws {AppError} REQUEST_INVALID when it is not of that form, names a chain that no number holds, or names a parameter twice.
 * @see https://eips.ethereum.org/EIPS/eip-831
 */
export function splitEthereumUri(text: string): EthereumUri {
  const match = text.length > codeLengthMax ? null : uriShape.exec(text);
  if (!match?.[1]) throw new AppError('REQUEST_INVALID', 'Not a URI of EIP-681.');
  const [, payload, chain, call, query] = match;
  const chainId = chain === undefined ? undefined : Number(chain);
  if (chainId !== undefined && !Number.isSafeInteger(chainId)) throw new AppError('REQUEST_INVALID', 'No such chain.');
  const prefixed = prefixShape.exec(payload);
  // A name may have hyphens itself; only `pay-` before a name is surely a prefix.
  const hasPrefix = prefixed?.[1]?.toLowerCase() === 'pay' || (prefixed && !isEnsName(payload));
  return {
    prefix: hasPrefix ? (prefixed?.[1] ?? '').toLowerCase() : 'pay',
    target: hasPrefix ? (prefixed?.[2] ?? '') : payload,
    chainId,
    call,
    parameters: readQuery(query ?? ''),
  };
}

/** Whether a text has the form of a name that ENS could resolve, such as `lin.eth`. */
export function isEnsName(text: string): boolean {
  return text.length <= 255 && nameShape.test(text);
}

function readQuery(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const key = decode(at < 0 ? part : part.slice(0, at));
    // Two answers to one question: whichever one is taken, somebody meant the other.
    if (parameters.has(key)) throw new AppError('REQUEST_INVALID', 'A parameter is there twice.');
    parameters.set(key, at < 0 ? '' : decode(part.slice(at + 1)));
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new AppError('REQUEST_INVALID', 'Not percent-encoded.', { cause: error });
  }
}
