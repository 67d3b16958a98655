import { findEmail } from '../email.ts';
import { AppError, type ErrorCode, isAppError } from '../errors.ts';
import { parseHandle } from '../identity.ts';
import { type EmvcoCode, isEmvco, parseEmvco } from './emvco.ts';
import { codeLengthMax, isEnsName, splitEthereumUri } from './ethereum-uri.ts';
import { findSecret, type SecretKind } from './find-secret.ts';
import { nameOther, type OtherCode } from './name-other.ts';
import { findPayCode } from './pay-code.ts';
import { type PaymentUri, parsePaymentUri } from './payment-uri.ts';

/** What was scanned, pasted or dropped. */
export type Code =
  /** An address or an EIP-681 URI. */
  | { readonly kind: 'payment'; readonly payment: PaymentUri }
  /** A payment link of this service. */
  | { readonly kind: 'link'; readonly id: string }
  /** One of another service: its id would mean nothing here. */
  | { readonly kind: 'foreign_link'; readonly host: string }
  /** What a payer of this service shows at a counter. */
  | { readonly kind: 'pay_code'; readonly code: string }
  /** A merchant-presented code that carries nothing of ours. */
  | { readonly kind: 'merchant'; readonly merchant: EmvcoCode }
  /** A handle with its @, or an e-mail address. */
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'ens'; readonly name: string }
  | { readonly kind: 'walletconnect' }
  /** A URI of EIP-681 that asks for another call than a transfer. */
  | { readonly kind: 'contract_call'; readonly call: string }
  /** A URI of EIP-831 that is for something else than paying. */
  | { readonly kind: 'other_purpose'; readonly prefix: string }
  | { readonly kind: 'secret'; readonly secret: SecretKind }
  /** Clear in what it is meant as, and wrong. */
  | { readonly kind: 'wrong'; readonly code: ErrorCode }
  | { readonly kind: 'other'; readonly other: OtherCode };

const payPath = /^(?:https?:\/\/([^/\s?#@]+))?\/pay\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?(?:[?#].*)?$/i;
const addressLike = /^(?:0x[0-9a-f]{38,42}|[a-z0-9-]{1,30}:0x[0-9a-f]{40}|eip155:[0-9]+:.*)$/i;

/**
 * Reads what was scanned or pasted. It never throws, and never gives back a secret.
 *
 * @param host - `host:port` of this service, whose payment links can be paid here.
 */
export function readCode(text: string, host: string): Code {
  const trimmed = text.trim();
  if (trimmed.length > codeLengthMax) return { kind: 'other', other: nameOther(trimmed.slice(0, codeLengthMax)) };
  try {
    return readLink(trimmed, host) ?? readRequest(trimmed, host) ?? readNamed(trimmed) ?? readRest(trimmed);
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { kind: 'wrong', code: error.code };
  }
}

function readLink(text: string, host: string): Code | undefined {
  const [, linkHost, id] = payPath.exec(text) ?? [];
  if (!id) return undefined;
  if (linkHost === undefined || linkHost.toLowerCase() === host) return { kind: 'link', id: id.toLowerCase() };
  return { kind: 'foreign_link', host: linkHost.toLowerCase() };
}

/** What asks for a payment. */
function readRequest(text: string, host: string): Code | undefined {
  if (/^ethereum:/i.test(text)) return readEthereum(text);
  if (addressLike.test(text)) return { kind: 'payment', payment: parsePaymentUri(text) };
  if (!isEmvco(text)) return undefined;
  const merchant = parseEmvco(text);
  if (merchant.payload === undefined) return { kind: 'merchant', merchant };
  return readLink(merchant.payload, host) ?? readEthereum(merchant.payload);
}

function readEthereum(text: string): Code {
  const { prefix, target, call } = splitEthereumUri(text);
  if (prefix !== 'pay') return { kind: 'other_purpose', prefix };
  if (isEnsName(target)) return readNamed(target) ?? { kind: 'ens', name: target };
  if (call !== undefined && call !== 'transfer') return { kind: 'contract_call', call };
  return { kind: 'payment', payment: parsePaymentUri(text) };
}

function readNamed(text: string): Code | undefined {
  const payCode = findPayCode(text);
  if (payCode) return { kind: 'pay_code', code: payCode };
  if (/^wc:/i.test(text)) return { kind: 'walletconnect' };
  const secret = findSecret(text);
  if (secret) return { kind: 'secret', secret };
  if (text.startsWith('@')) return { kind: 'person', name: `@${parseHandle(text)}` };
  const email = text.includes(':') ? undefined : findEmail(text);
  if (email) return { kind: 'person', name: email };
  return undefined;
}

function readRest(text: string): Code {
  if (text === '') throw new AppError('CODE_MALFORMED', 'Nothing.');
  return /\.eth$/i.test(text) && isEnsName(text)
    ? { kind: 'ens', name: text }
    : { kind: 'other', other: nameOther(text) };
}
