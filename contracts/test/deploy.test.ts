import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkoutAbi } from '@feiqian/contracts/abi/checkout';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import { type Address, getAddress, getContractAddress, type Hex, keccak256, pad, stringToHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deployFeiqian } from '../ignition/deploy.ts';
import { bucketCapacityDefault, stablecoins } from '../ignition/stablecoins.ts';
import { type LineFault, startFaultyLine, startTestNode, type TestNode } from './support/node.ts';

const issuer = getAddress('0x1111111111111111111111111111111111111111');
// Two tokens with three roles each, the relay and, last, the checkout.
const transactionsPerDeployment = 10;

let node: TestNode;
let adminKey: Hex;
let deploymentDir: string;

beforeAll(async () => {
  node = await startTestNode();
});
afterAll(() => node.stop());
beforeEach(async () => {
  adminKey = await node.createFundedKey();
  deploymentDir = join(mkdtempSync(join(tmpdir(), 'feiqian-deploy-')), 'chain');
});
afterEach(() => rmSync(join(deploymentDir, '..'), { recursive: true }));

function deploy(changes: { rpcUrl?: string; issuer?: Address } = {}) {
  return deployFeiqian({ rpcUrl: node.rpcUrl, deploymentDir, adminKey, issuer, pollingIntervalMs: 20, ...changes });
}

function countSent() {
  return node.client.getTransactionCount({ address: privateKeyToAccount(adminKey).address });
}

function hasRole(token: Address, role: string, account: Address) {
  return node.client.readContract({
    address: token,
    abi: stablecoinAbi,
    functionName: 'hasRole',
    args: [keccak256(stringToHex(role)), account],
  });
}

describe('deployFeiqian', () => {
  it('deploys both stablecoins, the relay and the checkout and grants each role to the one who needs it', async () => {
    const deployment = await deploy();
    const admin = privateKeyToAccount(adminKey).address;
    for (const key of ['usdf', 'cnyf'] as const) {
      const read = <Name extends 'name' | 'symbol' | 'decimals' | 'bucketLevel'>(functionName: Name) =>
        node.client.readContract({ address: deployment[key], abi: stablecoinAbi, functionName });
      expect(await read('name')).toBe(stablecoins[key].name);
      expect(await read('symbol')).toBe(stablecoins[key].symbol);
      expect(await read('decimals')).toBe(6);
      expect(await read('bucketLevel')).toBe(bucketCapacityDefault);
      expect(await hasRole(deployment[key], 'ISSUER_ROLE', issuer)).toBe(true);
      expect(await hasRole(deployment[key], 'ISSUER_ROLE', admin)).toBe(false);
      expect(await hasRole(deployment[key], 'PAUSER_ROLE', admin)).toBe(true);
      expect(await hasRole(deployment[key], 'FREEZER_ROLE', admin)).toBe(true);
    }
    expect(await node.client.getCode({ address: deployment.relay })).toMatch(/^0x60/);
    const neverPaid = node.client.readContract({
      address: deployment.checkout,
      abi: checkoutAbi,
      functionName: 'totalPaid',
      args: [pad('0x01')],
    });
    expect(await neverPaid).toBe(0n);
  });

  it('gives a contract the same address on a chain that is new and on one that began before there was a checkout', async () => {
    const from = privateKeyToAccount(adminKey).address;
    const addressAt = (nonce: bigint) => getContractAddress({ from, nonce });
    const { checkout, ...before } = await deploy();
    expect(before).toEqual({ cnyf: addressAt(0n), relay: addressAt(1n), usdf: addressAt(2n) });
    expect(checkout).toBe(addressAt(BigInt(transactionsPerDeployment - 1)));
  });

  it('adds the checkout to a chain that has everything else, and touches nothing there', async () => {
    // What the records of such a chain are: all transactions but the last, and no word of the checkout.
    const line = await startFaultyLine(node.rpcUrl, { at: transactionsPerDeployment, kind: 'refused' });
    await expect(deploy({ rpcUrl: line.rpcUrl })).rejects.toThrow();
    line.stop();
    const journal = join(deploymentDir, 'journal.jsonl');
    const lines = readFileSync(journal, 'utf8').split('\n');
    writeFileSync(journal, lines.filter((text) => !text.includes('"Feiqian#Checkout"')).join('\n'));
    const recorded = readFileSync(join(deploymentDir, 'deployed_addresses.json'), 'utf8');

    const { checkout, ...before } = await deploy();
    expect(await countSent()).toBe(transactionsPerDeployment);
    expect(JSON.parse(recorded)).toEqual({
      'Feiqian#USDF': before.usdf,
      'Feiqian#CNYF': before.cnyf,
      'Feiqian#Relay': before.relay,
    });
    expect(await node.client.getCode({ address: checkout })).toMatch(/^0x60/);
  });

  it('does nothing a second time', async () => {
    const first = await deploy();
    const block = await node.client.getBlockNumber();
    expect(await deploy()).toEqual(first);
    expect(await node.client.getBlockNumber()).toBe(block);
  });

  it.each<LineFault>([
    { at: 1, kind: 'refused' },
    { at: 2, kind: 'answer lost' },
    { at: transactionsPerDeployment, kind: 'answer lost' },
  ])('goes on where it was interrupted, at transaction $at ($kind), and sends nothing twice', async (fault) => {
    const line = await startFaultyLine(node.rpcUrl, fault);
    await expect(deploy({ rpcUrl: line.rpcUrl })).rejects.toThrow();
    line.stop();
    expect(await countSent()).toBe(fault.kind === 'refused' ? fault.at - 1 : fault.at);
    // The process that was interrupted may also have left a line half-written.
    appendFileSync(join(deploymentDir, 'journal.jsonl'), '\n{"futureId":"Feiqian#');

    const deployment = await deploy();
    expect(await countSent()).toBe(transactionsPerDeployment);
    expect(await hasRole(deployment.usdf, 'ISSUER_ROLE', issuer)).toBe(true);
    expect(await hasRole(deployment.cnyf, 'FREEZER_ROLE', privateKeyToAccount(adminKey).address)).toBe(true);
  });

  it('says that the money is missing, and goes on once it is there', async () => {
    const { address } = privateKeyToAccount(adminKey);
    await node.client.setBalance({ address, value: 0n });
    await expect(deploy()).rejects.toThrow(/funds/);
    await expect(deploy()).rejects.toThrow(/funds/);
    await node.client.setBalance({ address, value: 10n ** 18n });
    await deploy();
    expect(await countSent()).toBe(transactionsPerDeployment);
  });

  it('refuses another issuer than the one on record', async () => {
    await deploy();
    await expect(deploy({ issuer: getAddress('0x2222222222222222222222222222222222222222') })).rejects.toThrow(
      /could not be deployed/,
    );
  });

  it('refuses records of contracts that the chain does not have', async () => {
    const snapshot = await node.client.snapshot();
    const { cnyf } = await deploy();
    await node.client.revert({ id: snapshot });
    await expect(deploy()).rejects.toThrow(`no contract there`);
    expect(await node.client.getCode({ address: cnyf })).toBeUndefined();
  });

  it('keeps the private key out of its records', async () => {
    await deploy();
    for (const file of ['journal.jsonl', 'outbox.json', 'deployed_addresses.json']) {
      expect(readFileSync(join(deploymentDir, file), 'utf8')).not.toContain(adminKey.slice(2));
    }
  });
});
