import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { relayAbi } from '@feiqian/contracts/abi/relay';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import { type Abi, type Address, encodeFunctionData, getAddress, type Hex, parseEther, zeroAddress } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { readRows, until, untilHead } from './harness.ts';
import { puppets, sayTransfer, toSay } from './puppets.ts';
import { type Person, startTestService, type TestService } from './service.ts';
import { issueTokens, newReference, sendCoin, sendTokens, type TestAccount } from './traffic.ts';

let chain: TestChain;
let other: TestChain;
let test: TestService;
let ann: Person;
let account: TestAccount;
let mallory: TestAccount;
let lookAlike: Address;

beforeAll(async () => {
  [chain, other] = [await startTestChain(), await startTestChain()];
  const database = await createTestDatabase();
  // Tokens are issued past the books.
  database.skipVerify();
  test = await startTestService(database, chain);
  [account, mallory] = [await chain.createAccount('1'), await chain.createAccount('100')];
  ann = await test.somebody(account);
  await issueTokens(chain, account.address, 10_000_000n);
  await issueTokens(chain, mallory.address, 10_000_000n);
  lookAlike = await deployLookAlike();
  await Promise.all(Object.entries(places).map(([, { address, code }]) => setCode(address, code)));
  await issueTokens(chain, places.undoer.address, 10_000_000n);
  await settled();
});
afterAll(async () => {
  await test.stop();
  await Promise.all([chain.stop(), other.stop()]);
});

const at = (number: number): Address => getAddress(`0x${number.toString(16).padStart(40, 'f')}`);
const places: Record<
  'emitter' | 'nft' | 'many' | 'liar' | 'undoer' | 'forwarder' | 'coinUndoer' | 'coinForwarder',
  { readonly address: Address; readonly code: () => Hex }
> = {
  emitter: { address: at(1), code: () => puppets.emitter },
  nft: { address: at(2), code: () => puppets.nftEmitter },
  many: { address: at(3), code: () => puppets.manyEmitter },
  liar: { address: at(4), code: () => puppets.liar },
  undoer: { address: at(5), code: () => puppets.undoer(chain.addresses.cnyf) },
  forwarder: { address: at(6), code: () => puppets.forwarder(at(5)) },
  coinUndoer: { address: at(7), code: () => puppets.undoer(account.address) },
  coinForwarder: { address: at(8), code: () => puppets.forwarder(at(7)) },
};
const setCode = (address: Address, code: () => Hex) => chain.client.setCode({ address, bytecode: code() });

/** The stablecoin once more, to the letter, under another address: its issuer is whoever made it. */
async function deployLookAlike(): Promise<Address> {
  const file = fileURLToPath(new URL('../../../artifacts/contracts/Stablecoin.sol/Stablecoin.json', import.meta.url));
  const { abi, bytecode } = JSON.parse(readFileSync(file, 'utf8')) as { abi: Abi; bytecode: Hex };
  const ample = 10n ** 18n;
  const args = ['Feiqian CNY', 'CNYF', mallory.address, ample, ample];
  const hash = await chain.client.deployContract({ abi, bytecode, args, account: mallory });
  const { contractAddress } = await chain.client.waitForTransactionReceipt({ hash });
  const address = getAddress(contractAddress ?? zeroAddress);
  const role = await chain.client.readContract({ address, abi: stablecoinAbi, functionName: 'ISSUER_ROLE' });
  const grant = { address, abi: stablecoinAbi, account: mallory } as const;
  await chain.client.writeContract({ ...grant, functionName: 'grantRole', args: [role, mallory.address] });
  return address;
}

/** What has happened so far is final, stored, and in the books. */
async function settled(): Promise<void> {
  await chain.finalize();
  await untilHead(test.pool, chain);
  await until('the books have followed', async () => {
    const { rows } = await test.pool.query(
      `SELECT FROM chains c JOIN chain_cursors k USING (chain_id, epoch) WHERE k.consumer = 'ledger' AND k.block_number = c.finalized_number`,
    );
    return rows.length === 1;
  });
}

const history = async () => (await ann.get<{ items: HistoryEntry[] }>('/v1/history?limit=100')).items;

/** Everything that Ann has or is told to have, and what it was concluded from. */
async function readAll() {
  return {
    rows: await readRows(test.pool),
    balances: await ann.get<object>('/v1/balances'),
    history: await history(),
    accounts: (await test.pool.query('SELECT * FROM ledger_accounts ORDER BY id')).rows,
  };
}

const call = (to: Address, data: Hex, value = 0n) =>
  chain.client
    .sendTransaction({ account: mallory, to, data, value, gas: 5_000_000n })
    // The node answers with the revert of what it has mined.
    .catch(() => undefined);
const transfer = (to: Address, amount: bigint): Hex =>
  encodeFunctionData({ abi: stablecoinAbi, functionName: 'transfer', args: [to, amount] });
const say = (event: string, topics: readonly Hex[], data: readonly bigint[]) =>
  call(places.emitter.address, toSay({ event, topics, data }));

