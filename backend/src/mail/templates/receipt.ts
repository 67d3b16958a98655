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
  z.object({ rail: z.literal('token'), ...money, chainId: chainIdSchema, txHash: bytes32Schema }),
  z.object({ rail: z.literal('gateway'), ...money, gateway: z.string() }),
]);
type Payment = z.infer<typeof paymentSchema>;

/** Written by the SQL function `receipt_data`. */
const schema = z.object({
  paymentRequestId: idSchema,
  number: z.string(),
  handle: z.string(),
  description: z.string(),
  ...money,
  settledAt: z.iso.datetime({ offset: true }),
  payments: z.array(paymentSchema),
});
type Data = z.infer<typeof schema>;

const descriptionMax = 140;

const words = {
  zh: {
    title: '收据',
    subject: (handle: string, amount: string) => `收据：已付给 @${handle} ${amount}`,
    payee: '收款人',
    description: '用途（收款人填写）',
    amount: '金额',
    settled: '付清时间',
    how: '付款方式',
    cash: '现金余额',
    token: (amount: string) => `代币，${amount}`,
    gateway: (name: string) => `支付渠道 ${name}`,
    transaction: '交易哈希',
    chain: '链',
    number: '收据编号',
    link: '付款链接',
    footer:
      '有人在付款页面填写了这个邮箱，所以您收到这封收据。如与您无关，请忽略，我们不会就此再发邮件。飞钱不会通过邮件索要密码或助记词。',
  },
  en: {
    title: 'Receipt',
    subject: (handle: string, amount: string) => `Receipt: ${amount} paid to @${handle}`,
    payee: 'Paid to',
    description: 'For (in the payee’s words)',
    amount: 'Amount',
    settled: 'Paid in full',
    how: 'Paid by',
    cash: 'Cash balance',
    token: (amount: string) => `Tokens, ${amount}`,
    gateway: (name: string) => `Gateway ${name}`,
    transaction: 'Transaction',
    chain: 'Chain',
    number: 'Receipt number',
    link: 'Payment link',
    footer:
      'You get this receipt because somebody entered this address on the payment page. If that has nothing to do with you, ignore it; nothing more will come of it. Feiqian never asks for a password or recovery phrase by e-mail.',
  },
} as const;

/** The template `receipt`. */
export const receipt: Template<Data> = { schema, render };

function render(data: Data, language: Language, deployment: Deployment) {
  const { handle, description, asset, amount, settledAt, number, payments, paymentRequestId } = data;
  const said = words[language];
  const shown = showMoney({ asset, amount }, deployment);
  const link = `${deployment.publicUrl}/pay/${paymentRequestId}`;
  const facts: Fact[] = [
    { label: said.payee, value: `@${handle}` },
    { label: said.description, value: quote(description, descriptionMax) },
    { label: said.settled, value: formatInstant(new Date(settledAt), language) },
    ...payments.flatMap((payment) => describePayment(payment, language, deployment)),
    { label: said.number, value: number },
    { label: said.link, value: link, href: link },
  ];
  const body = { title: said.title, figure: shown, facts, footer: said.footer };
  return {
    subject: said.subject(handle, shown),
    text: renderText(body, language),
    html: renderHtml(body, language),
  };
}

function describePayment(payment: Payment, language: Language, deployment: Deployment): Fact[] {
  const said = words[language];
  const label = said.how;
  switch (payment.rail) {
    case 'cash':
      return [{ label, value: said.cash }];
    case 'gateway':
      return [{ label, value: said.gateway(payment.gateway) }];
    case 'token':
      return [
        { label, value: said.token(showMoney(payment, deployment)) },
        { label: said.chain, value: nameChain(payment.chainId, language, deployment) },
        { label: said.transaction, value: payment.txHash },
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
