import type { Limit, Rule, Window } from '@feiqian/domain/monitoring/rules';
import type { messages as zh } from './rule-words.zh.ts';

const windows: Readonly<Record<Window, string>> = { '1h': 'an hour', '24h': '24 hours', '7d': '7 days' };

function say(rule: Rule, limit: (limit: Limit) => string): string {
  switch (rule.rule) {
    case 'amount':
      return `A single movement above ${limit(rule.above)}`;
    case 'sum':
      return `More than ${limit(rule.above)} within ${windows[rule.window]}`;
    case 'count':
      return `More than ${rule.above} movements within ${windows[rule.window]}`;
    case 'structuring':
      return `${rule.times} movements within ${windows[rule.window]}, each less than ${rule.within}% below ${limit(rule.limit)}`;
    case 'new_payee':
      return `A first payment to somebody, above ${limit(rule.above)}`;
    case 'new_device':
      return `Above ${limit(rule.above)} within ${rule.minutes} minutes of logging in on a new device`;
    case 'dormant':
      return `Above ${limit(rule.above)} after ${rule.days} days without any`;
    case 'fan_in':
      return `Above ${limit(rule.above)}, at least ${rule.percent}% of what ${rule.people} people or more sent within ${windows[rule.window]}`;
    case 'fan_out':
      return `More than ${rule.people} people paid within ${windows[rule.window]}`;
    case 'fast_out':
      return `More than ${limit(rule.above)} came within ${windows[rule.window]}, and at least ${rule.percent}% of it leaves`;
    case 'refunds':
      return `${rule.times} refunds or more within ${windows[rule.window]}, at least ${rule.percent}% of what was taken`;
    case 'unusual':
      return `Above ${limit(rule.above)} and ${rule.tenths / 10} deviations or more above what this person usually moves`;
    default:
      return rule satisfies never;
  }
}

export const messages: typeof zh = {
  title: 'Monitoring rules',
  version: (version) => (version === 0 ? 'The built-in rules are active' : `Version ${version} is active`),
  versionNote: (by, when, note) => `@${by} · ${when} · ${note}`,
  lead: 'Every movement out is judged by these rules. Try a change first, then make it the next version; earlier versions stay on record.',
  list: 'Rules',
  add: 'Add a rule',
  chooseKind: 'Choose a kind',
  kinds: {
    amount: 'Single amount',
    sum: 'Sum over time',
    count: 'Number over time',
    structuring: 'Split up',
    new_payee: 'First payment to somebody',
    new_device: 'New device',
    dormant: 'Long silence',
    fan_in: 'Collected and passed on',
    fan_out: 'Many people paid',
    fast_out: 'In and out',
    refunds: 'Many refunds',
    unusual: 'Unlike this person',
  },
  say,
  limitsJoin: ', ',
  limitIn: (limit, currency) => `${currency} ${limit}`,
  outcome: 'What happens then',
  review: 'Hold it until somebody has looked',
  block: 'Refuse it',
  changed: 'Changed, not active yet',
  general: 'How holds are handled',
  generalSay: (hours, limit) => `A hold waits up to ${hours} hours; above ${limit} two people release it`,
  chooseTitle: 'Choose a rule',
  chooseBody: 'Its amounts, numbers and what happens then are changed here.',
  goneTitle: 'There is no such rule',
  goneBody: 'It may have been removed.',
  fields: {
    money: 'Above',
    limit: 'Limit that people may try to stay below',
    count: 'More movements than',
    window: 'Within',
    within: 'Less than this below the limit (%)',
    times: 'Times, at least',
    people: 'People',
    percent: 'Share, at least (%)',
    minutes: 'Minutes since the log-in',
    days: 'Days without any',
    tenths: 'Deviations above the usual',
    holdHours: 'Hours that a hold waits',
    twoPeopleAbove: 'Two people release above',
  },
  inCurrency: (label, currency) => `${label} (${currency})`,
  moneyHint: 'In whole units of any currency, such as 50000.',
  moneyError: 'Enter an amount, such as 50000',
  numberError: (min, max) => `Enter a number from ${min} to ${max}`,
  mend: 'Correct the figures above',
  windows,
  apply: 'Keep this change',
  remove: 'Remove this rule',
  try: 'Try on the latest movements',
  trying: 'Trying',
  tried: 'What these rules would have done',
  triedNone: 'There are no movements to try them on.',
  triedOf: (movements, since) => `Of ${movements} movements since ${since}:`,
  triedReview: 'Would have been held',
  triedBlock: 'Would have been refused',
  times: (times) => `${times}`,
  examples: 'The latest that would not have gone through',
  notRead: 'The rules did not change.',
  note: 'Why they change',
  noteHint: 'Kept with this version. Up to 140 characters.',
  enterNote: 'Enter why they change',
  unchanged: 'Nothing has changed yet',
  checkChange: 'Review the change',
  reviewTitle: 'Review the new rules',
  newVersion: (version) => `Version ${version}`,
  before: (old) => `Before: ${old}`,
  added: 'New',
  removed: 'Removed',
  outcomes: { review: 'Hold', block: 'Refuse' },
  save: (version) => `Make version ${version} active`,
  saved: (version) => `Version ${version} is active`,
  busy: 'Changing',
};
