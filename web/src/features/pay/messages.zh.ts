import type { PaymentRequestWire } from '@feiqian/domain/api/cash';

const closed: Record<Exclude<PaymentRequestWire['state'], 'open'>, { title: string; body: string }> = {
  processing: { title: '付款中', body: '已有人在付这一笔，正在确认，请勿重复付款。' },
  paid: { title: '已付清', body: '收款人已收到，不用再付。' },
  expired: { title: '已过期', body: '请让收款人重新发一个链接。' },
  cancelled: { title: '收款人已取消这个链接', body: '请勿付款；如有疑问，请联系收款人。' },
};

export const messages = {
  title: '付款',
  asks: (handle: string) => `@${handle} 向您收款`,
  for: '用途',
  payee: '收款人',
  scan: '用手机扫一扫付款',
  logInToPay: '登录后付款',
  registerToPay: '注册后付款',
  rail: '用什么付',
  railCash: '现金',
  railToken: (symbol: string) => `代币 ${symbol}`,
  available: (amount: string) => `可用 ${amount}`,
  notEnough: (what: string) => `${what} 余额不足`,
  feeReading: '正在查询网络费',
  fee: (amount: string) => `网络费 ${amount}`,
  topUp: '先充值',
  review: '核对后付款',
  paid: '付款成功',
  pay: (amount: string) => `付 ${amount}`,
  own: '这是您自己的收款链接',
  ownBody: '把链接或二维码发给付款人即可。',
  ownAction: '查看链接',
  until: (when: string) => `请在 ${when} 之前付款。`,
  closed,
  notFoundTitle: '没有这个收款链接',
  warning: '请只付给认识的人。付款从不需要助记词。',
};
