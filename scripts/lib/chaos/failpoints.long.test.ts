import { deedsOfAllWays, describeDeaths } from './failpoints.behavior.ts';
import { listFailpoints } from './faults.ts';

// Suspense and counters are no part of the stories, and nobody in them has an endpoint, is sent mail or has a payout rule: which tests
// kill there says failpoints.test.ts.
const names = listFailpoints().filter(
  (name) => !/^(?:before|after)_(?:suspense|webhook|mail|rule|pay_code)_/.test(name),
);

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
