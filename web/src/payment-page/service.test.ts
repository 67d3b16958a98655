import { describe, expect, it } from 'vitest';
import { parseRequest } from './service.ts';

const word = `0x${'ab'.repeat(32)}`;
const address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const wire = {
  id: '0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
  state: 'new',
  exception: 'none',
  reason: null,
  money: { asset: 'iso4217:CNY', amount: '1000' },
  received: '0',
  coming: '0',
  refunded: '0',
  missing: '1000',
  description: 'tea',
  payee: { handle: 'shop' },
  token: {
    asset: `eip155:31337/erc20:${address}`,
    amount: '10000000',
    missing: '10000000',
    address,
    reference: word,
    contract: address,
    validBefore: '253402300799',
    salt: word,
    fee: '20000',
    feeReceiver: address,
  },
  url: 'https://wallet.example/pay/0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
  orderId: null,
  returnUrl: null,
  createdAt: '2026-11-30T08:00:00.000Z',
  expiresAt: '2026-11-30T08:15:00.000Z',
  settledAt: null,
};

describe('a request as the service tells it', () => {
  it('is read into amounts and instants', () => {
    const request = parseRequest(wire);
    expect(request.money.amount).toBe(1000n);
    expect(request.token?.fee).toBe(20_000n);
    expect(request.expiresAt).toEqual(new Date('2026-11-30T08:15:00.000Z'));
    expect(parseRequest({ ...wire, token: null, more: 'newer' }).token).toBeNull();
  });

  it('is nothing that is only like it', () => {
    const wrong = [
      null,
      [],
      'x',
      { ...wire, state: 'paid' },
      { ...wire, received: '1e3' },
      { ...wire, missing: 1000 },
      { ...wire, money: { asset: 'iso4217:CNY', amount: '-1' } },
      { ...wire, payee: {} },
      { ...wire, expiresAt: 'soon' },
      { ...wire, token: { ...wire.token, contract: '0x12' } },
      { ...wire, token: { ...wire.token, salt: undefined } },
    ];
    for (const one of wrong) expect(() => parseRequest(one)).toThrow();
  });
});
