import type { Limit, Rule, RuleKind, Window } from '@feiqian/domain/monitoring/rules';
import type { FieldWord } from './rule-fields.ts';

const windows: Readonly<Record<Window, string>> = { '1h': '1 小时', '24h': '24 小时', '7d': '7 天' };

const kinds: Record<RuleKind, string> = {
  amount: '单笔金额',
  sum: '累计金额',
  count: '累计笔数',
  structuring: '拆分转出',
  new_payee: '陌生收款人',
  new_device: '新设备',
  dormant: '久未转出',
  fan_in: '多人转入后转走',
  fan_out: '付给很多人',
  fast_out: '快进快出',
  refunds: '退款过多',
  unusual: '偏离平时',
};

/** What a rule looks for, in one sentence; `limit` writes a limit. */
function say(rule: Rule, limit: (limit: Limit) => string): string {
  switch (rule.rule) {
    case 'amount':
      return `单笔超过 ${limit(rule.above)}`;
    case 'sum':
      return `${windows[rule.window]}内共转出超过 ${limit(rule.above)}`;
    case 'count':
      return `${windows[rule.window]}内转出超过 ${rule.above} 笔`;
    case 'structuring':
      return `${windows[rule.window]}内有 ${rule.times} 笔略低于 ${limit(rule.limit)}（相差不到 ${rule.within}%）`;
    case 'new_payee':
      return `第一次付给对方，并且超过 ${limit(rule.above)}`;
    case 'new_device':
      return `新设备登录不到 ${rule.minutes} 分钟，并且超过 ${limit(rule.above)}`;
    case 'dormant':
      return `${rule.days} 天没有转出后，单笔超过 ${limit(rule.above)}`;
    case 'fan_in':
      return `${windows[rule.window]}内从至少 ${rule.people} 人收钱，又转走其中 ${rule.percent}% 以上，并且超过 ${limit(rule.above)}`;
    case 'fan_out':
      return `${windows[rule.window]}内付给超过 ${rule.people} 人`;
    case 'fast_out':
      return `${windows[rule.window]}内转入超过 ${limit(rule.above)}，又转出其中 ${rule.percent}% 以上`;
    case 'refunds':
      return `${windows[rule.window]}内退款至少 ${rule.times} 笔，退掉收款的 ${rule.percent}% 以上`;
    case 'unusual':
      return `偏离本人平时金额 ${rule.tenths / 10} 倍以上，并且超过 ${limit(rule.above)}`;
    default:
      return rule satisfies never;
  }
}

export const messages = {
  title: '风控规则',
  version: (version: number) => (version === 0 ? '正在使用内置规则' : `正在使用第 ${version} 版`),
  versionNote: (by: string, when: string, note: string) => `@${by} · ${when} · ${note}`,
  lead: '每一笔转出都按这些规则判断。改动先试算，再存为新的一版，旧版不会消失。',
  list: '规则',
  add: '新增规则',
  chooseKind: '选择种类',
  kinds,
  say,
  limitsJoin: '，',
  limitIn: (limit: string, currency: string) => `${currency} ${limit}`,
  outcome: '触发后',
  review: '先拦下，等人核实',
  block: '直接拒绝',
  changed: '已改，未生效',
  general: '处理方式',
  generalSay: (hours: number, limit: string) => `拦下后最多等 ${hours} 小时；超过 ${limit} 要两人放行`,
  chooseTitle: '选一条规则',
  chooseBody: '在这里改它的金额、次数和处理方式。',
  goneTitle: '没有这条规则',
  goneBody: '可能已经移除了。',
  fields: {
    money: '金额超过',
    limit: '要防的限额',
    count: '笔数超过',
    window: '时间范围',
    within: '低于限额不到（%）',
    times: '至少几笔',
    people: '人数',
    percent: '占比达到（%）',
    minutes: '登录后多少分钟内',
    days: '多少天没有转出',
    tenths: '偏离倍数',
    holdHours: '最多等多少小时',
    twoPeopleAbove: '超过这个金额要两人放行',
  } satisfies Record<FieldWord, string>,
  inCurrency: (label: string, currency: string) => `${label}（${currency}）`,
  moneyHint: '不分币种，按各自的单位，例如 50000。',
  moneyError: '请输入金额，例如 50000',
  numberError: (min: string, max: string) => `请输入 ${min} 到 ${max} 的数`,
  mend: '请先改正上面的数',
  windows,
  apply: '改好了',
  remove: '移除这条规则',
  try: '试算最近的款项',
  trying: '正在试算',
  tried: '试算结果',
  triedNone: '最近没有可以试算的款项。',
  triedOf: (movements: number, since: string) => `${since}以来的 ${movements} 笔款项中：`,
  triedReview: '会拦下核实',
  triedBlock: '会直接拒绝',
  times: (times: number) => `${times} 笔`,
  examples: '最近会被拦下或拒绝的',
  notRead: '规则没有改动。',
  note: '改动的理由',
  noteHint: '和这一版一起存下来，最多 140 字。',
  enterNote: '请填写理由',
  unchanged: '还没有改动',
  checkChange: '核对改动',
  reviewTitle: '核对新规则',
  newVersion: (version: number) => `第 ${version} 版`,
  before: (old: string) => `原来：${old}`,
  added: '新增',
  removed: '移除',
  outcomes: { review: '拦下核实', block: '直接拒绝' },
  save: (version: number) => `启用第 ${version} 版`,
  saved: (version: number) => `第 ${version} 版已启用`,
  busy: '正在启用',
};
