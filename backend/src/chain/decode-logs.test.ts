import { checkoutAbi } from '@feiqian/contracts/abi/checkout';
import { relayAbi } from '@feiqian/contracts/abi/relay';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { Chain } from '@feiqian/domain/chains';
import { type Address, encodeAbiParameters, encodeEventTopics, getAddress, type Hex, pad, toEventSelector } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Log } from './answers.ts';
import { computeBloom } from './bloom.ts';
import { createLogDecoder } from './decode-logs.ts';

const token: Address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const relay: Address = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
const checkout: Address = '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb';
const ann: Hex = '0x00000000000000000000000000000000000000a1';
const bob: Hex = '0x00000000000000000000000000000000000000b2';
const reference: Hex = `0x${'ab'.repeat(32)}`;
const chain: Chain = {
  chainId: 31337,
  name: 'Local',
  native: { symbol: 'ETH', decimals: 18 },
  finality: { kind: 'depth', blocks: 3 },
  ephemeral: true,
  tokens: [{ symbol: 'USDF', name: 'Feiqian USD', address: token, decimals: 6, cash: 'iso4217:USD' }],
  relay,
  checkout,
  startBlock: 0,
};
const decoder = createLogDecoder(chain);

const aLog = (change: Partial<Log>): Log => ({
  address: token.toLowerCase() as Hex,
  topics: [toEventSelector('Transfer(address,address,uint256)'), pad(ann), pad(bob)],
  data: encodeAbiParameters([{ type: 'uint256' }], [5n]),
  blockNumber: 1,
  blockHash: reference,
  transactionHash: reference,
  logIndex: 0,
  timestampSeconds: 1n,
  ...change,
});
const topicsOf = (topics: readonly (Hex | readonly Hex[] | null)[]) => topics as Hex[];

describe('decoding logs', () => {
  it('reads a transfer of a token of ours', () => {
    expect(decoder.decode(aLog({}))).toEqual({ kind: 'transfer', token, from: ann, to: bob, amount: 5n });
  });

  it('reads the events that the ABI says our contracts emit', () => {
    const issued = encodeEventTopics({ abi: stablecoinAbi, eventName: 'Issued', args: { reference, to: bob } });
    expect(decoder.decode(aLog({ topics: topicsOf(issued) }))).toMatchObject({
      name: 'Issued',
      reference,
      address: bob,
      amount: 5n,
      token,
    });
    const redeemed = encodeEventTopics({ abi: stablecoinAbi, eventName: 'Redeemed', args: { reference, holder: ann } });
    expect(decoder.decode(aLog({ topics: topicsOf(redeemed) }))).toMatchObject({
      name: 'Redeemed',
      reference,
      address: ann,
      amount: 5n,
    });
    const relayed = encodeEventTopics({ abi: relayAbi, eventName: 'Relayed', args: { reference, from: ann, to: bob } });
    const data = encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }, { type: 'uint256' }], [token, 7n, 2n]);
    expect(decoder.decode(aLog({ address: relay.toLowerCase() as Hex, topics: topicsOf(relayed), data }))).toEqual({
      kind: 'event',
      name: 'Relayed',
      contract: relay,
      reference,
      token,
      address: ann,
      to: bob,
      amount: 7n,
      fee: 2n,
    });
  });

  it('reads payments and refunds of the checkout, and who gives first in each', () => {
    const data = encodeAbiParameters(
      [{ type: 'address' }, { type: 'uint256' }, { type: 'uint256' }, { type: 'uint256' }],
      [token, 7n, 9n, 2n],
    );
    const args = { reference, payer: ann, merchant: bob };
    const read = (eventName: 'Paid' | 'Refunded', change: Partial<Log> = {}) => {
      const topics = topicsOf(encodeEventTopics({ abi: checkoutAbi, eventName, args }));
      return decoder.decode(aLog({ address: checkout.toLowerCase() as Hex, topics, data, ...change }));
    };
    const event = { kind: 'event', contract: checkout, reference, token, amount: 7n, fee: 2n };
    expect(read('Paid')).toEqual({ ...event, name: 'Paid', address: ann, to: bob });
    expect(read('Refunded')).toEqual({ ...event, name: 'Refunded', address: bob, to: ann });
    expect(read('Paid', { address: relay.toLowerCase() as Hex }), 'of another contract').toBeUndefined();
    expect(read('Paid', { data: `${data}${'00'.repeat(32)}` }), 'with more data').toBeUndefined();
    expect(read('Paid', { data: data.replace(/5aaeb6/i, '000000') as Hex }), 'of another token').toBeUndefined();
  });

  it.each([
    ['of another contract', aLog({ address: bob })],
    [
      'with four topics (ERC-721)',
      aLog({
        topics: [toEventSelector('Transfer(address,address,uint256)'), pad(ann), pad(bob), pad('0x05')],
        data: '0x',
      }),
    ],
    [
      'with no indexed addresses',
      aLog({ topics: [toEventSelector('Transfer(address,address,uint256)')], data: `0x${'00'.repeat(96)}` }),
    ],
    ['with more data than an amount', aLog({ data: `0x${'00'.repeat(64)}` })],
    [
      'with an address that has high bits',
      aLog({ topics: [toEventSelector('Transfer(address,address,uint256)'), reference, pad(bob)] }),
    ],
    ['of another event', aLog({ topics: [toEventSelector('Approval(address,address,uint256)'), pad(ann), pad(bob)] })],
  ])('passes over a log %s', (_, log) => {
    expect(decoder.decode(log)).toBeUndefined();
  });

  it('passes over a relay of a token that is not ours, which anybody can make', () => {
    const topics = topicsOf(
      encodeEventTopics({ abi: relayAbi, eventName: 'Relayed', args: { reference, from: ann, to: bob } }),
    );
    const data = encodeAbiParameters(
      [{ type: 'address' }, { type: 'uint256' }, { type: 'uint256' }],
      ['0x00000000000000000000000000000000000000ff', 7n, 2n],
    );
    expect(decoder.decode(aLog({ address: relay.toLowerCase() as Hex, topics, data }))).toBeUndefined();
  });

  it('tells from the bloom when a block has nothing for us', () => {
    expect(decoder.mayConcern(computeBloom([]))).toBe(false);
    expect(decoder.mayConcern(computeBloom([aLog({})]))).toBe(true);
    expect(decoder.mayConcern(computeBloom([aLog({ address: bob })]))).toBe(false);
  });
});

