import { toAmount } from '@feiqian/domain/money';
import { describe, expect, it } from 'vitest';
import { collectWarnings, type WarningCode, warningSeverities } from '../../keyring/review-model.ts';
import { type HoldFacts, listHoldReasons } from './hold-rules.ts';

const worth = (currency: string, amount: bigint) => ({ currency, amount: toAmount(amount) });
const facts = (changes: Partial<HoldFacts> = {}): HoldFacts => ({
  review: { warnings: [] },
  simulation: 'agrees',
  isFirst: false,
  worth: worth('CNY', 2_500n),
  ...changes,
});
const warned = (...codes: WarningCode[]) => ({
  warnings: collectWarnings(Object.fromEntries(codes.map((code) => [code, true]))),
});

describe('listHoldReasons', () => {
  it('leaves a common payment a press', () => {
    expect(listHoldReasons(facts())).toEqual([]);
    expect(listHoldReasons(facts({ isFirst: true }))).toEqual([]);
    expect(listHoldReasons(facts({ worth: worth('CNY', 900_000n) }))).toEqual([]);
  });

  it.each([
    ['a look-alike', facts({ review: warned('recipient_lookalike') }), ['lookalike']],
    ['an allowance without limit', facts({ review: warned('allowance_unlimited', 'allowance') }), ['unlimited']],
    ['a token that takes the name of another', facts({ review: warned('token_imitates') }), ['imitation']],
    ['a collection opened', facts({ review: warned('collection_open') }), ['unlimited']],
    ['a simulation that fails', facts({ simulation: 'fails' }), ['simulation']],
    ['a simulation that says something else', facts({ simulation: 'disagrees' }), ['simulation']],
    ['a large first payment', facts({ isFirst: true, worth: worth('CNY', 500_001n) }), ['first_large']],
    [
      'a large payment of which nobody knows whether it is the first',
      facts({ isFirst: undefined, worth: worth('USD', 70_001n) }),
      ['first_large'],
    ],
    [
      'all at once',
      facts({
        review: warned('recipient_lookalike', 'allowance_unlimited'),
        simulation: 'fails',
        isFirst: true,
        worth: worth('USD', 70_001n),
      }),
      ['lookalike', 'unlimited', 'simulation', 'first_large'],
    ],
  ])('is earned by %s', (_what, given, reasons) => {
    expect(listHoldReasons(given)).toEqual(reasons);
  });

  it.each([
    ['a sum at the limit', facts({ isFirst: true, worth: worth('CNY', 500_000n) })],
    ['an asset without a price', facts({ isFirst: true, worth: undefined })],
    ['a currency without a limit', facts({ isFirst: true, worth: worth('JPY', 10n ** 12n) })],
    ['a node that cannot say', facts({ simulation: 'unknown' })],
    ['a node that did not see the effects', facts({ simulation: 'unseen' })],
    ['a simulation that is still on its way', facts({ simulation: undefined })],
  ])('is not earned by %s', (_what, given) => {
    expect(listHoldReasons(given)).toEqual([]);
  });

  it('is never earned by a mere note', () => {
    const notes = (Object.keys(warningSeverities) as WarningCode[]).filter(
      (code) => warningSeverities[code] === 'note',
    );
    expect(listHoldReasons(facts({ review: warned(...notes) }))).toEqual([]);
  });
});
