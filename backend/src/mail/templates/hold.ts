/** What the owner of a movement is told when it is held, and when that ends. It says neither which rule spoke nor who decided; it has no link to press. */

import type { Language } from '@feiqian/domain/api/auth';
import { amountSchema, assetIdSchema } from '@feiqian/domain/api/common';
import { decodeAmount } from '@feiqian/domain/money';
import { z } from 'zod';
import { formatInstant, formatMoney } from '../format.ts';
import { type Fact, renderHtml, renderText } from '../layout.ts';
import type { Deployment, Template } from '../template.ts';

/** Written by the SQL function `hold_tell`. */
const schema = z.object({
  event: z.enum(['open', 'released', 'refused', 'expired']),
  kind: z.enum(['withdrawal', 'cash_transfer', 'payment', 'conversion', 'refund']),
  asset: assetIdSchema,
  amount: amountSchema,
  askedAt: z.iso.datetime(),
  until: z.iso.datetime(),
});
type Data = z.infer<typeof schema>;

const words = {
  zh: {
    kinds: { withdrawal: '提现', cash_transfer: '转账', payment: '付款', conversion: '兑换', refund: '退款' },
    titles: {
      open: (kind: string) => `${kind}正在核实`,
      released: (kind: string) => `${kind}已核实，继续办理`,
      refused: (kind: string) => `${kind}没有办理，钱已退还`,
      expired: (kind: string) => `${kind}没有办理，钱已退还`,
    },
    meanings: {
      open: '钱已预留，由运营方保管。核实后会继续办理，或退还给您；到下面的时间还没有结果，钱会自动退还。',
      released: '核实完毕，已按您的要求继续办理。',
      refused: '核实后没有办理，钱已回到您的现金余额。',
      expired: '没能在期限内核实，钱已自动回到您的现金余额。',
    },
    what: '情况',
    asked: '提交时间',
    until: '最晚到',
    notYou: '如果不是您本人办理的',
    advice: '请马上登录钱包，修改密码，并联系运营方。',
    where: '钱包地址',
    footer: '这是账户安全通知，无法关闭。飞钱绝不会在邮件里索要密码、验证码或助记词。',
  },
  en: {
    kinds: {
      withdrawal: 'Withdrawal',
      cash_transfer: 'Transfer',
      payment: 'Payment',
      conversion: 'Conversion',
      refund: 'Refund',
    },
    titles: {
      open: (kind: string) => `${kind} is being checked`,
      released: (kind: string) => `${kind} was checked and goes on`,
      refused: (kind: string) => `${kind} not carried out: the money is back`,
      expired: (kind: string) => `${kind} not carried out: the money is back`,
    },
    meanings: {
      open: 'The money is set aside with the operator. After the check it goes on or comes back to you; without a decision by the time below it comes back by itself.',
      released: 'The check is over, and it goes on as you asked.',
      refused: 'After the check it was not carried out. The money is back in your cash balance.',
      expired: 'It could not be checked in time. The money is back in your cash balance.',
    },
    what: 'What happened',
    asked: 'Asked for',
    until: 'At the latest',
    notYou: 'If this was not you',
    advice: 'Log in to your wallet now, change your password and contact the operator.',
    where: 'Your wallet',
    footer:
      'This is a security notice and can’t be switched off. Feiqian never asks for a password, a code or the recovery phrase by e-mail.',
  },
} as const;

/** The template `hold`. */
export const hold: Template<Data> = { schema, render };

function render({ event, kind, asset, amount, askedAt, until }: Data, language: Language, deployment: Deployment) {
  const said = words[language];
  const known = deployment.assets.find(({ id }) => id === asset);
  if (!known) throw new Error(`The deployment does not have ${asset}.`);
  const facts: Fact[] = [
    { label: said.what, value: said.meanings[event] },
    { label: said.asked, value: formatInstant(new Date(askedAt), language) },
    ...(event === 'open' ? [{ label: said.until, value: formatInstant(new Date(until), language) }] : []),
    { label: said.notYou, value: said.advice },
    { label: said.where, value: new URL(deployment.publicUrl).host },
  ];
  const title = said.titles[event](said.kinds[kind]);
  const body = { title, figure: formatMoney(known, decodeAmount(amount)), facts, footer: said.footer };
  return { subject: title, text: renderText(body, language), html: renderHtml(body, language) };
}
