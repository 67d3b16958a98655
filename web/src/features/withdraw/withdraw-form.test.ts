import type { GatewayWire } from '@feiqian/domain/api/cash';
import { toAmount } from '@feiqian/domain/money';
import { describe, expect, it } from 'vitest';
import { findBlock } from './withdraw-form.ts';

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
