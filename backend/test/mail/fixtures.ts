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
  checkout: '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
  startBlock: 0,
} as const;
/** The token of the deployment, at par with CNY. */
export const tokenAsset = 'eip155:31337/erc20:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
export const deployment = {
  publicUrl: 'https://wallet.example',
  assets: listAssets([chain]),
  chains: [chain],
  gateways: [{ name: 'sandbox', title: { zh: '沙盒银行', en: 'Sandbox Bank' } }],
};

/** What a receipt is filled in with. */
export const aReceipt = (changes: object = {}) => ({
  paymentRequestId: businessId('payment request of a test'),
  handle: 'teahouse',
  description: '茶 & tea',
  asset: 'iso4217:CNY',
  amount: '123450',
  received: '123450',
  refunded: '0',
  settledAt: '2026-11-30T14:05:00.000Z',
  payments: [{ rail: 'cash', asset: 'iso4217:CNY', amount: '123450' }],
  ...changes,
});
