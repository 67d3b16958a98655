/** Cash that becomes tokens by rule, with the whole service twice on one database and a real chain. */
import { randomUUID } from 'node:crypto';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { PayoutRuleWire, PayoutWire } from '@feiqian/domain/api/payouts';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { toAmount } from '@feiqian/domain/money';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { gatewayReceivable, userCash } from '../../src/ledger/accounts.ts';
import { readBalances } from '../../src/ledger/balances.ts';
import { businessId } from '../../src/ledger/ids.ts';
import { createLedger, type Ledger } from '../../src/ledger/ledger.ts';
import { until } from '../chain/harness.ts';
import { newDataKey, type Person, startTestService, type TestService } from '../chain/service.ts';
import type { TestAccount } from '../chain/traffic.ts';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const CNY = 'iso4217:CNY';
let database: TestDatabase;
let chain: TestChain;
let ledger: Ledger;
let replicas: readonly [TestService, TestService];

beforeAll(async () => {
  database = await createTestDatabase();
  chain = await startTestChain();
  ledger = createLedger({ pool: database.pool });
  const options = { dataKey: newDataKey() };
  replicas = [await startTestService(database, chain, options), await startTestService(database, chain, options)];
});
afterAll(async () => {
  for (const replica of replicas) await replica.stop();
  await ledger.close();
  await chain.stop();
});

type Merchant = Person & { readonly account: TestAccount };

async function fund({ id }: Person, amount: bigint): Promise<void> {
  await ledger.post({
    transfers: [
      {
        id: businessId('test funding', randomUUID()),
        phase: 'posted',
        debit: gatewayReceivable('test', CNY),
        credit: userCash(id, CNY),
        amount: toAmount(amount),
        kind: 'top_up',
      },
    ],
  });
}

/** Somebody with ¥50 and a rule that keeps ¥20 and turns the rest into tokens. */
async function merchant(): Promise<{ person: Merchant; rule: PayoutRuleWire }> {
  const account = await chain.createAccount();
  const person = { ...(await replicas[0].somebody(account)), account };
  await fund(person, 5000n);
  const { body } = await person.post<PayoutRuleWire>('/v1/payout-rules', {
    asset: CNY,
    target: { kind: 'token', token: toTokenAssetId(chain.chainId, chain.addresses.cnyf), address: account.address },
    keep: '2000',
    min: '1',
    schedule: { kind: 'at_once' },
  });
  expect(body).toMatchObject({ state: 'on' });
  return { person, rule: body };
}

/** Has a rule looked at: every change of it does. */
const touch = (person: Person, { id, keep }: PayoutRuleWire, replica: TestService) =>
  replica.inject({
    method: 'PATCH',
    url: `/v1/payout-rules/${id}`,
    payload: { keep },
    cookies: { feiqian: person.token },
  });
const payoutsOf = async (person: Person) => (await person.get<{ items: PayoutWire[] }>('/v1/payouts')).items;
const ruleOf = async (person: Person) => (await person.get<{ items: PayoutRuleWire[] }>('/v1/payout-rules')).items[0];
const availableTo = async ({ id }: Person) => (await readBalances(database.pool, id))[0]?.available;
const tokensOf = ({ account }: Merchant) =>
  chain.client.readContract({
    address: chain.addresses.cnyf,
    abi: stablecoinAbi,
    functionName: 'balanceOf',
    args: [account.address],
  });
const freeze = (functionName: 'freeze' | 'unfreeze', { account }: Merchant) =>
  chain.client.writeContract({
    account: privateKeyToAccount(chain.keys.admin),
    address: chain.addresses.cnyf,
    abi: stablecoinAbi,
    functionName,
    args: [account.address],
  });

/** Mines until the payouts of somebody stand so, newest first. */
async function untilStates(person: Person, ...states: readonly PayoutWire['state'][]): Promise<PayoutWire[]> {
  return until(`payouts are ${states.join()}`, async () => {
    const payouts = await payoutsOf(person);
    if (payouts.map(({ state }) => state).join() === states.join()) return payouts;
    await chain.finalize(1);
    return undefined;
  });
}

describe('a rule that turns cash into tokens', () => {
  it('does so once, however many look, and its history entry tells of it', async () => {
    const { person, rule } = await merchant();
    await Promise.all(Array.from({ length: 20 }, (_, index) => touch(person, rule, replicas[index % 2 === 0 ? 0 : 1])));
    const [payout] = await untilStates(person, 'paid');
    expect(payout).toMatchObject({ money: { asset: CNY, amount: '3000' }, target: rule.target });
    expect([await availableTo(person), await tokensOf(person)]).toEqual([2000n, 30_000_000n]);
    expect(await person.entry(payout?.historyId ?? '')).toMatchObject({ kind: 'conversion', status: 'completed' });

    await fund(person, 1n);
    await touch(person, rule, replicas[1]);
    await untilStates(person, 'paid', 'paid');
    expect([await availableTo(person), await tokensOf(person)]).toEqual([2000n, 30_010_000n]);
  });

  it('pauses when the chain refuses them, with the cash back, and goes on when its owner says so', async () => {
    const { person, rule } = await merchant();
    await untilStates(person, 'paid');
    await freeze('freeze', person);
    await fund(person, 700n);
    await touch(person, rule, replicas[0]);
    const [failed] = await untilStates(person, 'returned', 'paid');
    expect(failed).toMatchObject({ reason: 'StablecoinFrozen', money: { amount: '700' } });
    await touch(person, rule, replicas[1]);
    await until('the rule pauses', async () => (await ruleOf(person))?.state === 'needs_attention');
    expect(await ruleOf(person)).toMatchObject({ reason: 'TOKENS_NOT_ISSUED' });
    expect(await availableTo(person)).toBe(2700n);

    await freeze('unfreeze', person);
    await replicas[0].inject({
      method: 'PATCH',
      url: `/v1/payout-rules/${rule.id}`,
      payload: { state: 'on' },
      cookies: { feiqian: person.token },
    });
    await untilStates(person, 'paid', 'returned', 'paid');
    expect([await availableTo(person), await tokensOf(person)]).toEqual([2000n, 37_000_000n]);
  });
});
