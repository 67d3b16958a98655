import { defaultRules } from '@feiqian/domain/monitoring/default-rules';
import { ruleSchema, ruleSetSchema } from '@feiqian/domain/monitoring/rules';
import { describe, expect, it } from 'vitest';
import { generalFields, listInputs, readTexts, ruleFields, writeTexts } from './rule-fields.ts';

const ruleOf = (kind: keyof typeof ruleFields) => {
  const rule = defaultRules.rules.find((one) => one.rule === kind);
  if (!rule) throw new Error(`The built-in rules have none of the kind ${kind}.`);
  return rule;
};

describe('the fields of a rule', () => {
  it.each(Object.keys(ruleFields) as (keyof typeof ruleFields)[])('of %s write it and read it back', (kind) => {
    const rule = ruleOf(kind);
    const fields = ruleFields[kind];
    const { values, wrong } = readTexts(fields, rule, writeTexts(fields, rule));
    expect(wrong).toEqual([]);
    expect(ruleSchema.parse({ ...rule, ...values })).toEqual(rule);
    // Everything that a rule goes by can be changed.
    const kept = Object.keys(rule).filter((key) => !['name', 'rule', 'outcome', 'kinds'].includes(key));
    expect(fields.map(({ key }) => key).sort()).toEqual(kept.sort());
  });

  it('of how holds are handled do, too', () => {
    const { values } = readTexts(generalFields, defaultRules, writeTexts(generalFields, defaultRules));
    expect(ruleSetSchema.parse({ ...defaultRules, ...values })).toEqual(defaultRules);
  });

  it('take amounts as people write them, one for each currency that has its own', () => {
    const rule = { above: { default: '100', 'iso4217:USD': '200' } };
    const fields = ruleFields.amount;
    expect(listInputs(fields, rule)).toMatchObject([
      { name: 'above default', currency: undefined },
      { name: 'above iso4217:USD', currency: 'USD' },
    ]);
    const texts = { 'above default': '５０,０００。５', 'above iso4217:USD': ' ¥1,234.56 ' };
    expect(readTexts(fields, rule, texts)).toEqual({
      values: { above: { default: '5000050', 'iso4217:USD': '123456' } },
      wrong: [],
    });
  });

  it.each([
    ['above default', 'amount', { 'above default': 'much' }],
    ['above default', 'amount', { 'above default': '-5' }],
    ['above default', 'amount', { 'above default': '0.001' }],
    ['above default', 'amount', { 'above default': '1'.repeat(40) }],
    ['people', 'fan_out', { window: '1h', people: '0' }],
    ['people', 'fan_out', { window: '1h', people: '1501' }],
    ['people', 'fan_out', { window: '1h', people: '2.5' }],
    ['tenths', 'unusual', { tenths: '0.9', 'above default': '1' }],
  ] as const)('say that %s of %s is wrong', (name, kind, texts) => {
    expect(readTexts(ruleFields[kind], ruleOf(kind), texts).wrong).toEqual([name]);
  });
});
