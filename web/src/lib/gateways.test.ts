import type { GatewayWire } from '@feiqian/domain/api/cash';
import { toAmount } from '@feiqian/domain/money';
import { describe, expect, it } from 'vitest';
import { canMove, gatewaysOf } from './gateways.ts';

const aGateway = (part: Partial<GatewayWire>): GatewayWire => ({
  name: 'sandbox',
  title: { zh: '沙盒银行', en: 'Sandbox Bank' },
  assets: ['iso4217:CNY'],
  min: '100',
  max: '1000',
  payout: true,
  ...part,
});

describe('gatewaysOf', () => {
  it('keeps those that serve the currency and the direction, with the widest range', () => {
    const a = aGateway({});
    const b = aGateway({ name: 'b', min: '50', max: '900', payout: false });
    const usd = aGateway({ name: 'c', assets: ['iso4217:USD'] });
    expect(gatewaysOf([a, b, usd], 'iso4217:CNY', 'pay-in')).toEqual({ gateways: [a, b], min: 50n, max: 1000n });
    expect(gatewaysOf([a, b, usd], 'iso4217:CNY', 'pay-out').gateways).toEqual([a]);
    expect(gatewaysOf([], 'iso4217:CNY', 'pay-in')).toEqual({ gateways: [], min: undefined, max: undefined });
  });
});

describe('canMove', () => {
  it('includes both ends of the range', () => {
    expect(canMove(aGateway({}), toAmount(100n))).toBe(true);
    expect(canMove(aGateway({}), toAmount(1000n))).toBe(true);
    expect(canMove(aGateway({}), toAmount(99n))).toBe(false);
  });
});
