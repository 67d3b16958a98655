/** What `npm run check` looks at. Each check answers with nothing, or throws with what is wrong and how to mend it. */
import { existsSync } from 'node:fs';
import { inProject } from '../paths.ts';
import { ensureWebBuild } from '../product/web-build.ts';
import { AdvisedError } from '../terminal.ts';
import { proveDirectionRules } from './direction-proof.ts';
import { type FirstLoad, measureFirstLoad } from './first-load.ts';
import { runTool } from './tool.ts';

/** One check. */
export type Check = { readonly title: string; readonly run: () => Promise<void> };

/** Scripts and styles before the wallet's first screen, brotli. React with its DOM alone is 57 kB. */
const firstLoadBytesMax = 84_000;
/** Scripts alone before the first screen of the page that payers are sent to. */
const paymentPageBytesMax = 75_000;

const typedFolders = ['domain', 'contracts', 'backend', 'simulators', 'web', 'sdk', '.'];
const importingPaths = [
  'domain',
  'contracts',
  'backend',
  'simulators',
  'web',
  'sdk',
  'examples',
  'scripts',
  'vitest.config.ts',
  'hardhat.config.ts',
];

/** All checks, cheapest to mend first. */
export function listChecks(): Check[] {
  return [
    {
      title: 'Format and lint',
      run: () =>
        expectSuccess(
          'biome',
          ['ci', '--error-on-warnings', '--max-diagnostics=30', '--colors=off'],
          'npx biome check --write mends most of it.',
        ),
    },
    ...typedFolders.map((folder) => ({
      title: `Types of ${folder === '.' ? 'scripts and tests' : folder}`,
      run: () =>
        expectSuccess(
          'tsc',
          ['--noEmit', '-p', inProject(folder, 'tsconfig.json')],
          'The lines above name the places.',
        ),
    })),
    {
      title: 'Direction of imports',
      run: () =>
        expectSuccess(
          'depcruise',
          ['--config', '.dependency-cruiser.mjs', ...importingPaths.filter((path) => existsSync(inProject(path)))],
          'CONTRIBUTING.md shows which way imports may point.',
        ),
    },
    { title: 'Direction rules bite', run: proveDirectionRules },
    {
      title: 'Dead code and undeclared packages',
      run: () =>
        expectSuccess(
          'knip',
          ['--no-progress', '--no-config-hints'],
          'Remove what nobody uses, or say in knip.json why it stays.',
        ),
    },
    {
      title: 'Contract ABIs are fresh',
      run: () =>
        expectSuccess(
          process.execPath,
          [inProject('scripts/generate-abi.ts'), '--check'],
          'node scripts/generate-abi.ts writes them.',
        ),
    },
    { title: 'Solidity lint', run: lintContracts },
    { title: 'First-load size', run: checkFirstLoad },
    { title: 'Size of the payment page', run: checkPaymentPage },
  ];
}

async function expectSuccess(command: string, args: readonly string[], advice: string): Promise<void> {
  const { code, output } = await runTool(command, args);
  if (code !== 0) throw new AdvisedError(output.trim(), advice);
}

async function lintContracts(): Promise<void> {
  if (!existsSync(inProject('.solhint.json')))
    throw new AdvisedError('.solhint.json is missing.', 'Restore it from the repository.');
  await expectSuccess(
    'solhint',
    ['--noPoster', '--max-warnings', '0', 'contracts/*.sol'],
    'The lines above name the places.',
  );
}

async function checkFirstLoad(): Promise<void> {
  await ensureWebBuild();
  expectSmall('The first load', measureFirstLoad(inProject('web/dist')).files, firstLoadBytesMax);
}

async function checkPaymentPage(): Promise<void> {
  await ensureWebBuild();
  const { files } = measureFirstLoad(inProject('web/dist'), 'pay.html');
  const scripts = files.filter(({ path }) => path.endsWith('.js'));
  expectSmall('The payment page', scripts, paymentPageBytesMax);
}

function expectSmall(what: string, files: FirstLoad['files'], bytesMax: number): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= bytesMax) return;
  const list = files.map((file) => `${String(file.bytes).padStart(8)}  ${file.path}`).join('\n');
  throw new AdvisedError(
    `${what} is ${bytes} bytes (brotli); the budget is ${bytesMax}.\n${list}`,
    'Load what the first screen does not need with import().',
  );
}
