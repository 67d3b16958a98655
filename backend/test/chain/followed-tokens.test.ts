import { toTokenAssetId } from '@feiqian/domain/assets';
import type { Pool } from 'pg';
import type { Address } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTokenStore, type TokenStore } from '../../src/tokens/store.ts';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase } from '../support/database.ts';
import { addUser, type Following, follow, linkAddress, until } from './harness.ts';
import { issueTokens, sendTokens, type TestAccount } from './traffic.ts';

const limits = { person: 50, chain: 1_000 };

let chain: TestChain;
let accounts: TestAccount[];
let pool: Pool;
let store: TokenStore;
let userId: string;
let token: Address;
let following: Following | undefined;

beforeAll(async () => {
  chain = await startTestChain();
  accounts = [await chain.createAccount('50'), await chain.createAccount('50')];
});
afterAll(() => chain.stop());

beforeEach(async () => {
  ({ pool } = await createTestDatabase());
  store = createTokenStore(pool);
  token = await chain.deployToken('PEAR');
  await issueTokens(chain, mine(), 10_000_000n, token);
  await chain.finalize();
  userId = await addUser(pool, mine());
});
afterEach(async () => {
  await following?.stop();
  following = undefined;
});

const mine = (): Address => (accounts[0] as TestAccount).address;
const second = (): Address => (accounts[1] as TestAccount).address;
const toAdd = () => ({ chainId: chain.chainId, address: token, symbol: 'PEAR', name: 'Pear', decimals: 6 });
const add = () => store.add(userId, toAdd(), limits);
const start = async (config?: Parameters<typeof follow>[0]['config']) => {
  following = await follow({ pool, chain, ...(config ? { config } : {}) });
  return following;
};
const restart = async (config?: Parameters<typeof follow>[0]['config']) => {
  await following?.stop();
  return start(config);
};

/** Amounts of the token that the person's history shows, largest first: two blocks can have the same time. */
async function amounts(person = userId): Promise<string[]> {
  const { rows } = await pool.query<{ amount: string }>(
    'SELECT amount FROM history_entries WHERE user_id = $1 AND asset = $2 ORDER BY amount DESC',
    [person, toTokenAssetId(chain.chainId, token)],
  );
  return rows.map(({ amount }) => amount);
}
const untilAmounts = (expected: readonly string[]) =>
  until(`the history shows ${expected.join(', ')}`, async () => {
    const shown = await amounts();
    return shown.length === expected.length && expected.every((amount) => shown.includes(amount));
  });
/** The contract issues whole hundredths only. */
const issue = (to: Address, hundredths: bigint) => issueTokens(chain, to, hundredths * 10_000n, token);

describe('a token that is followed by hand', () => {
  it('is read from its beginning by a leader that begins after it was added', async () => {
    await add();
    await start();
    await untilAmounts(['10000000']);
  });

  it('is followed on by the next leader, also for what happened between the two', async () => {
    await start();
    await add();
    await untilAmounts(['10000000']);
    await following?.stop();
    await issue(mine(), 20n);
    await chain.finalize();
    await restart();
    await issue(mine(), 3n);
    await untilAmounts(['10000000', '200000', '30000']);
  });

  it('is read to the end by the next leader when the first one stopped before', async () => {
    const first = await start();
    await first.untilHead();
    await first.stop();
    await add();
    // As a leader leaves it that has noticed the token and read nothing of its past yet.
    const { rows } = await pool.query<{ finalized_number: string }>('SELECT finalized_number FROM chains');
    await pool.query('UPDATE added_tokens SET is_followed = true, missing_until = $1', [rows[0]?.finalized_number]);
    await restart();
    await untilAmounts(['10000000']);
    await until(
      'nothing is missing',
      async () => (await pool.query('SELECT FROM added_tokens WHERE missing_until IS NULL')).rowCount === 1,
    );
  });

  it('has what is not final yet when it is added, once', async () => {
    await (await start()).untilHead();
    await issue(mine(), 20n);
    await following?.untilHead();
    await add();
    await untilAmounts(['10000000', '200000']);
    await chain.finalize();
    await following?.untilHead();
    expect(await amounts()).toEqual(['10000000', '200000']);
  });

  it('loses what a reorganisation takes away', async () => {
    await start();
    await add();
    await untilAmounts(['10000000']);
    const snapshot = await chain.client.snapshot();
    await issue(mine(), 20n);
    await untilAmounts(['10000000', '200000']);
    await chain.client.revert({ id: snapshot });
    await issue(mine(), 7n);
    await chain.client.mine({ blocks: 1 });
    await untilAmounts(['10000000', '70000']);
  });

  it('is read for an address that is linked later, with its past', async () => {
    await issue(second(), 55n);
    await chain.finalize();
    await start();
    await add();
    await untilAmounts(['10000000']);
    await linkAddress(pool, userId, second());
    await pool.query('SELECT history_refresh_address($1)', [second()]);
    await untilAmounts(['10000000', '550000']);
  });

  it('shows a transfer between two people to the one who has added it', async () => {
    const other = await addUser(pool, second());
    await start();
    await add();
    await untilAmounts(['10000000']);
    await sendTokens(chain, accounts[0] as TestAccount, second(), 8n, token);
    await untilAmounts(['10000000', '8']);
    expect(await amounts(other)).toEqual([]);
  });

  it('is everybody’s once the operator lists it', async () => {
    const other = await addUser(pool, second());
    await start();
    await add();
    await untilAmounts(['10000000']);
    await sendTokens(chain, accounts[0] as TestAccount, second(), 8n, token);
    await untilAmounts(['10000000', '8']);
    const { symbol, name, address, decimals } = toAdd();
    await restart({ tokens: [...chain.chain.tokens, { symbol, name, address, decimals }] });
    await until('the other side sees it', async () => (await amounts(other)).length === 1);
    expect(await amounts()).toEqual(['10000000', '8']);
    expect(await store.list(userId)).toEqual([]);
    await issue(second(), 9n);
    await until('what comes later is seen as well', async () => (await amounts(other)).length === 2);
  });

  it('stays added when a local chain begins anew', async () => {
    await start();
    await add();
    await untilAmounts(['10000000']);
    const snapshot = await chain.client.snapshot();
    await chain.finalize(8);
    await following?.untilHead();
    await chain.client.revert({ id: snapshot });
    await issue(mine(), 20n);
    // What was final in its former life stays, and the new one is read from its start.
    await untilAmounts(['10000000', '10000000', '200000']);
    const { rows } = await pool.query<{ epoch: number }>('SELECT epoch FROM chains');
    expect(rows).toEqual([{ epoch: 2 }]);
  });
});
