import { deedsOfAllWays, describeDeaths } from './failpoints.behavior.ts';

describeDeaths(
  'the service, around the commit of each way by itself',
  ['before_ledger_post', 'after_ledger_commit'].flatMap((name) =>
    deedsOfAllWays.map((deed) => ({ name, deeds: [deed] })),
  ),
);
