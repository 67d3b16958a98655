import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inProject } from '../paths.ts';
import { deedsOfAllWays, describeDeaths } from './failpoints.behavior.ts';
import { listFailpoints } from './faults.ts';

/** Which test kills a part of the service at each failpoint of a folder; the long run kills the whole service at all of them. */
const killers: Readonly<Record<string, string>> = {
  chain: 'backend/test/chain/crash.test.ts',
  gateways: 'backend/test/payments/failpoints.test.ts',
  'top-ups': 'backend/test/payments/failpoints.test.ts',
  withdrawals: 'backend/test/payments/failpoints.test.ts',
  ledger: 'backend/src/ledger/crash.db.test.ts',
  'payment-requests': 'backend/test/payments/refund-failpoints.test.ts',
  'pay-codes': 'backend/test/payments/pay-code-failpoints.test.ts',
  payouts: 'backend/test/payouts/failpoints.test.ts',
  staff: 'backend/test/payments/suspense.test.ts',
  monitoring: 'backend/test/monitoring/failpoints.test.ts',
  webhooks: 'backend/test/webhooks/failpoints.test.ts',
  mail: 'backend/test/mail/failpoints.test.ts',
};

const names = listFailpoints();

describe('the list of failpoints', () => {
  const places = globSync(inProject('backend/src/*/**/*.ts'))
    .filter((path) => !path.endsWith('.test.ts') && !path.endsWith('database/failpoint.ts'))
    .flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/\bfailpoint\(/g)].map(
        () => path.slice(inProject('backend/src/').length).split(/[\\/]/)[0] ?? '',
      ),
    );

  it('has every failpoint of the code, each under a name of its own, so that none is left out', () => {
    expect(names).toHaveLength(places.length);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(0);
  });

  it('stands in folders whose failpoints a test kills at', () => {
    for (const folder of places) {
      const killer = killers[folder];
      expect(killer, `no test kills at the failpoints of ${folder}`).toBeDefined();
      expect(readFileSync(inProject(killer ?? ''), 'utf8')).toMatch(/SIGKILL|failAt/);
    }
  });
});

describeDeaths('the service', [
  // What the process dies after is the deed itself: its answer is lost, and asked for again.
  { name: 'after_ledger_commit', deeds: deedsOfAllWays.filter(({ kind }) => kind === 'cash_transfer') },
  { name: 'after_told_before_update', deeds: deedsOfAllWays },
]);
