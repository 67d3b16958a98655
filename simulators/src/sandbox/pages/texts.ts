import type { Language } from '../../pages/language.ts';
import type { FaultName } from '../faults.ts';

type HostedTexts = {
  readonly bank: string;
  readonly practice: string;
  readonly title: string;
  readonly titleOver: string;
  readonly merchant: string;
  readonly order: string;
  readonly purpose: string;
  readonly until: string;
  readonly pay: (money: string) => string;
  readonly decline: string;
  readonly back: (merchant: string) => string;
  readonly paid: string;
  readonly declined: string;
  readonly expired: string;
  readonly unknown: string;
  readonly unknownHint: string;
  readonly otherLanguage: string;
  readonly footer: string;
};

/** Sentences of the page on which people pay. */
export const hostedTexts: Readonly<Record<Language, HostedTexts>> = {
  en: {
    bank: 'Sandbox Bank',
    practice: 'Practice bank. No real money moves here.',
    title: 'Confirm payment',
    titleOver: 'Payment',
    merchant: 'To',
    order: 'Order',
    purpose: 'For',
    until: 'Open until',
    pay: (money) => `Pay ${money}`,
    decline: 'Decline',
    back: (merchant) => `Back to ${merchant}`,
    paid: 'Paid. You can go back to the merchant.',
    declined: 'You declined this payment. Nothing was taken.',
    expired: 'The time to pay this order is over. Nothing was taken.',
    unknown: 'There is no such order.',
    unknownHint: 'Open the payment again from the place where you began it.',
    otherLanguage: '中文',
    footer: 'This page belongs to the sandbox gateway and never asks for a card, a password or a recovery phrase.',
  },
  zh: {
    bank: '沙盒银行',
    practice: '这是练习用的银行，不会动用真实资金。',
    title: '确认付款',
    titleOver: '付款',
    merchant: '收款方',
    order: '订单号',
    purpose: '用途',
    until: '有效期至',
    pay: (money) => `支付 ${money}`,
    decline: '不付款',
    back: (merchant) => `返回 ${merchant}`,
    paid: '已付款，可以返回商户。',
    declined: '您已拒绝付款，没有扣款。',
    expired: '此订单已超过付款时间，没有扣款。',
    unknown: '没有这个订单。',
    unknownHint: '请回到发起付款的地方重新打开。',
    otherLanguage: 'English',
    footer: '本页面属于沙盒支付网关，绝不会索要银行卡、密码或助记词。',
  },
};

type PanelTexts = {
  readonly title: string;
  readonly intro: string;
  readonly payments: string;
  readonly payouts: string;
  readonly notices: string;
  readonly none: string;
  readonly faults: string;
  readonly faultsIntro: string;
  readonly fault: string;
  readonly onlyOrder: string;
  readonly anyOrder: string;
  readonly times: string;
  readonly arm: string;
  readonly clear: string;
  readonly armed: string;
  readonly key: string;
  readonly rotate: string;
  readonly refresh: string;
  readonly accounts: string;
  readonly actions: Readonly<
    Record<'pay' | 'pay_late' | 'decline' | 'expire' | 'settled' | 'returned' | 'release', string>
  >;
  readonly statuses: Readonly<Record<string, string>>;
  readonly otherLanguage: string;
};

