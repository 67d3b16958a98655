import type { PaymentRequestWire, PaymentWire } from '@feiqian/domain/api/payments';
import { checkoutReference } from '@feiqian/domain/authorizations';
import type { Address } from 'viem';
import { createAssetBook } from './assets.ts';

/** A deployment with one currency, one token at par with it, and one chain, for tests about payment requests. */
const contract = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const checkout = '0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0';
const payee = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const payer = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const token = `eip155:31337/erc20:${contract}`;
const feeReceiver = '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512';
const salt = `0x${'cd'.repeat(32)}` as const;

export const sample = { contract, checkout, payee, payer, token, cash: 'iso4217:CNY' } as const;

export const sampleBook = createAssetBook({
  chains: [
    {
      chainId: 31337,
      name: 'Local',
      native: { symbol: 'ETH', decimals: 18 },
      finality: { kind: 'depth', blocks: 3 },
      relay: feeReceiver,
      checkout,
      status: 'following',
      head: '1',
      finalized: '1',
    },
  ],
  bridge: true,
  assets: [
    { id: sample.cash, kind: 'cash', symbol: 'CNY', name: 'Chinese yuan', decimals: 2 },
    {
      id: token,
      kind: 'token',
      symbol: 'CNYF',
      name: 'CNYF',
      decimals: 6,
      chainId: 31337,
      address: contract,
      cash: sample.cash,
    },
  ],
});

/** Ten yuan, payable in tokens as well, with what matters to a test given by it. */
export function aPaymentRequest(part: Partial<PaymentRequestWire> = {}): PaymentRequestWire {
  return {
    id: '0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
    state: 'new',
    exception: 'none',
    reason: null,
    money: { asset: sample.cash, amount: '1000' },
    received: '0',
    coming: '0',
    refunded: '0',
    missing: '1000',
    description: '两杯咖啡',
    payee: { handle: 'lin' },
    token: aCheckout(),
    url: '/pay/0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
    orderId: null,
    returnUrl: null,
    createdAt: '2026-11-22T10:00:00Z',
    expiresAt: null,
    settledAt: null,
    ...part,
  };
}

type Asked = { readonly validBefore?: bigint; readonly missing?: string; readonly address?: Address };

/** How tokens pay those ten yuan. */
export function aCheckout({
  validBefore = 253_402_300_799n,
  missing = '10000000',
  address = payee,
}: Asked = {}): NonNullable<PaymentRequestWire['token']> {
  const terms = { merchant: address, token: contract, amount: 10_000_000n, validBefore, salt } as const;
  return {
    asset: token,
    amount: `${terms.amount}`,
    missing,
    address,
    reference: checkoutReference({ chainId: 31337, checkout }, terms),
    contract: checkout,
    validBefore: `${validBefore}`,
    salt,
    fee: '10000',
    feeReceiver,
  };
}

/** A final payment of ten yuan from cash, with what matters to a test given by it. */
export function aPayment(part: Partial<PaymentWire> = {}): PaymentWire {
  return {
    id: '1b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
    requestId: '0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
    rail: 'cash',
    state: 'final',
    money: { asset: sample.cash, amount: '1000' },
    counts: true,
    payer: { handle: 'wang', address: null },
    gateway: null,
    chainId: null,
    txHash: null,
    refunding: '0',
    refunded: '0',
    paidAt: '2026-11-22T10:01:00Z',
    ...part,
  };
}

/** A final payment of ten in tokens, by somebody without an account. */
export function aTokenPayment(part: Partial<PaymentWire> = {}): PaymentWire {
  return aPayment({
    rail: 'token',
    money: { asset: token, amount: '10000000' },
    payer: { handle: null, address: payer },
    chainId: 31337,
    txHash: `0x${'ab'.repeat(32)}`,
    ...part,
  });
}
