/** What the tests of mail and the processes that they kill agree on. */
import { listAssets } from '@feiqian/domain/chains';
import { businessId } from '../../src/ledger/ids.ts';

export const dataKey = Buffer.alloc(32, 9);
export const from = { name: '飞钱 Feiqian', address: 'receipts@wallet.example' };
const chain = {
  chainId: 31_337,
  name: 'Local chain',
  native: { symbol: 'ETH', decimals: 18 },
  finality: { kind: 'depth', blocks: 3 },
  ephemeral: true,
  tokens: [
    {
      symbol: 'CNYF',
      name: 'Yuan',
      address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      decimals: 6,
      cash: 'iso4217:CNY',
    },
  ],
  relay: '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  startBlock: 0,
} as const;
export const deployment = {
  publicUrl: 'https://wallet.example',
  assets: listAssets([chain]),
  chains: [chain],
};

/** What a receipt is filled in with. */
export const aReceipt = (changes: object = {}) => ({
  paymentRequestId: businessId('payment request of a test'),
  number: '1A2B-3C4D-5E6F-7081',
  handle: 'teahouse',
  description: '茶 & tea',
  asset: 'iso4217:CNY',
  amount: '123450',
  settledAt: '2026-11-30T14:05:00.000Z',
  payments: [{ rail: 'cash', asset: 'iso4217:CNY', amount: '123450' }],
  ...changes,
});
