/** The whole service on a test chain, with Ann, who has tokens and no native coin, and Bob, whom she pays through the relay. */
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import type { RelayQuote, RelayWire } from '@feiqian/domain/api/chain';
import type { HistoryEntry } from '@feiqian/domain/api/history';
import { toTokenAssetId } from '@feiqian/domain/assets';
import type { Address } from 'viem';
import { startTestChain, type TestChain } from '../support/chain.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { draftRelay, type RelayTerms, signRelay } from '../support/relay.ts';
import type { Rich } from './checkout-scene.ts';
import { until } from './harness.ts';
import { newDataKey, type Person, startTestService } from './service.ts';
import { issueTokens, type TestAccount } from './traffic.ts';

type Change = Partial<RelayTerms>;

/** Who asks the service that runs now. */
type People = { readonly ann: Rich; readonly bob: Rich };

export type RelayScene = People & {
  readonly chain: TestChain;
  readonly database: TestDatabase;
  readonly asset: string;
  readonly quote: (person?: Person) => Promise<RelayQuote>;
  /** What Ann's wallet signs to pay Bob, with whatever the test changes before signing; times are told once there is a price. */
  readonly sign: (change?: Change | (() => Change), account?: TestAccount) => Promise<RelayWire>;
  readonly balanceOf: (address: Address) => Promise<bigint>;
  readonly untilStage: (person: Person, historyId: string, stage: string) => Promise<HistoryEntry>;
  /** Stops the service and, after what happens meanwhile, starts it again; the same people ask the new one then. */
  readonly restart: (meanwhile: () => Promise<unknown>) => Promise<People>;
  readonly stop: () => Promise<void>;
};

export async function startRelayScene(): Promise<RelayScene> {
  const chain = await startTestChain();
  const database = await createTestDatabase();
  // Ann's tokens are issued past the books.
  database.skipVerify();
  const options = { dataKey: newDataKey() };
  const asset = toTokenAssetId(chain.chainId, chain.addresses.cnyf);
  let test = await startTestService(database, chain, options);
  const rich = async (): Promise<Rich> => {
    const account = await chain.createAccount();
    return { ...(await test.somebody(account)), account };
  };
  let people: People = { ann: await rich(), bob: await rich() };
  await issueTokens(chain, people.ann.account.address, 100_000_000n);
  await chain.finalize();
  const quote: RelayScene['quote'] = async (person = people.ann) =>
    (await person.post<RelayQuote>('/v1/quotes', { kind: 'relay', asset })).body;
  return {
    ...people,
    chain,
    database,
    asset,
    quote,
    sign: async (change = {}, account = people.ann.account) => {
      const [from, to] = [people.ann.account.address, people.bob.account.address];
      const price = await quote();
      const changed = typeof change === 'function' ? change() : change;
      return signRelay(chain, account, draftRelay(chain, price, { from, to, ...changed }));
    },
    balanceOf: (address) =>
      chain.client.readContract({
        address: chain.addresses.cnyf,
        abi: stablecoinAbi,
        functionName: 'balanceOf',
        args: [address],
      }),
    untilStage: (person, historyId, stage) =>
      until(`the entry is ${stage}`, async () => {
        const entry = await person.entry(historyId);
        return entry.stage === stage && entry;
      }),
    restart: async (meanwhile) => {
      await test.stop();
      await meanwhile();
      test = await startTestService(database, chain, options);
      const again = (person: Rich): Rich => ({ ...person, ...test.as(person.id, person.token) });
      people = { ann: again(people.ann), bob: again(people.bob) };
      return people;
    },
    stop: async () => {
      await test.stop();
      await chain.stop();
    },
  };
}
