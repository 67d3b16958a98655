import type { EmvcoCode } from '@feiqian/domain/codes/emvco';
import type { OtherCode } from '@feiqian/domain/codes/name-other';
import { formatPaymentUri, type PaymentUri } from '@feiqian/domain/codes/payment-uri';
import type { Code } from '@feiqian/domain/codes/read-code';
import type { ErrorWords } from '../../lib/error-text.zh.ts';
import type { messages } from './messages.zh.ts';

/** What is said of a code that leads nowhere. */
export type CodeNotice = {
  /** `plum`: somebody could lose money. */
  readonly tone: 'amber' | 'plum';
  readonly title: string;
  readonly body: string;
  /** What can be done instead. */
  readonly action?: { readonly href: string; readonly label: string } | undefined;
};

/** Where a code leads in this wallet, or what is said of it when it leads nowhere. */
export type CodeTarget = { readonly path: string } | { readonly notice: CodeNotice };

type Words = typeof messages;
type ErrorSentences = Readonly<Record<Extract<Code, { kind: 'wrong' }>['code'], ErrorWords>>;
type Speech = { readonly words: Words; readonly errors: ErrorSentences };

/** The screen that deals with a code, else what the code is and what to do with it. */
export function toTarget(code: Code, speech: Speech): CodeTarget {
  switch (code.kind) {
    case 'link':
      return { path: `/pay/${code.id}` };
    case 'payment':
      return { path: `/send?to=${encodeURIComponent(writePayment(code.payment))}` };
    case 'person':
      return { path: `/transfer?to=${encodeURIComponent(code.name)}` };
    default:
      return { notice: describeCode(code, speech) };
  }
}

/** What else stood in the code stays behind: it goes into an address. */
function writePayment(payment: PaymentUri): string {
  const { recipient, chainId, token, amount } = payment;
  const isBare = chainId === undefined && token === undefined && amount === undefined;
  return isBare ? recipient : formatPaymentUri(payment);
}

function describeCode(
  code: Exclude<Code, { kind: 'link' | 'payment' | 'person' }>,
  { words, errors }: Speech,
): CodeNotice {
  const { told } = words;
  switch (code.kind) {
    case 'secret':
      return { tone: 'plum', title: told.secret[code.secret], body: told.secretBody };
    case 'wrong': {
      const { title, advice } = errors[code.code];
      return { tone: 'amber', title, body: advice };
    }
    case 'pay_code':
      return { tone: 'amber', ...told.payCode, action: { href: '/counter', label: told.openCounter } };
    case 'merchant':
      return { tone: 'amber', title: told.merchant, body: describeMerchant(code.merchant, words) };
    case 'foreign_link':
      return { tone: 'amber', title: told.foreignLink, body: told.foreignLinkBody(code.host) };
    case 'ens':
      return { tone: 'amber', title: told.ens(code.name), body: told.ensBody };
    case 'walletconnect':
      return { tone: 'amber', ...told.walletconnect };
    case 'contract_call':
      return { tone: 'amber', title: told.contractCall(code.call), body: told.contractCallBody };
    case 'other_purpose':
      return { tone: 'amber', title: told.otherPurpose(code.prefix), body: told.otherPurposeBody };
    case 'other':
      return { tone: 'amber', ...describeOther(code.other, words) };
    default:
      return code satisfies never;
  }
}

function describeMerchant({ merchant, city, currency, amount }: EmvcoCode, { told }: Words): string {
  // As the code writes it: the currency need not be one that this wallet knows.
  return told.merchantBody({ name: merchant, city, price: amount && currency && `${currency} ${amount}` });
}

function describeOther(other: OtherCode, { told }: Words): { readonly title: string; readonly body: string } {
  switch (other.what) {
    case 'web':
      return { title: told.web, body: told.webBody(other.host) };
    case 'app':
      return told.app(told.appNames[other.app]);
    case 'coin':
      return told.coin(told.coinNames[other.coin]);
    case 'wifi':
      return { title: told.wifi(other.name), body: told.wifiBody };
    case 'text':
      return other.text === '' ? told.nothing : { title: told.text, body: told.textBody(other.text) };
    default:
      return told.others[other.what];
  }
}
