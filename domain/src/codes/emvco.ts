import { stringToBytes } from 'viem';
import { AppError } from '../errors.ts';
import { findCurrency, findCurrencyNumber } from './currencies.ts';
import { formatTlv, parseTlv, type Tlv } from './tlv.ts';

/** What is added to the price: nothing, what the payer names, a fixed sum or a share of it, as exact decimals. */
export type EmvcoTip =
  | { readonly kind: 'none' }
  | { readonly kind: 'asked' }
  | { readonly kind: 'fixed'; readonly amount: string }
  | { readonly kind: 'percent'; readonly percent: string };

/** A way in which the merchant can be paid: a network's own number, or a template with the name of its maker. */
export type EmvcoAccount =
  | { readonly id: string; readonly number: string }
  | { readonly id: string; readonly maker: string; readonly fields: ReadonlyMap<string, string> };

/** A merchant-presented code. What a code does not say is undefined. */
export type EmvcoCode = {
  /** Made for one payment, not for a poster. */
  readonly isDynamic: boolean;
  readonly accounts: readonly EmvcoAccount[];
  /** Letters of ISO 4217, or its three digits for a currency that is not in our list. */
  readonly currency: string | undefined;
  /** In units of the currency, as an exact decimal; undefined when the payer says how much. */
  readonly amount: string | undefined;
  readonly tip: EmvcoTip;
  /** ISO 3166, two letters. */
  readonly country: string | undefined;
  readonly merchant: string | undefined;
  readonly city: string | undefined;
  /** The merchant's own label for this payment. */
  readonly reference: string | undefined;
  /** What a code of our own carries: a payment link or an EIP-681 URI. */
  readonly payload: string | undefined;
};

/** What a code of our own says; it can be paid by whoever reads our template. */
export type OwnEmvcoCode = Pick<EmvcoCode, 'isDynamic' | 'amount'> & {
  readonly currency: string;
  readonly country: string;
  /** At most 25 characters. */
  readonly merchant: string;
  /** At most 15 characters. */
  readonly city: string;
  readonly payload: string;
};

/** Names our template among all others (EMVCo: an AID, a UUID or a reverse domain name). */
export const ownTemplateId = '6d5f0c1e9b7a4c3f8e2d4a9b7c6e5f10';
const payloadPartLength = 99 - 4 - ownTemplateId.length - 4;
const firstTemplate = 26;
const lastTemplate = 51;

const amountShape = /^[0-9]{1,13}(?:\.[0-9]*)?$/;
const crcShape = /^(.*6304)([0-9A-F]{4})$/is;

/** Whether a text can only be meant as a merchant-presented code. */
export const isEmvco = (text: string): boolean => text.startsWith('000201');

/**
 * CRC-16/CCITT-FALSE (polynomial 0x1021, begins with 0xFFFF) over UTF-8, as four capital digits.
 *
 * @example crc16('123456789') // '29B1'
 */
