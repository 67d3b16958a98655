import type { Limit, Rule, RuleSet } from '@feiqian/domain/monitoring/rules';
import { localeOf } from '../../i18n/language.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { writeUnits } from './rule-fields.ts';
import { ruleMessages } from './rule-words.ts';

/** Writes rules as sentences. */
export function useSay() {
  const words = useMessages(ruleMessages);
  const numbers = new Intl.NumberFormat(localeOf[useLanguage()], { maximumFractionDigits: 2 });
  // As text, so that the number is exact however large it is.
  const write = (units: string) => numbers.format(writeUnits(units) as `${number}`);
  const limit = ({ default: all = '0', ...others }: Limit): string =>
    [
      write(all),
      ...Object.entries(others).map(([asset, units = '0']) =>
        words.limitIn(write(units), asset.slice('iso4217:'.length)),
      ),
    ].join(words.limitsJoin);
  return {
    say: (rule: Rule): string => words.say(rule, limit),
    sayGeneral: ({ holdHours, twoPeopleAbove }: Pick<RuleSet, 'holdHours' | 'twoPeopleAbove'>): string =>
      words.generalSay(holdHours, limit(twoPeopleAbove)),
  };
}