/** By anybody's reading of one of these alone, Ann would be richer. */
const fakes: Record<string, () => Promise<unknown>> = {
  'a transaction that failed': () => call(chain.addresses.cnyf, transfer(account.address, 10n ** 15n)),
  'a token that answers "false" and succeeds': () => call(places.liar.address, transfer(account.address, 5_000_000n)),
  'an event without any movement': () =>
    call(places.emitter.address, sayTransfer(mallory.address, account.address, 5_000_000n)),
  'an event that says it is from nobody, as an issue is': () =>
    call(places.emitter.address, sayTransfer(zeroAddress, account.address, 5_000_000n)),
  'another contract with the same name, symbol, decimals and code': () =>
    chain.client.writeContract({
      account: mallory,
      address: lookAlike,
      abi: stablecoinAbi,
      functionName: 'issue',
      args: [newReference(), account.address, 5_000_000n],
      gas: 500_000n,
    }),
  'a transfer of four topics, as of an NFT': () =>
    call(
      places.nft.address,
      toSay({
        event: 'Transfer(address,address,uint256)',
        topics: [mallory.address, account.address, '0x4c4b40'],
        data: [],
      }),
    ),
  'a hundred events in one transaction': () =>
    call(places.many.address, sayTransfer(mallory.address, account.address, 5_000_000n)),
  'a real transfer in a call that was undone': () =>
    call(places.forwarder.address, transfer(account.address, 5_000_000n)),
  'coin in a call that was undone': () => call(places.coinForwarder.address, '0x', parseEther('3')),
  'an approval': () =>
    call(
      chain.addresses.cnyf,
      encodeFunctionData({ abi: stablecoinAbi, functionName: 'approve', args: [account.address, 5_000_000n] }),
    ),
  'somebody else’s word that tokens were issued': () =>
    say('Issued(bytes32,address,uint256)', [newReference(), account.address], [5_000_000n]),
  'somebody else’s word that tokens were redeemed': () =>
    say('Redeemed(bytes32,address,uint256)', [newReference(), account.address], [5_000_000n]),
  'a relay of a token that is not ours': () => {
    const request = {
      ...{ token: places.liar.address, from: mallory.address, to: account.address, amount: 5_000_000n, fee: 0n },
      ...{ feeReceiver: mallory.address, reference: newReference(), salt: newReference() },
      ...{ validAfter: 0n, validBefore: 10n ** 12n },
    };
    return call(
      chain.addresses.relay,
      encodeFunctionData({ abi: relayAbi, functionName: 'relay', args: [request, `0x${'11'.repeat(65)}`] }),
    );
  },
  'the same transfer on another chain': async () => {
    await issueTokens(other, account.address, 5_000_000n);
    await other.finalize();
  },
};

describe('a deposit that is none', () => {
  it.each([
    ['emitter', 1, 3],
    ['nft', 1, 4],
    ['many', 100, 3],
    ['liar', 0, 0],
    ['forwarder', 0, 0],
  ] as const)('is really attempted: the %s says %d things of %d topics and succeeds', async (name, logs, topics) => {
    const say = { event: 'Transfer(address,address,uint256)', data: [5n] } as const;
    const data = toSay({
      ...say,
      topics: [mallory.address, account.address, ...(topics === 4 ? ['0x1' as const] : [])],
    });
    const to = places[name].address;
    const hash = await chain.client.sendTransaction({ account: mallory, to, data, gas: 5_000_000n });
    const receipt = await chain.client.getTransactionReceipt({ hash });
    expect([receipt.status, receipt.logs.length]).toEqual(['success', logs]);
    for (const log of receipt.logs) {
      expect(log.topics).toHaveLength(topics);
      expect(log.topics[2]?.slice(-40)).toBe(account.address.slice(2).toLowerCase());
    }
  });

  it.each(Object.entries(fakes))('leaves no trace: %s', async (_, fake) => {
    const before = await readAll();
    const head = await chain.client.getBlockNumber();
    await fake();
    await settled();
    expect(await chain.client.getBlockNumber(), 'it was mined, or happened elsewhere').toBeGreaterThan(head);
    expect(await readAll()).toEqual(before);
  });

  it('of nothing, in and out, and to oneself, is no income', async () => {
    const before = await readAll();
    const zeroFrom = encodeFunctionData({
      abi: stablecoinAbi,
      functionName: 'transferFrom',
      args: [account.address, mallory.address, 0n],
    });
    await call(chain.addresses.cnyf, zeroFrom);
    await call(chain.addresses.cnyf, transfer(account.address, 0n));
    await sendTokens(chain, account, account.address, 5_000_000n);
    await settled();
    const after = await readAll();
    expect(
      await chain.client.readContract({
        address: chain.addresses.cnyf,
        abi: stablecoinAbi,
        functionName: 'balanceOf',
        args: [account.address],
      }),
    ).toBe(10_000_000n);
    expect(after.accounts).toEqual(before.accounts);
    const known = new Set(before.history.map(({ id }) => id));
    const news = after.history.filter(({ id }) => !known.has(id));
    expect(news.map(({ direction }) => direction)).toEqual(['self']);
  });
});

describe('a deposit that is one', () => {
  it('is pending until its block is final, and gone when its block is', async () => {
    // By id: blocks of one second have no order among each other.
    const known = new Set((await history()).map(({ id }) => id));
    const news = async () => (await history()).filter(({ id }) => !known.has(id));
    const snapshot = await chain.client.snapshot();
    await sendTokens(chain, mallory, account.address, 2_000_000n);
    await sendCoin(chain, mallory, account.address, '1');
    await until('both are seen', async () => (await news()).length === 2);
    expect((await news()).map(({ status, direction }) => `${direction} ${status}`)).toEqual([
      'in pending',
      'in pending',
    ]);
    await chain.client.revert({ id: snapshot });
    await chain.client.mine({ blocks: 2 });
    await until('neither is seen any more', async () => (await news()).length === 0);

    await sendTokens(chain, mallory, account.address, 3_000_000n);
    await settled();
    expect(await news()).toMatchObject([{ status: 'completed', direction: 'in', money: { amount: '3000000' } }]);
  });

  it('moves nothing in the books: tokens are the chain’s, until they are redeemed', async () => {
    const read = async () => (await test.pool.query('SELECT * FROM ledger_accounts ORDER BY id')).rows;
    const before = await read();
    await sendTokens(chain, mallory, account.address, 1_000_000n);
    await settled();
    expect(await read()).toEqual(before);
  });
});