export function crc16(text: string): string {
  let crc = 0xffff;
  for (const byte of stringToBytes(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

/**
 * Reads a merchant-presented code.
 *
 * @throws {AppError} CODE_CHECKSUM_WRONG when its checksum is absent or wrong, CODE_MALFORMED when what it holds has not the form that
 * EMVCo gives it.
 * @see https://www.emvco.com/emv-technologies/qr-codes/ (EMV QR Code Specification for Payment Systems, Merchant-Presented Mode, 1.1)
 */
export function parseEmvco(text: string): EmvcoCode {
  const [, checked = '', crc = ''] = crcShape.exec(text) ?? [];
  if (crc16(checked) !== crc.toUpperCase()) throw new AppError('CODE_CHECKSUM_WRONG', 'The checksum is another one.');
  const objects = parseTlv(text);
  if (objects.get('00') !== '01' || [...objects.keys()].at(-1) !== '63') throw malformed('Not this kind of code.');
  const [name, city] = readLocal(objects);
  const currency = objects.get('53');
  if (currency !== undefined && !/^[0-9]{3}$/.test(currency)) throw malformed('A currency is three digits.');
  const accounts = readAccounts(objects);
  return {
    isDynamic: objects.get('01') === '12',
    accounts,
    currency: currency && (findCurrency(currency) ?? currency),
    amount: readAmount(objects.get('54')),
    tip: readTip(objects),
    country: objects.get('58'),
    merchant: name ?? objects.get('59'),
    city: city ?? objects.get('60'),
    reference: parseTlv(objects.get('62') ?? '').get('05'),
    payload: readPayload(accounts),
  };
}

/**
 * Writes a code that every reader of such codes understands, and ours can be paid by.
 *
 * @throws {AppError} CODE_MALFORMED when a text is too long or empty, ASSET_UNKNOWN for a currency without a number in our list.
 */
export function formatEmvco({ isDynamic, currency, amount, country, merchant, city, payload }: OwnEmvcoCode): string {
  const numeric = findCurrencyNumber(currency);
  if (!numeric) throw new AppError('ASSET_UNKNOWN', 'No currency of ISO 4217 that is known here.');
  if ([...merchant].length > 25 || [...city].length > 15) throw malformed('A name is too long.');
  if (amount !== undefined && readAmount(amount) === undefined) throw malformed('Not an amount.');
  const body = formatTlv([
    ['00', '01'],
    ['01', isDynamic ? '12' : '11'],
    ...writePayload(payload),
    ['52', '0000'],
    ['53', numeric],
    ...(amount === undefined ? [] : [['54', amount] as const]),
    ['58', country],
    ['59', merchant],
    ['60', city],
  ]);
  return `${body}6304${crc16(`${body}6304`)}`;
}

function readAccounts(objects: Tlv): EmvcoAccount[] {
  return [...objects].flatMap(([id, value]): EmvcoAccount[] => {
    const number = Number(id);
    if (number < 2 || number > lastTemplate) return [];
    if (number < firstTemplate) return [{ id, number: value }];
    const fields = parseTlv(value);
    const maker = fields.get('00');
    if (maker === undefined) throw malformed('A template does not say whose it is.');
    return [{ id, maker, fields }];
  });
}

/** The merchant's name and place in the language that the code is for beside Latin letters. */
function readLocal(objects: Tlv): [name: string | undefined, city: string | undefined] {
  const local = parseTlv(objects.get('64') ?? '');
  return [local.get('01'), local.get('02')];
}

function readAmount(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!amountShape.test(text) || text.length > 13) throw malformed('Not an amount.');
  // Some networks write nought for: the payer says how much.
  if (!/[1-9]/.test(text)) return undefined;
  const [whole = '', fraction = ''] = text.split('.');
  const digits = whole.replace(/^0+(?=[0-9])/, '');
  return fraction === '' ? digits : `${digits}.${fraction}`;
}

function readTip(objects: Tlv): EmvcoTip {
  const indicator = objects.get('55');
  if (indicator === undefined) return { kind: 'none' };
  if (indicator === '01') return { kind: 'asked' };
  if (indicator === '02') return { kind: 'fixed', amount: readAmount(objects.get('56')) ?? failTip() };
  if (indicator !== '03') return failTip();
  const percent = objects.get('57') ?? '';
  if (!/^[0-9]{1,3}(?:\.[0-9]{0,3})?$/.test(percent) || Number(percent) > 100) return failTip();
  return { kind: 'percent', percent: readAmount(percent) ?? failTip() };
}

function failTip(): never {
  throw malformed('A tip that is not described.');
}

/** What does not fit one template goes on in the next ones. */
function writePayload(payload: string): [id: string, value: string][] {
  const characters = [...payload];
  const parts: [string, string][] = [];
  for (let at = 0; at < characters.length; at += payloadPartLength) {
    const part = characters.slice(at, at + payloadPartLength).join('');
    parts.push([
      `${firstTemplate + parts.length}`,
      formatTlv([
        ['00', ownTemplateId],
        ['01', part],
      ]),
    ]);
  }
  if (parts.length === 0 || parts.length > lastTemplate - firstTemplate + 1) throw malformed('Too much for a code.');
  return parts;
}

function readPayload(accounts: readonly EmvcoAccount[]): string | undefined {
  const parts = accounts
    .filter((account) => 'maker' in account && account.maker.toLowerCase() === ownTemplateId)
    .toSorted((one, other) => Number(one.id) - Number(other.id));
  const payload = parts.map((part) => ('fields' in part ? (part.fields.get('01') ?? '') : '')).join('');
  return payload === '' ? undefined : payload;
}

const malformed = (message: string): AppError => new AppError('CODE_MALFORMED', message);
