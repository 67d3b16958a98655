import { deedsOfAllWays, describeDeaths } from './failpoints.behavior.ts';
import { listFailpoints } from './faults.ts';

// Staff are no part of the stories, and nobody in them has an endpoint or is sent mail: backend/test/payments/suspense.test.ts,
// backend/test/webhooks/failpoints.test.ts and backend/test/mail/failpoints.test.ts kill there.
const names = listFailpoints().filter((name) => !/^after_(?:suspense|webhook|mail)_/.test(name));

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
