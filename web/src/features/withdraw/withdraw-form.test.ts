import type { GatewayWire } from '@feiqian/domain/api/cash';
import { toAmount } from '@feiqian/domain/money';
import { describe, expect, it } from 'vitest';
import { findBlock, groupNumber, readBankNumber } from './withdraw-form.ts';

const gateway: GatewayWire = {
  name: 'sandbox',
  title: { zh: '沙盒', en: 'Sandbox' },
  assets: ['iso4217:CNY'],
  min: '1',
  max: '100000',
  payout: true,
};
const ok = { state: 'ok', amount: toAmount(500n) } as const;
const fields = {
  currency: 'iso4217:CNY',
  amount: '5',
  holder: '李伟',
  number: '6222 0202 0011 2230',
  gateway: 'sandbox',
};

describe('readBankNumber', () => {
  it('takes the spaces and dashes that people type', () => {
    expect(readBankNumber('6222 0202 0011 2230')).toBe('6222020200112230');
    expect(readBankNumber('de89-3704-0044-0532-0130-00')).toBe('DE89370400440532013000');
  });

  it.each(['', '12345', 'a'.repeat(35), '6222_0202', '６２２２０２０２'])('does not take %j', (text) => {
    expect(readBankNumber(text)).toBeUndefined();
  });
});

describe('findBlock', () => {
  it('names the first thing that is missing, in the order of the form', () => {
    expect(findBlock(fields, { state: 'empty' }, gateway)).toBe('amount');
    expect(findBlock(fields, { state: 'wrong', code: 'INSUFFICIENT_FUNDS' }, gateway)).toBe('amountWrong');
    expect(findBlock(fields, ok, undefined)).toBe('gateway');
    expect(findBlock({ ...fields, holder: '  ' }, ok, gateway)).toBe('holder');
    expect(findBlock({ ...fields, number: '' }, ok, gateway)).toBe('number');
    expect(findBlock({ ...fields, number: '12' }, ok, gateway)).toBe('numberWrong');
    expect(findBlock(fields, ok, gateway)).toBeUndefined();
  });
});

it('groupNumber writes groups of four without a blank at the end', () => {
  expect(groupNumber('6222020200112230')).toBe('6222 0202 0011 2230');
  expect(groupNumber('622202020')).toBe('6222 0202 0');
});
