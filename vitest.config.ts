import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Files named *.long.test.ts run with npm run test:long only.
const exclude =
  process.env.LONG_TESTS === '1' ? configDefaults.exclude : [...configDefaults.exclude, '**/*.long.test.ts'];

// What takes longest begins first, so that no worker is left alone with it at the end.
const longest = [
  'scripts/lib/chaos/',
  'backend/test/restore',
  'backend/test/chain/',
  'backend/test/payments/',
  'web/e2e/screens',
  'web/e2e/states',
  'web/e2e/faults',
  'web/e2e/flows',
  'web/e2e/whole-path',
  'web/e2e/phone',
  'web/e2e/lan',
  'web/e2e/staff',
  'web/e2e/merchant',
  'web/e2e/sending',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification) => {
      const rank = longest.findIndex((path) => moduleId.includes(path));
      return rank < 0 ? longest.length : rank;
    };
    return (await super.sort(files)).toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

/**
 * One project per workspace. Those whose tests share nothing (`isolate: false`) load their modules once for all files.
 * `e2e` drives a browser against the whole product and runs after the others.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // One more than the cores of the smallest machine that this is for: tests wait for blocks, leases and processes half of the time.
    maxWorkers: 3,
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'domain',
          isolate: false,
          testTimeout: 30_000,
          include: ['domain/src/**/*.test.ts'],
          exclude,
          environment: 'node',
        },
      },
      {
        test: {
          name: 'backend',
          include: ['backend/src/**/*.test.ts', 'backend/test/**/*.test.ts'],
          exclude,
          environment: 'node',
          globalSetup: ['scripts/lib/testing/postgres-setup.ts', 'scripts/lib/testing/contracts-setup.ts'],
          setupFiles: ['backend/test/support/setup.ts'],
          testTimeout: 40_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'simulators',
          isolate: false,
          testTimeout: 30_000,
          include: ['simulators/src/**/*.test.ts', 'simulators/test/**/*.test.ts'],
          exclude,
          environment: 'node',
        },
      },
      {
        test: {
          name: 'contracts',
          include: ['contracts/test/**/*.test.ts'],
          exclude,
          environment: 'node',
          globalSetup: ['scripts/lib/testing/contracts-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'web',
          isolate: false,
          testTimeout: 30_000,
          include: ['web/src/**/*.test.{ts,tsx}'],
          exclude,
          environment: 'node',
        },
      },
      {
        test: {
          name: 'sdk',
          isolate: false,
          testTimeout: 30_000,
          include: ['sdk/test/**/*.test.ts'],
          exclude,
          environment: 'node',
        },
      },
      {
        test: {
          name: 'scripts',
          include: ['scripts/lib/**/*.test.ts'],
          exclude,
          environment: 'node',
          // Several files deploy contracts, and two compilers at once would read what the other has half written.
          globalSetup: ['scripts/lib/testing/contracts-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: ['scripts/lib/testing/product-setup.ts'],
          include: ['web/e2e/**/*.test.ts', 'scripts/e2e/**/*.test.ts'],
          exclude,
          environment: 'node',
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // A browser beside two others, on a small machine: as patient as its people are.
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
