import { defaultRules } from '@feiqian/domain/monitoring/default-rules';
import { expect, it } from 'vitest';
import { messages as en } from './rule-words.en.ts';
import { messages as zh } from './rule-words.zh.ts';

it.each(defaultRules.rules)('$name is a sentence with its figures in both languages', (rule) => {
  const [chinese, english] = [zh.say(rule, () => '¥9,999'), en.say(rule, () => '¥9,999')];
  for (const sentence of [chinese, english]) {
    expect(sentence).not.toMatch(/undefined|object/);
    const figures = Object.entries(rule).flatMap(([key, value]) =>
      typeof value === 'number' ? [`${key === 'tenths' ? value / 10 : value}`] : [],
    );
    for (const figure of figures) expect(sentence).toContain(figure);
    if ('above' in rule && typeof rule.above === 'object') expect(sentence).toContain('¥9,999');
    if ('window' in rule) expect(sentence).toMatch(/1 小时|24 小时|7 天|an hour|24 hours|7 days/);
  }
  expect(chinese).not.toMatch(/[A-Za-z]|\p{Script=Han}[,;:?()]/u);
  expect(english).not.toMatch(/\p{Script=Han}/u);
});
