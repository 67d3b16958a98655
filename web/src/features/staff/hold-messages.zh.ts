import type { HoldReason, HoldWire } from '@feiqian/domain/api/monitoring';

const kinds: Record<HoldWire['kind'], string> = {
  withdrawal: '提现',
  cash_transfer: '现金转账',
  payment: '付款',
  conversion: '兑换',
  refund: '退款',
};

const states: Record<HoldWire['state'], string> = {
  open: '待决定',
  released: '已放行',
  refused: '已退回',
  expired: '到期自动退回',
};

const windows: Record<string, string> = { '1h': '1 小时', '24h': '24 小时', '7d': '7 天' };

/** Why a movement waits, from its figures in the order of `hold-reasons.ts`. */
const reasons: Record<HoldReason['rule'], (...figures: string[]) => string> = {
  amount: (limit) => `单笔超过 ${limit}`,
  sum: (window, amount, limit) => `${window}内共转出 ${amount}，超过 ${limit}`,
  count: (window, times, limit) => `${window}内转出 ${times} 笔，超过 ${limit} 笔`,
  structuring: (window, times, limit) => `${window}内有 ${times} 笔略低于 ${limit}，像是拆分`,
  new_payee: (limit) => `第一次付给对方，并且超过 ${limit}`,
  new_device: (limit) => `刚在新设备登录，并且超过 ${limit}`,
  dormant: (days, limit) => `${days} 天没有转出后，一次超过 ${limit}`,
  fan_in: (window, people) => `${window}内从 ${people} 人收钱后转走`,
  fan_out: (window, people, limit) => `${window}内付给 ${people} 人，超过 ${limit} 人`,
  fast_out: (window, came, gone) => `${window}内刚进来 ${came}，转出 ${gone}`,
  refunds: (window, times, gone, taken) => `${window}内退款 ${times} 笔，共 ${gone}，收款 ${taken}`,
  unusual: (limit) => `远高于本人平时的金额，并且超过 ${limit}`,
};

export const messages = {
  title: '待核实',
  detailTitle: '核实详情',
  which: '看哪些',
  open: '待决定',
  ended: '已决定',
  list: '待核实的款项',
  more: '加载更多',
  emptyTitle: '没有待核实的款项',
  emptyBody: '系统拦下的款项会出现在这里，等您决定。',
  noneEndedTitle: '还没有决定过的款项',
  noneEndedBody: '决定和理由会留在这里。',
  chooseTitle: '选一笔',
  chooseBody: '为什么拦下、是谁的、怎么决定，会显示在这里。',
  notRead: '没有动用任何款项。',
  kinds,
  states,
  windows,
  reasons,
  why: '拦下的原因',
  person: '谁的钱',
  recipient: '付给',
  when: '提交时间',
  until: '最晚决定',
  untilNote: '到时没有决定，钱自动退还本人。',
  rules: '规则版本',
  number: '编号',
  by: '决定人',
  at: '决定时间',
  note: '理由',
  noteHint: '留给以后查账的人看，本人看不到，最多 140 字。',
  enterNote: '请填写理由',
  needsTwo: '金额较大，要两位工作人员都同意才能放行。',
  approvedBy: (handle: string) => `@${handle} 已同意，还需要另一位。`,
  decideTitle: '决定',
  release: '放行',
  refuse: '退回',
  reviewRelease: '核对放行',
  reviewRefuse: '核对退回',
  releaseAction: (amount: string, handle: string) => `放行 @${handle} 的 ${amount}`,
  refuseAction: (amount: string, handle: string) => `把 ${amount} 退给 @${handle}`,
  releaseDone: '已放行',
  approveDone: '已同意，等另一位确认',
  refuseDone: '已退回',
  busy: '正在提交',
  goes: '继续办理',
  comesBack: '退还本人的现金余额',
};