describe('decoding logs of tokens of other issuers', () => {
  const added = getAddress('0x27b1fdb04752bbc536007a920d24acb045561c26');
  const listed: Address = '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB';
  const mixed = createLogDecoder(
    {
      ...chain,
      tokens: [...chain.tokens, { symbol: 'PEAR', name: 'Pear', address: listed, decimals: 18 }],
    },
    [added],
  );
  const others = [added, listed].map((address) => ({ address, of: address.toLowerCase() as Hex }));

  it.each(others)('reads transfers of $address', ({ address, of }) => {
    const log = aLog({ address: of });
    expect(mixed.decode(log)).toEqual({ kind: 'transfer', token: address, from: ann, to: bob, amount: 5n });
    expect(mixed.mayConcern(computeBloom([log]))).toBe(true);
    expect(mixed.filter?.address).toContain(address);
    expect(decoder.decode(log)).toBeUndefined();
  });

  it.each(others)('takes nothing else for an event of ours that $address says', ({ address, of }) => {
    for (const eventName of ['Issued', 'Redeemed'] as const) {
      const args = eventName === 'Issued' ? { reference, to: bob } : { reference, holder: ann };
      const topics = topicsOf(encodeEventTopics({ abi: stablecoinAbi, eventName, args } as never));
      expect(mixed.decode(aLog({ address: of, topics }))).toBeUndefined();
    }
    const relayed = encodeEventTopics({
      abi: relayAbi,
      eventName: 'Relayed',
      args: { reference, from: ann, to: bob },
    });
    const words = encodeAbiParameters(
      [{ type: 'address' }, { type: 'uint256' }, { type: 'uint256' }],
      [address, 1n, 1n],
    );
    const log = aLog({ address: relay.toLowerCase() as Hex, topics: topicsOf(relayed), data: words });
    expect(mixed.decode(log)).toBeUndefined();
    expect(
      mixed.decode({
        ...log,
        data: encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }, { type: 'uint256' }], [token, 1n, 1n]),
      }),
    ).toMatchObject({ name: 'Relayed', token });
  });

  it('asks for nothing where there is no contract, as an empty list would mean all of them', () => {
    const bare = createLogDecoder({ ...chain, tokens: [], relay: null, checkout: null });
    expect(bare.filter).toBeUndefined();
    expect(bare.mayConcern(computeBloom([aLog({})]))).toBe(false);
    expect(bare.decode(aLog({}))).toBeUndefined();
  });
});
