/** What people and merchants sign with viem is what the checkout accepts, and what it emits is what viem reads. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkoutAbi } from '@feiqian/contracts/abi/checkout';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import {
  type Address,
  encodeAbiParameters,
  type Hash,
  type Hex,
  keccak256,
  pad,
  parseAbiParameters,
  parseEventLogs,
  parseSignature,
  stringToHex,
} from 'viem';
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deployFeiqian } from '../ignition/deploy.ts';
import { stablecoins } from '../ignition/stablecoins.ts';
import { startTestNode, type TestNode } from './support/node.ts';

const types = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
  ReceiveWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const;

const collector = privateKeyToAccount(generatePrivateKey()).address;
const chainId = 31_337n;
const [price, fee] = [25_000_000n, 20_000n];

let node: TestNode;
let folder: string;
let token: Address;
let checkout: Address;
let issuer: PrivateKeyAccount;
let submitter: PrivateKeyAccount;
let alice: PrivateKeyAccount;
let merchant: PrivateKeyAccount;
let validBefore: bigint;

beforeAll(async () => {
  node = await startTestNode();
  folder = mkdtempSync(join(tmpdir(), 'feiqian-checkout-'));
  issuer = privateKeyToAccount(await node.createFundedKey());
  submitter = privateKeyToAccount(await node.createFundedKey());
  ({ cnyf: token, checkout } = await deployFeiqian({
    rpcUrl: node.rpcUrl,
    deploymentDir: folder,
    adminKey: await node.createFundedKey(),
    issuer: issuer.address,
    pollingIntervalMs: 20,
  }));
});
afterAll(() => {
  node.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  alice = privateKeyToAccount(await node.createFundedKey());
  merchant = privateKeyToAccount(generatePrivateKey());
  for (const { address } of [alice, merchant]) await issueTo(address, 100_000_000n);
  validBefore = (await node.client.getBlock()).timestamp + 3600n;
});

type PaymentRequest = ReturnType<typeof aRequest>;
type SignedTerms = ReturnType<typeof theTerms>;

function aRequest() {
  return { merchant: merchant.address, token, amount: price, validBefore, salt: pad('0x01') } as const;
}

function theTerms(amount: bigint) {
  const [feeReceiver, salt] = [collector, pad('0x02')];
  return { payer: alice.address, amount, fee, feeReceiver, validAfter: 0n, validBefore, salt } as const;
}

function hashRequest({ merchant, token, amount, validBefore, salt }: PaymentRequest): Hex {
  const fields = parseAbiParameters('uint256, address, address, address, uint256, uint256, bytes32');
  return keccak256(encodeAbiParameters(fields, [chainId, checkout, merchant, token, amount, validBefore, salt]));
}

function hashPayment(reference: Hex, { amount, fee, feeReceiver, validBefore, salt }: SignedTerms): Hex {
  const fields = parseAbiParameters('uint256, address, bytes32, uint256, uint256, address, uint256, bytes32');
  return keccak256(
    encodeAbiParameters(fields, [chainId, checkout, reference, amount, fee, feeReceiver, validBefore, salt]),
  );
}

function hashRefund(reference: Hex, { payer, amount, fee, feeReceiver, validBefore, salt }: SignedTerms): Hex {
  const fields = parseAbiParameters(
    'bytes32, uint256, address, bytes32, address, uint256, uint256, address, uint256, bytes32',
  );
  const tag = keccak256(stringToHex('Refund'));
  return keccak256(
    encodeAbiParameters(fields, [
      tag,
      chainId,
      checkout,
      reference,
      payer,
      amount,
      fee,
      feeReceiver,
      validBefore,
      salt,
    ]),
  );
}

function domain() {
  return { name: stablecoins.cnyf.name, version: '1', chainId, verifyingContract: token } as const;
}

function sign(signer: PrivateKeyAccount, { amount, fee, validAfter, validBefore }: SignedTerms, nonce: Hex) {
  const message = { from: signer.address, to: checkout, value: amount + fee, validAfter, validBefore, nonce };
  return signer.signTypedData({ domain: domain(), types, primaryType: 'ReceiveWithAuthorization', message });
}

async function mined(sent: Promise<Hash>) {
  const receipt = await node.client.waitForTransactionReceipt({ hash: await sent });
  expect(receipt.status).toBe('success');
  return receipt;
}

function issueTo(account: Address, amount: bigint) {
  const args = [keccak256(account), account, amount] as const;
  return mined(
    node.client.writeContract({ account: issuer, address: token, abi: stablecoinAbi, functionName: 'issue', args }),
  );
}

function balanceOf(account: Address) {
  return node.client.readContract({ address: token, abi: stablecoinAbi, functionName: 'balanceOf', args: [account] });
}

async function payByAuthorization(request: PaymentRequest, terms: SignedTerms) {
  const signature = await sign(alice, terms, hashPayment(hashRequest(request), terms));
  return mined(
    node.client.writeContract({
      account: submitter,
      address: checkout,
      abi: checkoutAbi,
      functionName: 'payWithAuthorization',
      args: [request, terms, signature],
    }),
  );
}

describe('the checkout', () => {
  it('names requests and nonces as a wallet computes them for itself', async () => {
    const [request, terms] = [aRequest(), theTerms(price)];
    const reference = hashRequest(request);
    const call = { address: checkout, abi: checkoutAbi } as const;
    expect(await node.client.readContract({ ...call, functionName: 'referenceOf', args: [request] })).toBe(reference);
    expect(await node.client.readContract({ ...call, functionName: 'paymentNonceOf', args: [reference, terms] })).toBe(
      hashPayment(reference, terms),
    );
    expect(await node.client.readContract({ ...call, functionName: 'refundNonceOf', args: [reference, terms] })).toBe(
      hashRefund(reference, terms),
    );
  });

  it('carries out a payment that viem signed, and its event names the reference', async () => {
    const [request, terms] = [aRequest(), theTerms(price)];
    const before = { merchant: await balanceOf(merchant.address), collector: await balanceOf(collector) };
    const { logs } = await payByAuthorization(request, terms);
    const [paid] = parseEventLogs({ abi: checkoutAbi, eventName: 'Paid', logs });
    expect(paid?.args).toEqual({
      reference: hashRequest(request),
      payer: alice.address,
      merchant: merchant.address,
      token,
      amount: price,
      totalPaid: price,
      fee,
    });
    expect(await balanceOf(merchant.address)).toBe(before.merchant + price);
    expect(await balanceOf(collector)).toBe(before.collector + fee);
    expect(await balanceOf(checkout)).toBe(0n);
  });

  it('takes a permit that viem signed, in one transaction of the payer', async () => {
    const request = aRequest();
    const message = { owner: alice.address, spender: checkout, value: 7n, nonce: 0n, deadline: validBefore };
    const { v, r, s } = parseSignature(
      await alice.signTypedData({ domain: domain(), types, primaryType: 'Permit', message }),
    );
    const { logs } = await mined(
      node.client.writeContract({
        account: alice,
        address: checkout,
        abi: checkoutAbi,
        functionName: 'payWithPermit',
        args: [request, 7n, validBefore, Number(v), r, s],
      }),
    );
    const [paid] = parseEventLogs({ abi: checkoutAbi, eventName: 'Paid', logs });
    expect(paid?.args).toMatchObject({ reference: hashRequest(request), amount: 7n, totalPaid: 7n, fee: 0n });
  });

  it('carries out a refund that the merchant signed, and its event names the reference', async () => {
    const request = aRequest();
    await payByAuthorization(request, theTerms(price));
    const terms = theTerms(10_000_000n);
    const before = { alice: await balanceOf(alice.address), merchant: await balanceOf(merchant.address) };
    const signature = await sign(merchant, terms, hashRefund(hashRequest(request), terms));
    const { logs } = await mined(
      node.client.writeContract({
        account: submitter,
        address: checkout,
        abi: checkoutAbi,
        functionName: 'refundWithAuthorization',
        args: [request, terms, signature],
      }),
    );
    const [refunded] = parseEventLogs({ abi: checkoutAbi, eventName: 'Refunded', logs });
    expect(refunded?.args).toEqual({
      reference: hashRequest(request),
      payer: alice.address,
      merchant: merchant.address,
      token,
      amount: terms.amount,
      totalRefunded: terms.amount,
      fee,
    });
    expect(await balanceOf(alice.address)).toBe(before.alice + terms.amount);
    expect(await balanceOf(merchant.address)).toBe(before.merchant - terms.amount - fee);
  });
});
