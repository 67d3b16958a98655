import type { WarningCode } from '../../keyring/review-model.ts';

type WarningWords = { readonly title: string; readonly body: string };

const warnings: Record<WarningCode, WarningWords> = {
  chain_unknown: { title: '不认识这条链', body: '为了安全，不能签名。' },
  recipient_is_token: { title: '收款人是代币合约', body: '转到这里的代币谁也取不出来，不能签名。' },
  recipient_is_zero: { title: '收款人是空地址', body: '没有人有它的密钥，不能签名。' },
  relay_unknown: { title: '代付合约或代币不是这里的', body: '为了安全，不能签名。' },
  domain_mismatch: { title: '代币的名称或版本对不上', body: '这个签名可能被用在别处，不能签名。' },
  expired: { title: '已经过期', body: '请返回重新核对。' },
  gas_too_low: { title: '网络费太低', body: '链上不会收录，请返回重新核对。' },
  sign_in_elsewhere: { title: '这是登录别的网站', body: '可能有人冒充，不能签名。' },
  call_unknown: { title: '钱包看不懂这个合约调用', body: '不清楚它做什么，请不要签。' },
  creates_contract: { title: '将在链上创建一个合约', body: '普通转账不需要这样。' },
  value_attached: { title: '会顺带转出链上的原生币', body: '这种调用本来不需要。' },
  token_unknown: { title: '不认识这个代币', body: '名称和小数位无法核对。' },
  allowance_unlimited: { title: '对方可以无限额动用', body: '以后不会再问您。' },
  allowance: { title: '对方以后可以动用这些代币', body: '届时不会再问您。' },
  terms_hidden: { title: '看不到完整的条件', body: '签名里有一部分只是编号。' },
  long_validity: { title: '有效期超过 30 天', body: '在这期间随时可能被使用。' },
  structure_unknown: { title: '钱包看不懂这个内容', body: '不清楚它做什么，请不要签。' },
  unreadable: { title: '内容不是文字', body: '不清楚它做什么，请不要签。' },
  fee_high: { title: '网络费超过金额的十分之一', body: '金额大一些更合算。' },
  delayed: { title: '不是马上转出', body: '到设定的时间才会办理。' },
  amount_zero: { title: '金额是零', body: '不会有任何款项变动。' },
};

/** Words of the review before signing. */
export const messages = {
  warnings,
  youSend: '您支付',
  youGiveBack: '您交回代币',
  amount: '对方收到',
  to: '收款人',
  fee: '网络费',
  feeAtMost: '网络费上限',
  feeReceiver: '网络费付给',
  from: '付款地址',
  chain: '链',
  until: '签名有效期至',
  nonce: '序号',
  reference: '参考号',
  relay: '代付合约',
  digest: '要签名的摘要',
  raw: '查看签名的原始数据',
  firstTitle: '第一次转给这个地址',
  firstBody: '请与对方逐组核对完整的地址，转出后无法撤回。',
  notPlain: '钱包看不懂这笔签名，请不要签。',
};
