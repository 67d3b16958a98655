import type { HistoryEntry } from '@feiqian/domain/api/history';

type Kind = HistoryEntry['kind'];
type Holder = HistoryEntry['holder'];
type Status = HistoryEntry['status'];

const kinds: Record<Kind, string> = {
  top_up: '充值',
  withdrawal: '提现',
  conversion: '兑换',
  cash_transfer: '转现金',
  token_transfer: '转代币',
  payment: '付款',
};

/**
 * Sentences by kind and stage: who has the money now, and what happens next. Where it reads differently for whoever gets
 * the money, or while something is still to come, a third part says so.
 */
const stages: Record<string, string> = {
  'top_up:created': '等您付款',
  'top_up:paying': '等您在支付页面付款',
  'top_up:paid': '渠道已收款，正在入账',
  'top_up:credited': '已存入现金余额',
  'top_up:credited:pending': '钱已到账，即将发行代币',
  'top_up:issuing': '正在链上发行代币',
  'top_up:issued': '代币已到您的地址',
  'top_up:expired': '超时未付款；迟到的付款也会入账',
  'top_up:failed': '付款未成功，没有扣款',
  'top_up:refunded': '已退回您的银行',
  'top_up:review': '到账的钱与订单不符，等运营方核对',
  'withdrawal:requested': '已受理，现金已预留',
  'withdrawal:reserved': '现金已预留，即将交给银行',
  'withdrawal:sent': '已交给支付渠道，等银行确认',
  'withdrawal:settled': '银行已确认到账',
  'withdrawal:returned': '被银行退回，现金已退还',
  'conversion:issuing': '正在链上发行代币',
  'conversion:issued': '代币已到您的地址',
  'conversion:redeeming': '正在链上收回代币',
  'conversion:redeemed': '已换回现金',
  'conversion:failed': '兑换未成功，钱已退还',
  'cash_transfer:posted': '对方已收到',
  'cash_transfer:posted:in': '已到账',
  'token_transfer:submitted': '已签名，即将发到链上',
  'token_transfer:mined': '已上链，等待最终确认',
  'token_transfer:mined:in': '已上链，等待最终确认',
  'token_transfer:final': '对方已收到，不可撤回',
  'token_transfer:final:in': '已到您的地址',
  'token_transfer:failed': '转账未成功，代币仍在您手里',
  'token_transfer:dropped': '未能上链，代币仍在您手里',
  'payment:posted': '对方已收到',
  'payment:posted:in': '已到账',
  'payment:submitted': '已签名，即将发到链上',
  'payment:mined': '已上链，等待最终确认',
  'payment:mined:in': '已上链，等待最终确认',
  'payment:final': '对方已收到，不可撤回',
  'payment:final:in': '已到您的地址',
  'payment:failed': '付款未成功，钱仍在您手里',
  'payment:dropped': '未能上链，代币仍在您手里',
};

/** What happens next and about when, while an event is under way: by kind and stage, like the sentences above. */
const nexts: Record<string, string> = {
  'top_up:created': '付款后会自动入账，不用守着这个页面。',
  'top_up:paying': '付款后会自动入账，不用守着这个页面。',
  'top_up:paid': '记入您的现金余额，一般几秒。',
  'top_up:credited:pending': '在链上发行代币，一般十几秒。',
  'top_up:issuing': '链上确认后就到您的地址，一般十几秒。',
  'top_up:review': '核对后会入账或退回，结果会显示在这里。钱不会丢。',
  'withdrawal:requested': '交给支付渠道付款，一般几秒。',
  'withdrawal:reserved': '交给支付渠道付款，一般几秒。',
  'withdrawal:sent': '快则几分钟，慢则一两个工作日。如果被退回，钱会回到您的现金余额。',
  'conversion:issuing': '链上确认后就到您的地址，一般十几秒。',
  'conversion:redeeming': '链上确认后就记入现金余额，一般十几秒。',
  'token_transfer:submitted': '等待上链，一般几秒。如果没能上链，代币仍在您手里。',
  'token_transfer:mined': '最终确认后不可撤回，一般十几秒。',
  'payment:submitted': '等待上链，一般几秒。如果没能上链，代币仍在您手里。',
  'payment:mined': '最终确认后不可撤回，一般十几秒。',
};

