import type { PaymentStanding } from '../../lib/payment-standing.ts';

/** 不能再付时，说明原因和下一步。 */
const closed: Record<Exclude<PaymentStanding, 'waiting' | 'partly'>, { title: string; body: string }> = {
  confirming: { title: '已付款，正在确认', body: '通常不到一分钟。请勿重复付款。' },
  paid: { title: '付款成功', body: '收款人已收到，不用再付。' },
  overpaid: { title: '付款成功，多付了', body: '请联系收款人退回多付的部分。' },
  accepted: { title: '付款成功', body: '收款人已按收到的金额确认，不用再付。' },
  expired: { title: '已过期', body: '没有收到付款，也不用再付。需要的话，请收款人重新发一个链接。' },
  expired_partly: {
    title: '已过期，只付了一部分',
    body: '请勿再付。请联系收款人，由对方决定接受或退回。',
  },
  late: {
    title: '过期后才到账',
    body: '请勿再付。请联系收款人，由对方决定接受或退回。',
  },
  cancelled: { title: '收款人已取消这笔收款', body: '请勿付款。如有疑问，请联系收款人。' },
  cancelled_paid: {
    title: '收款人已取消这笔收款',
    body: '请勿再付。已付的钱，请联系收款人退回。',
  },
  unconfirmed: {
    title: '付款没有及时确认',
    body: '请勿重复付款，先联系收款人。之后若确认到账，由对方决定接受或退回。',
  },
};

export const messages = {
  title: '付款',
  asks: (handle: string) => `@${handle} 向您收款`,
  paidTo: (handle: string) => `已付给 @${handle}`,
  for: '用途',
  payee: '收款人',
  rail: '付款方式',
  railCash: '现金',
  railToken: (symbol: string) => `${symbol} 代币`,
  available: (amount: string) => `可用 ${amount}`,
  notEnough: (what: string) => `${what} 余额不足`,
  cannotSign: '不能签名',
  fee: (amount: string) => `网络费 ${amount}`,
  topUp: '先充值',
  review: '核对后付款',
  paid: '付款成功',
  pay: (amount: string) => `付 ${amount}`,
  own: '这是您自己的收款链接',
  ownBody: '把链接或二维码发给付款人即可，收款和退款都在链接里。',
  ownAction: '查看收款链接',
  until: (when: string) => `请在 ${when} 之前付款。`,
  rest: '还要付',
  price: '总价',
  received: '已付',
  coming: '正在确认',
  refunded: '已退回',
  partlyTitle: (amount: string) => `已付 ${amount}`,
  partlyBody: '付清余下的部分即可。',
  closed,
  warning: '请核对收款人和金额。付款从不需要助记词。',
};
