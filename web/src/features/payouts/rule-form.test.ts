import type { GatewayWire } from '@feiqian/domain/api/cash';
import type { PayoutRuleWire } from '@feiqian/domain/api/payouts';
import { toAmount } from '@feiqian/domain/money';
import { describe, expect, it } from 'vitest';
import { beginFields, draftRule, findBlock, type RuleFields, readKeep, readMin } from './rule-form.ts';

const gateway: GatewayWire = {
  name: 'sandbox',
  title: { zh: '沙盒', en: 'Sandbox' },
  assets: ['iso4217:CNY'],
  min: '100',
  max: '100000',
  payout: true,
};
const rule: PayoutRuleWire = {
  id: '8f2d3c1e-0000-8000-8000-000000000001',
  asset: 'iso4217:CNY',
  state: 'on',
  reason: null,
  target: { kind: 'bank', gateway: 'sandbox', bankAccount: { number: '•••• 1234' } },
  keep: '20000',
  min: '5000',
  schedule: { kind: 'daily', hour: 7, timeZone: 'Europe/Berlin' },
  nextAt: '2026-12-01T06:00:00.000Z',
  createdAt: '2026-11-30T00:00:00.000Z',
  updatedAt: '2026-11-30T00:00:00.000Z',
};
const address = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const token = 'eip155:31337/erc20:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const parts = {
  asset: 'iso4217:CNY',
  keep: toAmount(0n),
  min: toAmount(100n),
  gateway,
  token,
  address,
  idempotencyKey: 'key',
} as const;
const empty = beginFields(undefined, { decimals: 2, timeZone: 'Asia/Shanghai' });
const filled: RuleFields = { ...empty, holder: ' 李雷 ', number: '6222 0200 0000 1234', min: '1' };
const blockOf = (fields: RuleFields) =>
  findBlock(fields, { keep: readKeep(fields.keep, 2), min: readMin(fields.min, 2, gateway), gateway });

describe('beginFields', () => {
  it('begins as the rule is', () => {
    expect(beginFields(rule, { decimals: 2 })).toMatchObject({
      ...{ kind: 'bank', keepsAccount: true, gateway: 'sandbox', keep: '200', min: '50' },
      ...{ schedule: 'daily', hour: '7', timeZone: 'Europe/Berlin' },
    });
  });

  it('asks for the account again where money came back from it', () => {
    const returned: PayoutRuleWire = { ...rule, state: 'needs_attention', reason: 'PAYOUT_RETURNED' };
    expect(beginFields(returned, { decimals: 2 }).keepsAccount).toBe(false);
  });

  it('begins empty but for the least that the gateway takes', () => {
    expect(beginFields(undefined, { decimals: 2, min: toAmount(150n) })).toMatchObject({
      ...{ kind: 'bank', keepsAccount: false, holder: '', number: '', keep: '0', min: '1.5', schedule: 'at_once' },
    });
  });

  it('takes the clocks of Shanghai where the browser does not say whose', () => {
    expect(beginFields(undefined, { decimals: 2, timeZone: undefined }).timeZone).toBe('Asia/Shanghai');
  });
});

describe('findBlock', () => {
  it('names the first thing that is missing, in the order of the form', () => {
    expect(blockOf({ ...filled, holder: '' })).toBe('holder');
    expect(blockOf({ ...filled, number: '12' })).toBe('numberWrong');
    expect(blockOf({ ...filled, keep: '' })).toBe('keep');
    expect(blockOf({ ...filled, keep: '1.234' })).toBe('keepWrong');
    expect(blockOf({ ...filled, min: '' })).toBe('min');
    expect(blockOf({ ...filled, min: '0.99' })).toBe('minWrong');
    expect(blockOf({ ...filled, min: '1000.01' })).toBe('minWrong');
    expect(blockOf(filled)).toBeUndefined();
    expect(findBlock(filled, { keep: readKeep('0', 2), min: readMin('1', 2, undefined), gateway: undefined })).toBe(
      'gateway',
    );
  });

  it('lets nothing stay, and asks no account of a rule that keeps its own or pays tokens', () => {
    expect(blockOf({ ...filled, keep: '0' })).toBeUndefined();
    expect(blockOf({ ...empty, min: '1', keepsAccount: true })).toBeUndefined();
    expect(
      findBlock(
        { ...empty, kind: 'token' },
        { keep: readKeep('0', 2), min: readMin('0.01', 2, undefined), gateway: undefined },
      ),
    ).toBeUndefined();
  });
});

describe('draftRule', () => {
  it('sets a rule to an account that was filled in', () => {
    expect(draftRule(filled, undefined, parts)).toEqual({
      kind: 'set',
      idempotencyKey: 'key',
      body: {
        asset: 'iso4217:CNY',
        target: { kind: 'bank', gateway: 'sandbox', bankAccount: { holder: '李雷', number: '6222020000001234' } },
        keep: '0',
        min: '100',
        schedule: { kind: 'at_once' },
      },
    });
  });

  it('changes a rule that goes on to its account, and turns it on', () => {
    const fields = { ...beginFields(rule, { decimals: 2 }), hour: '22' };
    expect(draftRule(fields, rule, parts)).toMatchObject({
      kind: 'change',
      rule: { id: rule.id },
      body: { keep: '0', min: '100', schedule: { kind: 'daily', hour: 22, timeZone: 'Europe/Berlin' }, state: 'on' },
    });
  });

  it('sets it anew when it goes elsewhere', () => {
    const fields = beginFields(rule, { decimals: 2 });
    expect(draftRule({ ...fields, kind: 'token' }, rule, parts)).toMatchObject({
      kind: 'set',
      body: { target: { kind: 'token', token, address } },
    });
    const moved = { ...fields, keepsAccount: false, holder: '韩梅梅', number: 'DE89370400440532013000' };
    expect(draftRule(moved, rule, parts)).toMatchObject({
      kind: 'set',
      body: { target: { bankAccount: { holder: '韩梅梅' } } },
    });
  });

  it('makes nothing of what is not there', () => {
    expect(draftRule({ ...filled, number: '' }, undefined, parts)).toBeUndefined();
    expect(draftRule({ ...filled, kind: 'token' }, undefined, { ...parts, token: undefined })).toBeUndefined();
  });
});
