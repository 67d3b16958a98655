import { deedsOfAllWays, describeDeaths } from './failpoints.behavior.ts';
import { listFailpoints } from './faults.ts';

// Staff are no part of the stories: backend/test/payments/suspense.test.ts kills the service where staff resolve something.
const names = listFailpoints().filter((name) => !name.startsWith('after_suspense_'));

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
