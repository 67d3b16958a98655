/**
 * Proof that the rules of .dependency-cruiser.mjs bite: a small tree with one planted violation for each rule, half of them type imports.
 * A tool that no longer understands our files (a new TypeScript, a changed option) is green and blind; this finds out.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inProject } from '../paths.ts';
import { AdvisedError } from '../terminal.ts';
import { runTool } from './tool.ts';

const violations: Readonly<Record<string, readonly [from: string, statement: string]>> = {
  'no-cycles': ['domain/src/cycle-a.ts', "import type { B } from './cycle-b.ts';"],
  'domain-is-pure': ['domain/src/impure.ts', "import { readFileSync } from 'node:fs';"],
  'backend-and-web-are-strangers': [
    'backend/src/chain/to-web.ts',
    "import type { Thing } from '../../../web/src/ui/thing.ts';",
  ],
  'gateways-are-reached-over-http': [
    'backend/src/gateways/to-simulator.ts',
    "import { thing } from '../../../simulators/src/thing.ts';",
  ],
  'web-and-backend-are-strangers': [
    'web/src/lib/to-backend.ts',
    "import type { Thing } from '../../../backend/src/ledger/thing.ts';",
  ],
  'sdk-and-examples-are-outside': [
    'sdk/src/to-backend.ts',
    "import type { Thing } from '../../backend/src/ledger/thing.ts';",
  ],
  'simulators-are-outside': [
    'simulators/src/to-backend.ts',
    "import type { Thing } from '../../backend/src/ledger/thing.ts';",
  ],
  'scripts-are-imported-by-none': ['backend/test/to-scripts.ts', "import { thing } from '../../scripts/thing.ts';"],
  'contracts-show-only-abi': [
    'backend/src/chain/to-contracts.ts',
    "import { thing } from '../../../contracts/ignition/thing.ts';",
  ],
  'nouns-meet-in-main': ['backend/src/vault/to-noun.ts', "import type { Thing } from '../top-ups/thing.ts';"],
  'ground-does-not-know-nouns': ['backend/src/http/to-noun.ts', "import type { Thing } from '../vault/thing.ts';"],
  'main-is-the-top': ['backend/src/vault/to-main.ts', "import type { Config } from '../config.ts';"],
  'database-knows-no-money': ['backend/src/database/to-ledger.ts', "import { thing } from '../ledger/thing.ts';"],
  'ledger-stands-on-database': ['backend/src/ledger/to-chain.ts', "import { thing } from '../chain/thing.ts';"],
  'prisma-stays-in-stores': ['backend/src/vault/service.ts', "import type { PrismaClient } from '@prisma/client';"],
  'features-meet-in-routes': [
    'web/src/features/send/to-feature.ts',
    "import type { Thing } from '../receive/thing.ts';",
  ],
  'features-do-not-know-app': ['web/src/features/send/to-app.ts', "import { thing } from '../../app/thing.ts';"],
  'ui-only-draws': ['web/src/ui/to-keyring.ts', "import { thing } from '../keyring/thing.ts';"],
  'ground-of-web-knows-no-flow': [
    'web/src/lib/to-feature.ts',
    "import type { Thing } from '../features/send/thing.ts';",
  ],
  'payment-page-is-no-wallet': [
    'web/src/payment-page/to-keyring.ts',
    "import type { Thing } from '../keyring/thing.ts';",
  ],
  'wallet-is-no-payment-page': ['web/src/app/to-payment-page.ts', "import { thing } from '../payment-page/thing.ts';"],
  'only-keyring-touches-keys': ['web/src/lib/to-keys.ts', "import { HDKey } from '@scure/bip32';"],
};

const targets = [
  'domain/src/thing.ts',
  'backend/src/ledger/thing.ts',
  'backend/src/chain/thing.ts',
  'backend/src/vault/thing.ts',
  'backend/src/top-ups/thing.ts',
  'backend/src/config.ts',
  'simulators/src/thing.ts',
  'contracts/ignition/thing.ts',
  'scripts/thing.ts',
  'web/src/ui/thing.ts',
  'web/src/app/thing.ts',
  'web/src/keyring/thing.ts',
  'web/src/features/send/thing.ts',
  'web/src/features/receive/thing.ts',
  'web/src/payment-page/thing.ts',
];

type Report = {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
};

/**
 * Plants the violations in a folder of their own and looks for each.
 *
 * @throws {AdvisedError} Naming the rules that did not notice, that have no planted violation, or that accuse an innocent file.
 */
export async function proveDirectionRules(): Promise<void> {
  const { default: config } = (await import(pathToFileURL(inProject('.dependency-cruiser.mjs')).href)) as {
    default: { forbidden: readonly { name: string }[] };
  };
  const rules = config.forbidden.map(({ name }) => name);
  const found = await cruisePlanted();
  const problems = [
    ...rules.filter((rule) => !violations[rule]).map((rule) => `${rule} has no planted violation.`),
    ...Object.keys(violations)
      .filter((rule) => !rules.includes(rule))
      .map((rule) => `${rule} is planted, but there is no such rule.`),
    ...Object.entries(violations)
      .filter(([rule, [from]]) => !found.has(`${rule} ${from}`))
      .map(([rule, [from]]) => `${rule} did not notice ${from}.`),
    ...[...found].filter((line) => line.endsWith('/thing.ts')).map((line) => `An innocent file was accused: ${line}.`),
  ];
  if (problems.length > 0)
    throw new AdvisedError(
      problems.join('\n'),
      'Mend the rule in .dependency-cruiser.mjs, or its example in scripts/lib/checks/direction-proof.ts.',
    );
}

async function cruisePlanted(): Promise<Set<string>> {
  const root = mkdtempSync(join(tmpdir(), 'feiqian-direction-'));
  try {
    for (const path of targets) write(root, path, 'export type Thing = string;\nexport const thing = 1;\n');
    for (const [from, statement] of Object.values(violations))
      write(root, from, `${statement}\nexport const planted = 1;\n`);
    write(root, 'domain/src/cycle-b.ts', "import type { A } from './cycle-a.ts';\nexport type B = A;\n");
    write(
      root,
      'tsconfig.json',
      '{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true } }',
    );
    // Packages resolve as in the project; the keyring's libraries may be the wallet's own.
    symlinkSync(inProject('node_modules'), join(root, 'node_modules'), 'junction');
    symlinkSync(inProject('web/node_modules'), join(root, 'web/node_modules'), 'junction');
    const { output } = await runTool(
      'depcruise',
      [
        '--config',
        inProject('.dependency-cruiser.mjs'),
        '--output-type',
        'json',
        '--preserve-symlinks',
        'domain',
        'contracts',
        'backend',
        'simulators',
        'sdk',
        'web/src',
        'scripts',
      ],
      { cwd: root },
    );
    const report = JSON.parse(output.slice(output.indexOf('{'))) as Report;
    return new Set(report.summary.violations.map(({ rule, from }) => `${rule.name} ${from}`));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
