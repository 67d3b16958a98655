import { deedsOfAllWays, describeDeaths } from './failpoints.behavior.ts';
import { listFailpoints } from './faults.ts';

// Staff are no part of the stories, and nobody in them has an endpoint, is sent mail or has a payout rule:
// backend/test/payments/suspense.test.ts, and the failpoints.test.ts of webhooks, mail and payouts, kill there.
const names = listFailpoints().filter((name) => !/^after_(?:suspense|webhook|mail|rule)_/.test(name));

describeDeaths(
  'the service, at every failpoint',
  names.map((name) => ({ name, deeds: deedsOfAllWays })),
);

describeDeaths(
  'the service, around the commit of each way by itself',
  ['before_ledger_post', 'after_ledger_commit'].flatMap((name) =>
    deedsOfAllWays.map((deed) => ({ name, deeds: [deed] })),
  ),
);
