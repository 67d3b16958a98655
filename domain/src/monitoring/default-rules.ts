import type { RuleSet } from './rules.ts';

// The smallest unit of every cash asset is a hundredth.
const limit = (whole: number) => ({ default: `${whole}00` });

/**
 * What the first version of a deployment goes by: the everyday is let through, what is rare and large waits for staff. Operators change
 * it to what they see (a change is a new version).
 */
export const defaultRules: RuleSet = {
  rules: [
    { name: 'large', rule: 'amount', outcome: 'review', above: limit(500_000) },
    { name: 'absurd', rule: 'amount', outcome: 'block', above: limit(50_000_000) },
    { name: 'much_in_a_day', rule: 'sum', window: '24h', outcome: 'review', above: limit(1_000_000) },
    { name: 'much_in_a_week', rule: 'sum', window: '7d', outcome: 'review', above: limit(3_000_000) },
    { name: 'many_in_an_hour', rule: 'count', window: '1h', outcome: 'review', above: 150 },
    { name: 'many_in_a_week', rule: 'count', window: '7d', outcome: 'review', above: 1500 },
    {
      name: 'just_below_large',
      rule: 'structuring',
      window: '24h',
      outcome: 'review',
      limit: limit(50_000),
      within: 10,
      times: 3,
    },
    {
      name: 'large_to_a_stranger',
      rule: 'new_payee',
      outcome: 'review',
      kinds: ['withdrawal', 'cash_transfer', 'payment', 'token_send'],
      above: limit(100_000),
    },
    { name: 'large_from_new_device', rule: 'new_device', minutes: 30, outcome: 'review', above: limit(50_000) },
    { name: 'awake_again', rule: 'dormant', days: 90, outcome: 'review', above: limit(20_000) },
    {
      name: 'collected_and_passed_on',
      rule: 'fan_in',
      window: '24h',
      outcome: 'review',
      people: 15,
      percent: 70,
      above: limit(20_000),
    },
    { name: 'spread_over_many', rule: 'fan_out', window: '1h', outcome: 'review', people: 30 },
    {
      name: 'in_and_out',
      rule: 'fast_out',
      window: '1h',
      outcome: 'review',
      kinds: ['withdrawal', 'conversion', 'token_send'],
      percent: 90,
      above: limit(50_000),
    },
    { name: 'much_given_back', rule: 'refunds', window: '24h', outcome: 'review', times: 20, percent: 60 },
    { name: 'unlike_this_person', rule: 'unusual', outcome: 'review', tenths: 60, above: limit(10_000) },
  ],
  holdHours: 72,
  twoPeopleAbove: limit(100_000),
};
