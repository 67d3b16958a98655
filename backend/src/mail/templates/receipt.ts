/** What whoever paid a payment request gets, when it is settled. */

import type { Language } from '@feiqian/domain/api/auth';
import { amountSchema, assetIdSchema, bytes32Schema, chainIdSchema, idSchema } from '@feiqian/domain/api/common';
import { decodeAmount } from '@feiqian/domain/money';
import { z } from 'zod';
import { formatInstant, formatMoney, quote } from '../format.ts';
import { type Fact, renderHtml, renderText } from '../layout.ts';
import type { Deployment, Template } from '../template.ts';

const money = { asset: assetIdSchema, amount: amountSchema };

/** One payment of it. */
const paymentSchema = z.discriminatedUnion('rail', [
  z.object({ rail: z.literal('cash'), ...money }),
  z.object({ rail: z.literal('token'), ...money, chainId: chainIdSchema, txHash: bytes32Schema.nullable() }),
  z.object({ rail: z.literal('gateway'), ...money, gateway: z.string() }),
]);
type Payment = z.infer<typeof paymentSchema>;

/** Written by the SQL function `receipt_data`. */
const schema = z.object({
  paymentRequestId: idSchema,
  handle: z.string(),
  description: z.string(),
  ...money,
  /** What had come and gone back by then, in the same asset. */
  received: amountSchema,
  refunded: amountSchema,
  settledAt: z.iso.datetime({ offset: true }),
  payments: z.array(paymentSchema),
});
type Data = z.infer<typeof schema>;

const descriptionMax = 140;
const handleMax = 20;

const words = {
  zh: {
    title: '收据',
    subject: (handle: string, amount: string) => `收据：已向 @${handle} 付款 ${amount}`,
    payee: '收款人',
    description: '用途（收款人填写）',
    asked: '应付',
    refunded: '已退回',
    settled: '完成时间',
    how: '付款方式',
    cash: '现金余额',
    token: '代币',
    between: ' ',
    transaction: '交易哈希',
    chain: '链',
    number: '收据编号',
    link: '付款链接',
    footer:
      '您收到这封收据，是因为有人在付款页面填写了这个邮箱。如与您无关，忽略即可，不会再有后续邮件。飞钱不会通过邮件索要密码或助记词。',
  },
  en: {
    title: 'Receipt',
    subject: (handle: string, amount: string) => `Receipt: ${amount} paid to @${handle}`,
    payee: 'Paid to',
    description: 'For (in the payee’s words)',
    asked: 'Amount due',
    refunded: 'Refunded',
    settled: 'Completed',
    how: 'Paid by',
    cash: 'Cash balance',
    token: 'Tokens',
    between: ', ',
    transaction: 'Transaction',
    chain: 'Chain',
    number: 'Receipt number',
    link: 'Payment link',
    footer:
      'You received this receipt because somebody entered this address on a payment page. If that was not you, ignore it; no further mail will follow. Feiqian never asks for a password or recovery phrase by e-mail.',
  },
} as const;

/** The template `receipt`. */
export const receipt: Template<Data> = { schema, render };

function render(data: Data, language: Language, deployment: Deployment) {
  const { description, asset, amount, received, refunded, settledAt, payments, paymentRequestId } = data;
  const said = words[language];
  const show = (units: string) => showMoney({ asset, amount: units }, deployment);
  const handle = quote(data.handle, handleMax);
  const link = `${deployment.publicUrl}/pay/${paymentRequestId}`;
  const facts: Fact[] = [
    { label: said.payee, value: `@${handle}` },
    { label: said.description, value: quote(description, descriptionMax) },
    ...(received === amount ? [] : [{ label: said.asked, value: show(amount) }]),
    ...(refunded === '0' ? [] : [{ label: said.refunded, value: show(refunded) }]),
    { label: said.settled, value: formatInstant(new Date(settledAt), language) },
    ...payments.flatMap((payment) => describePayment(payment, data, { language, deployment })),
    { label: said.number, value: formatNumber(paymentRequestId) },
    { label: said.link, value: link, href: link },
  ];
  const body = { title: said.title, figure: show(received), facts, footer: said.footer };
  return {
    subject: said.subject(handle, body.figure),
    text: renderText(body, language),
    html: renderHtml(body, language),
  };
}

/** One number for one payment request, whoever asks for the receipt: 64 bits of its id, which is a hash. */
function formatNumber(paymentRequestId: string): string {
  const digits = paymentRequestId.replaceAll('-', '').slice(0, 16).toUpperCase();
  return digits.replace(/.{4}(?=.)/g, '$&-');
}

function describePayment(
  payment: Payment,
  { asset, payments }: Data,
  { language, deployment }: { readonly language: Language; readonly deployment: Deployment },
): Fact[] {
  const said = words[language];
  // Where it does not follow from the sum.
  const isOwnSum = payments.length > 1 || payment.asset !== asset;
  const how = (way: string): Fact => ({
    label: said.how,
    value: isOwnSum ? `${way}${said.between}${showMoney(payment, deployment)}` : way,
  });
  switch (payment.rail) {
    case 'cash':
      return [how(said.cash)];
    case 'gateway':
      return [
        how(deployment.gateways.find(({ name }) => name === payment.gateway)?.title[language] ?? payment.gateway),
      ];
    case 'token':
      return [
        how(said.token),
        { label: said.chain, value: nameChain(payment.chainId, language, deployment) },
        ...(payment.txHash === null ? [] : [{ label: said.transaction, value: payment.txHash }]),
      ];
    default:
      return payment satisfies never;
  }
}

/** @throws {Error} when the deployment no longer has the asset: an amount without its decimals is none. */
function showMoney(
  { asset, amount }: { readonly asset: string; readonly amount: string },
  { assets }: Deployment,
): string {
  const known = assets.find(({ id }) => id === asset);
  if (!known) throw new Error(`The deployment does not have ${asset}.`);
  return formatMoney(known, decodeAmount(amount));
}

const localChainId = 31_337;
const localChainNames = { zh: '本地链', en: 'Local chain' } as const;

function nameChain(chainId: number, language: Language, { chains }: Deployment): string {
  if (chainId === localChainId) return localChainNames[language];
  const name = chains.find((chain) => chain.chainId === chainId)?.name;
  return name === undefined ? `${chainId}` : `${name} (${chainId})`;
}
