/** What wallets sign with viem is what the contracts accept, and what they emit is what viem reads. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { relayAbi } from '@feiqian/contracts/abi/relay';
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

const transferFields = [
  { name: 'from', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'validAfter', type: 'uint256' },
  { name: 'validBefore', type: 'uint256' },
  { name: 'nonce', type: 'bytes32' },
] as const;

const types = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
  TransferWithAuthorization: transferFields,
  ReceiveWithAuthorization: transferFields,
  CancelAuthorization: [
    { name: 'authorizer', type: 'address' },
    { name: 'nonce', type: 'bytes32' },
  ],
  RedeemWithAuthorization: [
    { name: 'holder', type: 'address' },
    { name: 'reference', type: 'bytes32' },
    { name: 'amount', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
  ],
} as const;

const bob = privateKeyToAccount(generatePrivateKey()).address;
const collector = privateKeyToAccount(generatePrivateKey()).address;
const reference = keccak256(stringToHex('payment 1'));

let node: TestNode;
let folder: string;
let token: Address;
let relay: Address;
let issuer: PrivateKeyAccount;
let submitter: PrivateKeyAccount;
let alice: PrivateKeyAccount;
let validBefore: bigint;

beforeAll(async () => {
  node = await startTestNode();
  folder = mkdtempSync(join(tmpdir(), 'feiqian-signatures-'));
  [issuer, submitter] = [
    privateKeyToAccount(await node.createFundedKey()),
    privateKeyToAccount(await node.createFundedKey()),
  ];
  const adminKey = await node.createFundedKey();
  ({ cnyf: token, relay } = await deployFeiqian({
    rpcUrl: node.rpcUrl,
    deploymentDir: folder,
    adminKey,
    issuer: issuer.address,
    pollingIntervalMs: 20,
  }));
});
afterAll(() => {
  node.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  alice = privateKeyToAccount(generatePrivateKey());
  await mined(
    node.client.writeContract({
      account: issuer,
      address: token,
      abi: stablecoinAbi,
      functionName: 'issue',
      args: [keccak256(alice.address), alice.address, 100_000_000n],
    }),
  );
  validBefore = (await node.client.getBlock()).timestamp + 3600n;
});

async function mined(sent: Promise<Hash>) {
  const receipt = await node.client.waitForTransactionReceipt({ hash: await sent });
  expect(receipt.status).toBe('success');
  return receipt;
}

function domain() {
  return { name: stablecoins.cnyf.name, version: '1', chainId: 31_337, verifyingContract: token } as const;
}

function balanceOf(account: Address) {
  return node.client.readContract({ address: token, abi: stablecoinAbi, functionName: 'balanceOf', args: [account] });
}

function nonceOf(text: string): Hex {
  return keccak256(stringToHex(`${text} of ${alice.address}`));
}

describe('a stablecoin accepts what viem signs', () => {
  it('EIP-2612 permit', async () => {
    const message = { owner: alice.address, spender: bob, value: 5n, nonce: 0n, deadline: validBefore };
    const { v, r, s } = parseSignature(
      await alice.signTypedData({ domain: domain(), types, primaryType: 'Permit', message }),
    );
    await mined(
      node.client.writeContract({
        account: submitter,
        address: token,
        abi: stablecoinAbi,
        functionName: 'permit',
        args: [message.owner, bob, 5n, validBefore, Number(v), r, s],
      }),
    );
    expect(
      await node.client.readContract({
        address: token,
        abi: stablecoinAbi,
        functionName: 'allowance',
        args: [alice.address, bob],
      }),
    ).toBe(5n);
  });

  it('EIP-3009 transfer, with the signature as bytes and in parts', async () => {
    const before = await balanceOf(bob);
    for (const form of ['bytes', 'parts'] as const) {
      const message = { from: alice.address, to: bob, value: 7n, validAfter: 0n, validBefore, nonce: nonceOf(form) };
      const signature = await alice.signTypedData({
        domain: domain(),
        types,
        primaryType: 'TransferWithAuthorization',
        message,
      });
      const { v, r, s } = parseSignature(signature);
      const fields = [message.from, bob, 7n, 0n, validBefore, message.nonce] as const;
      const call = {
        account: submitter,
        address: token,
        abi: stablecoinAbi,
        functionName: 'transferWithAuthorization',
      } as const;
      await mined(
        form === 'bytes'
          ? node.client.writeContract({ ...call, args: [...fields, signature] })
          : node.client.writeContract({ ...call, args: [...fields, Number(v), r, s] }),
      );
    }
    expect(await balanceOf(bob)).toBe(before + 14n);
  });

  it('EIP-3009 receive, submitted by the receiver', async () => {
    const message = {
      from: alice.address,
      to: submitter.address,
      value: 9n,
      validAfter: 0n,
      validBefore,
      nonce: nonceOf('receive'),
    };
    const signature = await alice.signTypedData({
      domain: domain(),
      types,
      primaryType: 'ReceiveWithAuthorization',
      message,
    });
    await mined(
      node.client.writeContract({
        account: submitter,
        address: token,
        abi: stablecoinAbi,
        functionName: 'receiveWithAuthorization',
        args: [message.from, message.to, 9n, 0n, validBefore, message.nonce, signature],
      }),
    );
    expect(await balanceOf(alice.address)).toBe(100_000_000n - 9n);
  });

  it('EIP-3009 cancel', async () => {
    const message = { authorizer: alice.address, nonce: nonceOf('cancel') };
    const signature = await alice.signTypedData({
      domain: domain(),
      types,
      primaryType: 'CancelAuthorization',
      message,
    });
    await mined(
      node.client.writeContract({
        account: submitter,
        address: token,
        abi: stablecoinAbi,
        functionName: 'cancelAuthorization',
        args: [message.authorizer, message.nonce, signature],
      }),
    );
    const args = [message.authorizer, message.nonce] as const;
    expect(
      await node.client.readContract({ address: token, abi: stablecoinAbi, functionName: 'authorizationState', args }),
    ).toBe(true);
  });

  it('a redemption, and its event names the reference', async () => {
    const message = { holder: alice.address, reference, amount: 50_000_000n, validAfter: 0n, validBefore };
    const signature = await alice.signTypedData({
      domain: domain(),
      types,
      primaryType: 'RedeemWithAuthorization',
      message,
    });
    const { logs } = await mined(
      node.client.writeContract({
        account: submitter,
        address: token,
        abi: stablecoinAbi,
        functionName: 'redeemWithAuthorization',
        args: [message.holder, reference, message.amount, 0n, validBefore, signature],
      }),
    );
    const [redeemed] = parseEventLogs({ abi: stablecoinAbi, eventName: 'Redeemed', logs });
    expect(redeemed?.args).toEqual({ reference, holder: alice.address, amount: 50_000_000n });
  });
});

describe('the relay accepts what viem signs', () => {
  function aRequest() {
    const [amount, fee] = [25_000_000n, 20_000n];
    return {
      token,
      from: alice.address,
      to: bob,
      amount,
      fee,
      feeReceiver: collector,
      reference,
      validAfter: 0n,
      validBefore,
      salt: pad('0x01'),
    } as const;
  }

  function hashRequest({ to, amount, fee, feeReceiver, salt }: ReturnType<typeof aRequest>) {
    const fields = parseAbiParameters(
      'uint256, address, address, uint256, uint256, address, bytes32, uint256, bytes32',
    );
    return keccak256(
      encodeAbiParameters(fields, [31_337n, relay, to, amount, fee, feeReceiver, reference, validBefore, salt]),
    );
  }

  it('with a nonce that a wallet computes for itself', async () => {
    const request = aRequest();
    expect(
      await node.client.readContract({ address: relay, abi: relayAbi, functionName: 'nonceOf', args: [request] }),
    ).toBe(hashRequest(request));
  });

  it('and pays amount and fee, and its event names the reference', async () => {
    const request = aRequest();
    const before = { bob: await balanceOf(bob), collector: await balanceOf(collector) };
    const message = {
      from: alice.address,
      to: relay,
      value: request.amount + request.fee,
      validAfter: 0n,
      validBefore,
      nonce: hashRequest(request),
    };
    const signature = await alice.signTypedData({
      domain: domain(),
      types,
      primaryType: 'ReceiveWithAuthorization',
      message,
    });
    const { logs } = await mined(
      node.client.writeContract({
        account: submitter,
        address: relay,
        abi: relayAbi,
        functionName: 'relay',
        args: [request, signature],
      }),
    );
    const [relayed] = parseEventLogs({ abi: relayAbi, eventName: 'Relayed', logs });
    expect(relayed?.args).toEqual({
      reference,
      from: alice.address,
      to: bob,
      token,
      amount: request.amount,
      fee: request.fee,
    });
    expect(await balanceOf(bob)).toBe(before.bob + request.amount);
    expect(await balanceOf(collector)).toBe(before.collector + request.fee);
    expect(await balanceOf(relay)).toBe(0n);
  });
});