/** Sentences of the developers' panel. */
export const panelTexts: Readonly<Record<Language, PanelTexts>> = {
  en: {
    title: 'Sandbox panel',
    intro: 'What the sandbox gateway knows, and what can be made to go wrong.',
    payments: 'Payments',
    payouts: 'Payouts',
    notices: 'Notifications',
    none: 'Nothing yet.',
    faults: 'Faults',
    faultsIntro: 'An armed fault strikes at the next occasions. Faults are forgotten at a restart.',
    fault: 'Fault',
    onlyOrder: 'Only this order',
    anyOrder: 'any order',
    times: 'Times',
    arm: 'Arm',
    clear: 'Disarm all',
    armed: 'Armed',
    key: 'Signing key',
    rotate: 'Rotate to the next key',
    refresh: 'Refresh',
    accounts:
      'Payouts to accounts that end in 0000 are returned, in 1111 refused, in 2222 left undecided; all others are settled.',
    actions: {
      pay: 'Pay',
      pay_late: 'Pay late',
      decline: 'Decline',
      expire: 'Expire',
      settled: 'Settle',
      returned: 'Return',
      release: 'Send now',
    },
    statuses: {
      waiting: 'waiting',
      paid: 'paid',
      declined: 'declined',
      expired: 'expired',
      processing: 'processing',
      settled: 'settled',
      returned: 'returned',
      due: 'due',
      held: 'held',
      delivered: 'delivered',
      given_up: 'given up',
    },
    otherLanguage: '中文',
  },
  zh: {
    title: '沙盒控制台',
    intro: '沙盒网关所知的一切，以及可以制造的各种故障。',
    payments: '付款',
    payouts: '代付',
    notices: '通知',
    none: '暂无内容。',
    faults: '故障',
    faultsIntro: '启用的故障会在接下来的若干次中发生，重启后失效。',
    fault: '故障',
    onlyOrder: '仅限此订单',
    anyOrder: '任意订单',
    times: '次数',
    arm: '启用',
    clear: '全部解除',
    armed: '已启用',
    key: '签名密钥',
    rotate: '换用下一把密钥',
    refresh: '刷新',
    accounts: '账号以 0000 结尾会被退回，1111 会被拒绝，2222 不作处理，其余均到账。',
    actions: {
      pay: '付款',
      pay_late: '逾期付款',
      decline: '拒绝',
      expire: '过期',
      settled: '到账',
      returned: '退回',
      release: '立即发送',
    },
    statuses: {
      waiting: '待付款',
      paid: '已付款',
      declined: '已拒绝',
      expired: '已过期',
      processing: '处理中',
      settled: '已到账',
      returned: '已退回',
      due: '待发送',
      held: '已扣留',
      delivered: '已送达',
      given_up: '已放弃',
    },
    otherLanguage: 'English',
  },
};

/** What each fault does, in few words. */
export const faultTexts: Readonly<Record<Language, Readonly<Record<FaultName, string>>>> = {
  en: {
    notice_lost: 'Notification: never sent',
    notice_duplicate: 'Notification: five times at once',
    notice_held: 'Notification: held until sent by hand',
    notice_out_of_order: 'Notification: an older one follows',
    notice_forged_key: 'Notification: signed with a wrong key',
    notice_forged_body: 'Notification: changed after signing',
    notice_downgraded: 'Notification: signed with a weaker algorithm',
    notice_unsigned: 'Notification: no signature',
    notice_foreign: 'Notification: meant for another merchant',
    notice_replayed: 'Notification: an hour old',
    notice_future: 'Notification: an hour in the future',
    notice_wrong_amount: 'Notification: names another amount',
    notice_wrong_currency: 'Notification: names another currency',
    notice_unusual: 'Notification: unknown fields, %, emoji',
    api_slow: 'API: answers after 30 seconds',
    api_unavailable: 'API: 503, nothing done',
    api_answer_lost: 'API: done, but the answer is lost',
    api_answer_unsigned: 'API: answer without signature',
    api_answer_forged: 'API: answer signed with a wrong key',
    api_answer_garbage: 'API: answer cut in half',
    api_answer_replayed: 'API: answer to another request',
    paid_wrong_amount: 'Payer pays 0.01 less',
    paid_wrong_currency: 'Payer pays in another currency',
    refund_fails: 'Refund: accepted, then failed',
  },
  zh: {
    notice_lost: '通知：从不发送',
    notice_duplicate: '通知：同时发送五次',
    notice_held: '通知：扣留，手动发送',
    notice_out_of_order: '通知：随后再来一条旧的',
    notice_forged_key: '通知：用错误的密钥签名',
    notice_forged_body: '通知：签名后被改动',
    notice_downgraded: '通知：使用较弱的算法签名',
    notice_unsigned: '通知：没有签名',
    notice_foreign: '通知：属于另一商户',
    notice_replayed: '通知：一小时前的',
    notice_future: '通知：一小时后的',
    notice_wrong_amount: '通知：金额不符',
    notice_wrong_currency: '通知：币种不符',
    notice_unusual: '通知：含未知字段、% 和表情',
    api_slow: '接口：三十秒后才应答',
    api_unavailable: '接口：503，未做任何事',
    api_answer_lost: '接口：已处理，但应答丢失',
    api_answer_unsigned: '接口：应答没有签名',
    api_answer_forged: '接口：应答用错误的密钥签名',
    api_answer_garbage: '接口：应答只有一半',
    api_answer_replayed: '接口：应答属于另一请求',
    paid_wrong_amount: '付款人少付 0.01',
    paid_wrong_currency: '付款人使用其他币种',
    refund_fails: '退款：受理后失败',
  },
};
