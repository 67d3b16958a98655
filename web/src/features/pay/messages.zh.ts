import type { PaymentRequestWire } from '@feiqian/domain/api/cash';

const closed: Record<Exclude<PaymentRequestWire['state'], 'open'>, { title: string; body: string }> = {
  processing: { title: '正在付款', body: '这一笔已有人在付，等几个区块后完成。请不要再付一次。' },
  paid: { title: '已付清', body: '收款人已收到，不用再付。' },
  expired: { title: '已过期', body: '请向收款人要一个新的链接。' },
  cancelled: { title: '收款人已收回这个链接', body: '请不要付款，有疑问请问收款人。' },
};

export const messages = {
  title: '付款',
  asks: (handle: string) => `@${handle} 请您付`,
  for: '用途',
  payee: '收款人',
  scan: '用手机扫一扫付款',
  logInToPay: '登录后付款',
  registerToPay: '注册后付款',
  rail: '用什么付',
  railCash: '现金',
  railToken: (symbol: string) => `代币 ${symbol}`,
  available: (amount: string) => `可用 ${amount}`,
  notEnough: (what: string) => `${what}不足`,
  feeReading: '正在问网络费',
  fee: (amount: string) => `网络费 ${amount}`,
  topUp: '先充值',
  review: '核对后付款',
  paid: '付款成功',
  pay: (amount: string) => `付 ${amount}`,
  own: '这是您自己的收款链接',
  ownBody: '把链接或二维码给付款人。',
  ownAction: '查看链接',
  closed,
  notFoundTitle: '没有这个收款链接',
  warning: '只付给您认识的收款人。付款不需要助记词。',
};
