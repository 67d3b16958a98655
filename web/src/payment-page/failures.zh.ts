import type { FailureWords, PaymentFailure } from './failure-words.ts';

export const messages: Readonly<Record<PaymentFailure, FailureWords>> = {
  ACCOUNT_FROZEN: {
    title: '发行方冻结了这个地址',
    advice: '没有付出任何代币。请换一种方式付款，冻结的事请询问发行方。',
  },
  AUTHORIZATION_EXPIRED: { title: '签名已过期', advice: '没有付出任何代币，请再签一次。' },
  CHAIN_HALTED: { title: '这条链暂停了', advice: '暂时不能用代币付款，请换一种方式。' },
  CHAIN_UNAVAILABLE: { title: '暂时连不上区块链', advice: '没有付出任何代币。请稍后再试，或换一种方式。' },
  EMAIL_MALFORMED: { title: '这不是邮箱地址', advice: '请写成 name@example.com 的样子。' },
  GATEWAY_REFUSED: { title: '支付渠道没有受理', advice: '没有扣款，请换一种方式付款。' },
  GATEWAY_UNAVAILABLE: { title: '暂时连不上支付渠道', advice: '没有扣款。请稍后再试，或换一种方式。' },
  INSUFFICIENT_FUNDS: { title: '余额不足', advice: '没有扣款。请先充值，或换一种方式付款。' },
  PAYMENT_REQUEST_CLOSED: { title: '这笔收款已不能再付', advice: '没有扣款。可能已有人付清，或已到期。' },
  RATE_LIMITED: { title: '操作太频繁', advice: '请等一分钟再试。' },
  RECIPIENT_IS_SELF: { title: '这是您自己的收款链接', advice: '不能付给自己，请换一个账户或地址。' },
  SERVICE_UNAVAILABLE: { title: '没有收到回复', advice: '付款可能已成功，也可能没有。可以再点一次，只会付一笔。' },
  SESSION_EXPIRED: { title: '登录已过期', advice: '没有扣款，请重新登录后再付。' },
  SIGNATURE_INVALID: {
    title: '签名与地址不符',
    advice: '没有付出任何代币。由合约控制的钱包不能这样付款，请换一个钱包。',
  },
  REJECTED: { title: '您在钱包里拒绝了', advice: '没有付出任何代币。' },
  PENDING: { title: '钱包里有一项请求等您处理', advice: '请先打开钱包处理。' },
  CANNOT_SIGN: { title: '这个钱包不能签这种付款', advice: '没有付出任何代币，请换一个钱包或换一种方式。' },
  DISCONNECTED: { title: '钱包没有连上', advice: '请在钱包里检查网络，再试一次。' },
  OTHER_CHAIN: { title: '钱包还在别的网络上', advice: '请在钱包里切换网络，再试一次。' },
  NO_ACCOUNT: { title: '钱包没有提供账户', advice: '请在钱包里选一个账户，再试一次。' },
  OTHER_SIGNATURE: {
    title: '这个钱包的签名用不了',
    advice: '没有付出任何代币。由合约控制的钱包不能这样付款，请换一个钱包。',
  },
  FAILED: { title: '钱包没有完成操作', advice: '没有付出任何代币，请再试一次或换一种方式。' },
  OTHER: { title: '出了点问题', advice: '请再试一次；还是不行的话，请换一种方式付款。' },
};