const holders: Record<Holder, string> = {
  you: '在您手里',
  operator: '在运营方',
  gateway: '在支付渠道',
  bank: '在银行',
  chain: '在链上',
  counterparty: '在对方手里',
};

const statuses: Record<Status, string> = {
  pending: '进行中',
  completed: '已完成',
  failed: '未成功',
  cancelled: '已取消',
  needs_action: '需要处理',
};

const legs: Record<string, string> = {
  'gateway:order': '渠道收款',
  'gateway:payout': '渠道付款到银行',
  'ledger:credit': '记入现金余额',
  'ledger:debit': '从现金余额扣除',
  'ledger:reserve': '预留现金',
  'ledger:release': '退还预留的现金',
  'chain:issue': '在链上发行代币',
  'chain:redeem': '在链上收回代币',
  'chain:transfer': '链上转账',
  'chain:fee': '网络费',
  'ledger:fee': '手续费',
  'gateway:fee': '渠道手续费',
};

const reasons: Record<string, string> = {
  AMOUNT_MISMATCH: '付款金额与订单不一致',
  CURRENCY_MISMATCH: '付款币种与订单不一致',
  MERCHANT_MISMATCH: '收款商户与订单不一致',
  ORDER_MISMATCH: '订单号对不上',
  REFERENCE_UNKNOWN: '收回的代币没有登记，等运营方核对',
  SUSPENSE_CREDITED: '运营方核对后入账',
  PAID_FOR_ANOTHER: '经核对，这笔钱不是您付的',
  ACCOUNT_CLOSED: '收款账户已关闭',
  ACCOUNT_UNKNOWN: '收款账户不存在',
  INSUFFICIENT_FUNDS: '余额不足，已存为现金',
  BRIDGE_OFF: '没有开通现金和代币的兑换，已存为现金',
  DECLINED: '银行拒绝',
  CANCELLED: '已取消',
  EXPIRED: '已过期',
  ISSUE_REFUSED: '代币未能发行，已存为现金',
  TRANSACTION_REVERTED: '链上执行失败，除网络费外没有扣款',
  AMOUNT_TOO_LARGE: '超过渠道的单笔上限',
  PAYMENT_OVER: '渠道已关闭这笔付款',
  URL_NOT_REGISTERED: '渠道不认识这个网站，请告诉运营方',
  GATEWAY_REFUSED: '渠道拒绝',
  UNKNOWN: '渠道没有说明原因',
};

/** Words about one event of the history. */
export const messages = {
  kinds,
  stages,
  nexts,
  nextUnknown: '有新进展时，这里会自动更新。',
  payBefore: (time: string) => `请在${time} 前付款，过期自动取消，不会扣款。`,
  now: '钱现在',
  next: '接下来',
  numbers: '编号和凭证',
  arrived: (amount: string) => `到账 ${amount}`,
  holders,
  statuses,
  legs,
  reasons,
  otherReason: (code: string) => `原因代码：${code}`,
  heldBy: (holder: string) => `钱${holder}`,
  toPerson: (name: string) => `转给 ${name}`,
  fromPerson: (name: string) => `${name} 转来`,
  paidTo: (name: string) => `付给 ${name}`,
  paidBy: (name: string) => `${name} 付款`,
  received: (symbol: string) => `收到 ${symbol}`,
  sent: (symbol: string) => `转出 ${symbol}`,
  converted: (from: string, to: string) => `${from} 换成 ${to}`,
  stepsLabel: '钱的去向',
  when: '时间',
  exactTime: '准确时间',
  became: '换得',
  fee: '网络费',
  note: '备注',
  reason: '原因',
  counterparty: '对方',
  gateway: '支付渠道',
  entryNumber: '编号',
  transaction: '链上交易',
  block: (number: string) => `区块 ${number}`,
  dropped: '未能上链',
  pay: '去付款',
};
