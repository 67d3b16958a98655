import type { PaymentStanding } from '../../lib/payment-standing.ts';

/** 不能再付时，说明原因和下一步。 */
const closed: Record<Exclude<PaymentStanding, 'waiting' | 'partly'>, { title: string; body: string }> = {
  confirming: { title: '已付款，正在确认', body: '一般十几秒。请勿重复付款。' },
  paid: { title: '已付清', body: '收款人已收到，不用再付。' },
  overpaid: { title: '已付清，还多付了', body: '多出的部分在收款人那里，请联系收款人退回。' },
  accepted: { title: '已付清', body: '收款人已按实收金额确认，不用再付。' },
  expired: { title: '已过期', body: '请让收款人重新发一个链接。' },
  expired_partly: {
    title: '已过期，只付了一部分',
    body: '请勿再付。已付的钱在收款人那里，由收款人决定接受或退回，请与对方联系。',
  },
  late: {
    title: '付款晚了',
    body: '钱在链接过期后才到。由收款人决定接受或退回，请与对方联系，不要重复付款。',
  },
  cancelled: { title: '收款人已取消这个链接', body: '请勿付款；如有疑问，请联系收款人。' },
  cancelled_paid: {
    title: '收款人已取消这个链接',
    body: '请勿再付。已付的钱在收款人那里，请联系对方退回。',
  },
  unconfirmed: {
    title: '付款没有及时确认',
    body: '请先联系收款人，不要重复付款；之后若确认到账，由收款人接受或退回。',
  },
};

export const messages = {
  title: '付款',
  asks: (handle: string) => `@${handle} 向您收款`,
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
  ownBody: '把链接或二维码发给付款人即可；收款和退款情况在链接详情里看。',
  ownAction: '查看链接',
  until: (when: string) => `请在 ${when} 之前付款。`,
  received: '已收到',
  coming: '正在确认',
  refunded: '已退回',
  partlyTitle: (left: string) => `还差 ${left}`,
  partlyBody: '已付的部分有效，补上余下的就付清了。',
  closed,
  warning: '请只付给认识的人。付款从不需要助记词。',
};
