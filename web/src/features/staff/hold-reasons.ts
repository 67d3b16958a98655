import type { HoldReason } from '@feiqian/domain/api/monitoring';
import type { holdMessages } from './hold-messages.ts';

type Words = Awaited<ReturnType<(typeof holdMessages)['load']>>;
type Figure = { readonly key: string; readonly as: 'money' | 'number' | 'window' };

const money = (key: string): Figure => ({ key, as: 'money' });
const number = (key: string): Figure => ({ key, as: 'number' });
const window: Figure = { key: 'window', as: 'window' };

/** Which figures the sentence of a reason is given, in its order. */
const figuresOf: Readonly<Record<HoldReason['rule'], readonly Figure[]>> = {
  amount: [money('limit')],
  sum: [window, money('amount'), money('limit')],
  count: [window, number('times'), number('limit')],
  structuring: [window, number('times'), money('limit')],
  new_payee: [money('limit')],
  new_device: [money('limit')],
  dormant: [number('days'), money('limit')],
  fan_in: [window, number('people')],
  fan_out: [window, number('people'), number('limit')],
  fast_out: [window, money('came'), money('gone')],
  refunds: [window, number('times'), money('gone'), money('taken')],
  unusual: [money('limit')],
};

/** Why a movement waits, in words; `write` writes an amount of its currency, given in the smallest unit. */
export function sayReason({ rule, figures }: HoldReason, words: Words, write: (amount: string) => string): string {
  const texts = figuresOf[rule].map(({ key, as }) => {
    const figure = figures[key] ?? '0';
    if (as === 'money') return write(figure);
    return as === 'window' ? (words.windows[figure] ?? figure) : figure;
  });
  return words.reasons[rule](...texts);
}
